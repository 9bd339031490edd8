"""Handing seats on over HTTP: one's own only, inside the house, for a while."""

from datetime import timedelta
from typing import Any

import pytest

from domain.canonical import instant
from tests.api.desk import Desk, done, refused

pytestmark = pytest.mark.anyio
HERE = "/v1/delegations"


async def loan(desk: Desk, to: str, **more: Any) -> Any:
    now = await desk.newsroom.now()
    starts, ends = now - timedelta(minutes=5), now + timedelta(days=2)
    return {"to": to, "starts": instant(starts), "ends": instant(ends), **more}


async def waits_for(desk: Desk, who: str) -> int:
    return len(done(await desk.reads(who, "/v1/posts", waits_for_me=True), 200)["posts"])


async def test_a_running_review_learns_of_a_delegation_and_of_its_end(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    assert (await waits_for(desk, "lena"), await waits_for(desk, "carl")) == (1, 0)
    for to in ("carl", "eva"):
        said = await loan(desk, to, levels=["legal"])
        lent = done(await desk.sends("lena", HERE, to, **said))
    assert (lent["giver"], lent["taker"], lent["revoked"]) == ("lena", "eva", None)
    assert (await waits_for(desk, "carl"), await waits_for(desk, "eva")) == (1, 1)

    assert (await desk.asks("lena", "DELETE", f"{HERE}/{lent['id']}")).status_code == 204
    assert await waits_for(desk, "eva") == 0
    repeated = await desk.sends("lena", HERE, "eva", **said)
    assert done(repeated)["revoked"], "a repetition brings nothing back"
    late = await desk.decides("eva", path, "approve", on_behalf_of="lena")
    refused(late, 409, "DELEGATION_REVOKED")
    again = await desk.asks("lena", "DELETE", f"{HERE}/{lent['id']}")
    refused(again, 409, "DELEGATION_REVOKED")

    signed = done(await desk.decides("carl", path, "approve", on_behalf_of="lena"))
    assert signed["signatures"] == [{"level": "legal", "by": "carl", "for": "lena"}]
    mine = done(await desk.reads("eva", HERE), 200)["delegations"]
    assert [one["id"] for one in mine] == [lent["id"]]
    assert mine[0]["revoked"]


async def test_only_ones_own_seats_are_handed_on_and_only_inside_the_house(desk: Desk) -> None:
    await desk.gives_a_key("cms")
    refused(await desk.sends("cms", HERE, **await loan(desk, "carl")), 403, "FORBIDDEN")
    refused(await desk.sends("ana", HERE, **await loan(desk, "carl")), 409, "NOTHING_TO_DELEGATE")
    outside = await desk.sends("lena", HERE, **await loan(desk, "pia"))
    refused(outside, 409, "EXTERNAL_DELEGATION_FORBIDDEN")
    refused(await desk.sends("lena", HERE, **await loan(desk, "nobody")), 422, "UNKNOWN_PERSON")
    said = await loan(desk, "carl")
    backwards = {**said, "ends": said["starts"]}
    refused(await desk.sends("lena", HERE, **backwards), 409, "INVALID_WINDOW")
    kept = done(await desk.sends("lena", HERE, **said))
    refused(await desk.asks("carl", "DELETE", f"{HERE}/{kept['id']}"), 409, "NOT_YOURS")


#
async def test_a_span_that_is_over_is_refused_and_one_that_is_on_record_answers_again(
    desk: Desk,
) -> None:
    now = await desk.newsroom.now()
    past = {"starts": instant(now - timedelta(days=9)), "ends": instant(now - timedelta(days=2))}
    says = refused(await desk.sends("lena", HERE, "late", to="carl", **past), 409, "IN_THE_PAST")
    assert says.startswith("This delegation ended on ")
    assert says.endswith(" UTC; choose a later end.")
    assert done(await desk.reads("lena", HERE), 200)["delegations"] == []

    said = await loan(desk, "carl")
    kept = done(await desk.sends("lena", HERE, "in time", **said))
    await desk.newsroom.days_pass(3)
    refused(await desk.sends("lena", HERE, **said), 409, "IN_THE_PAST")
    assert done(await desk.sends("lena", HERE, "in time", **said)) == kept
