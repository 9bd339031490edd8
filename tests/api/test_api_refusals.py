"""What was refused can be read again, by those who have to prove it, page by page."""

import pytest

from domain.canonical import instant
from tests.api.desk import Desk, done, refused

pytestmark = pytest.mark.anyio
HERE = "/v1/refusals"


async def test_refusals_are_read_page_by_page_and_by_what_one_looks_for(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    before = instant(await desk.newsroom.database.now())
    for who in ("dara", "ana", "dara"):
        assert (await desk.decides(who, path, "approve")).status_code == 409
    assert (await desk.sends("ana", f"{path}/submission", revision=1)).status_code == 409

    async def reads(**query: object) -> list[tuple[str, str, str]]:
        page = done(await desk.reads("ines", HERE, **query), 200)
        return [(one["actor"], one["act"], one["code"]) for one in page["refusals"]]

    early = ("dara", "decide", "LEVEL_NOT_OPEN")
    own = ("ana", "decide", "NOT_ELIGIBLE")
    again = ("ana", "submit", "NOT_SUBMITTABLE")
    assert await reads() == [again, early, own, early]
    assert await reads(actor="ana") == [again, own]
    assert await reads(act="submit") == [again]
    assert await reads(code="LEVEL_NOT_OPEN") == [early, early]
    assert await reads(post=desk.newsroom.post, since=before) == [again, early, own, early]
    assert await reads(until=before) == []
    assert await reads(post="another") == []

    first = done(await desk.reads("ines", HERE, limit=3), 200)
    rest = done(await desk.reads("ines", HERE, limit=3, cursor=first["next"]), 200)
    assert (len(first["refusals"]), len(rest["refusals"]), rest["next"]) == (3, 1, None)
    assert {"id", "at", "post", "actor", "act", "code"} == set(rest["refusals"][0])


async def test_only_admins_and_records_officers_of_the_organisation_read_them(desk: Desk) -> None:
    await desk.gives_a_key("cms")
    for who in ("ana", "lena", "cms", "pia"):
        refused(await desk.reads(who, HERE), 403, "FORBIDDEN")
    refused(await desk.reads("", HERE), 401, "UNAUTHENTICATED")
    refused(await desk.reads("ines", HERE, cursor="?"), 422, "BAD_CURSOR")
    refused(await desk.reads("ines", HERE, code="NO_SUCH"), 422, "INVALID")
    refused(await desk.reads("ines", HERE, actor="\x00"), 422, "INVALID")
