"""Reading over HTTP: one post, many, its ledger; nobody else's; and reading changes nothing."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import update

from domain.post import Stage
from records import sign_in
from records.office import apply_office
from records.tables import PersonRow
from tests.api.desk import Desk, done, refused
from tests.newsroom import Newsroom
from tests.offices import office_named

pytestmark = pytest.mark.anyio


async def listed(desk: Desk, who: str = "ana", **query: Any) -> list[str]:
    page = done(await desk.reads(who, "/v1/posts", **query), 200)
    return [post["id"] for post in page["posts"]]


async def test_every_filter_keeps_what_it_names(desk: Desk) -> None:
    draft = (await desk.has_a_post("basile", key="1")).split("/")[-1]
    review = (await desk.has_a_post_in_review(key="2", channels=["harbour"])).split("/")[-1]
    signed = (await desk.has_a_post_in_review(key="3")).split("/")[-1]
    await desk.newsroom.approves("lena")
    dropped = (await desk.has_a_post(key="4")).split("/")[-1]
    await desk.newsroom.withdraws("ana")

    assert await listed(desk) == [dropped, signed, review, draft]
    assert await listed(desk, stage="drafting") == [draft]
    assert await listed(desk, stage="approving") == [signed, review]
    assert await listed(desk, end="discarded") == [dropped]
    assert await listed(desk, author="basile") == [draft]
    assert await listed(desk, channel="town-square") == [dropped, signed, draft]
    assert await listed(desk, who="lena", waits_for_me=True) == [review]
    assert await listed(desk, who="dara", waits_for_me=True) == [signed]
    assert await listed(desk, who="ana", waits_for_me=True) == []
    assert await listed(desk, stage="approving", channel="town-square") == [signed]


async def test_pages_follow_one_another_without_a_gap_or_a_repetition(desk: Desk) -> None:
    started = [await desk.has_a_post(key=str(n)) for n in range(7)]
    newest_first = [path.split("/")[-1] for path in reversed(started)]
    for limit in (1, 2, 3, 7, 100):
        seen, cursor = [], ""
        while True:
            page = done(await desk.reads("ana", "/v1/posts", limit=limit, cursor=cursor), 200)
            seen += [post["id"] for post in page["posts"]]
            if not (cursor := page["next"]):
                break
            assert len(page["posts"]) == limit
        assert seen == newest_first


async def test_a_page_is_not_moved_by_what_comes_meanwhile(desk: Desk) -> None:
    for n in range(3):
        await desk.has_a_post(key=str(n))
    before = await listed(desk)
    page = done(await desk.reads("ana", "/v1/posts", limit=2), 200)
    await desk.has_a_post(key="late")
    rest = done(await desk.reads("ana", "/v1/posts", limit=2, cursor=page["next"]), 200)
    assert [post["id"] for post in [*page["posts"], *rest["posts"]]] == before


BAD_CURSORS = ["AAAA", "é", "%%%", "MjAyNi0xMy0wMSB4", "====", "a" * 500, "MjAyNi0wMS0wMQ"]


async def test_a_cursor_that_is_not_ours_is_refused(desk: Desk) -> None:
    for cursor in BAD_CURSORS:
        refused(await desk.reads("ana", "/v1/posts", cursor=cursor), 422, "BAD_CURSOR")


async def test_a_question_that_makes_no_sense_is_refused(desk: Desk) -> None:
    for query in ("limit=0", "limit=101", "limit=x", "stage=dreaming", "end=dreaming"):
        refused(await desk.asks("ana", "GET", f"/v1/posts?{query}"), 422, "INVALID")


@pytest.mark.parametrize("where", ["channel", "author", "end", "cursor"])
async def test_a_nul_in_a_question_is_no_accident(desk: Desk, where: str) -> None:
    answer = await desk.asks("ana", "GET", f"/v1/posts?{where}=%00")
    assert refused(answer, 422, "BAD_CURSOR" if where == "cursor" else "INVALID")


@pytest.mark.parametrize("id", ["%00", "nope", "..", "%F0%9F%90%9F", "x" * 500])
async def test_a_post_that_is_not_there_is_not_found(desk: Desk, id: str) -> None:
    for path in (f"/v1/posts/{id}", f"/v1/posts/{id}/ledger"):
        refused(await desk.reads("ana", path), 404, "NOT_FOUND")
    refused(await desk.sends("ana", f"/v1/posts/{id}/withdrawal", reason="No."), 404, "NOT_FOUND")
    refused(await desk.decides("lena", f"/v1/posts/{id}", "approve"), 404, "NOT_FOUND")


async def test_the_ledger_comes_in_pages_with_seals_and_hashes(desk: Desk) -> None:
    path = await desk.has_a_held_post()
    whole = done(await desk.reads("ines", f"{path}/ledger"), 200)
    assert [entry["seq"] for entry in whole["entries"]] == [1, 2, 3, 4]
    assert whole["next"] is None
    assert len({entry["hash"] for entry in whole["entries"]}) == 4
    approved = whole["entries"][2]
    assert (approved["actor"], approved["done"]) == ("lena", "approved")
    assert approved["body"]["seal"]["signature"]

    seen, after = [], 0
    while True:
        page = done(await desk.reads("ines", f"{path}/ledger", after=after, limit=2), 200)
        seen += page["entries"]
        if not (after := page["next"]):
            break
    assert seen == whole["entries"]
    for query in ({"limit": 0}, {"limit": 501}, {"after": -1}, {"after": 10**20}):
        refused(await desk.reads("ines", f"{path}/ledger", **query), 422, "INVALID")


async def test_nobody_sees_or_touches_another_organisations_posts(
    desk: Desk, tmp_path: Path
) -> None:
    """I-19: for them it is not there, whoever they are there."""
    path = await desk.has_a_held_post()
    before = await desk.story(path)
    said = await desk.post_saying("Theirs now.")
    desk.tokens["spy"] = await _of_another_house(desk, tmp_path)
    assert await listed(desk, "spy") == []
    for read in (path, f"{path}/ledger", f"{path}/explain", f"{path}/remarks"):
        refused(await desk.reads("spy", read), 404, "NOT_FOUND")
    for what, body in (
        ("submission", {"revision": 1}),
        ("decisions", {"verdict": "approve", "revision": 1}),
        ("withdrawal", {"reason": "Mine."}),
        ("hour", {"release_at": said["release_at"]}),
        ("waivers", {"rule": "any", "revision": 1, "reason": "Mine."}),
        ("emergency", {"revision": 1, "reason": "Mine."}),
        ("remarks", {"text": "Mine."}),
        ("settlement", {"channel": "harbour", "found": "drop"}),
        ("revisions", {**{k: v for k, v in said.items() if k != "chain"}, "seen": 1}),
    ):
        refused(await desk.sends("spy", f"{path}/{what}", **body), 404, "NOT_FOUND")
    assert await desk.story(path) == before
    assert (await desk.newsroom.life()).stage is Stage.HOLDING


async def _of_another_house(desk: Desk, folder: Path) -> str:
    """A token of lena, who works elsewhere under the same name."""
    name = f"{desk.organisation}-b"
    await apply_office(desk.database, office_named(name, folder / "another"))
    ends = await desk.database.now() + timedelta(hours=1)
    return sign_in.token(desk.settings.keys, name, "lena", ends)


async def test_looking_changes_nothing(desk: Desk) -> None:
    """I-7: every page that can be looked at, by whoever may look."""
    path = await desk.has_a_held_post()
    await desk.gives_a_key("cms")
    for who in ("ana", "ines"):
        await desk.reads(who, path)
    before, history = await desk.everything_on_record(), await _events(desk.newsroom)
    looked = 0
    for route in iter_route_contexts(desk.app.routes):
        named = {"post": desk.newsroom.post, "channel": "harbour", "delegation": "summer-2027"}
        named |= {"invitation": "none", "token": "none", "sha256": "none"}
        address = str(route.path).format(**named)
        for who in ("ana", "ines", "cms", ""):
            for verb in ("GET", "HEAD", "OPTIONS"):
                answer = await desk.asks(who, verb, address)
                assert answer.status_code < 500, f"{verb} {address}: {answer.text}"
                looked += answer.status_code == 200
    assert looked > 20, "the walk came past our pages"
    assert await desk.everything_on_record() == before
    assert await _events(desk.newsroom) == history


async def _events(newsroom: Newsroom) -> int:
    return len((await newsroom.handle.fetch_history()).events)


async def test_who_left_the_house_reads_nothing_any_more(desk: Desk) -> None:
    path = await desk.has_a_post()
    async with desk.database.transaction(desk.organisation) as session:
        await session.execute(
            update(PersonRow)
            .where(PersonRow.organisation == desk.organisation, PersonRow.id == "ana")
            .values(active=False)
        )
    for answer in (await desk.reads("ana", path), await desk.starts("ana", "later")):
        refused(answer, 403, "ACTOR_INACTIVE")
    refused(await desk.signs_in("ana"), 401, "WRONG_SIGN_IN")
