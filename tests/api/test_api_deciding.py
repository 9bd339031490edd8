"""Deciding over HTTP: by the right person, on what they read, once; and every way to be refused."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from domain.acts import Verdict
from domain.post import End
from records.tables import PersonRow
from tests.api.desk import Desk, done, refused

pytestmark = pytest.mark.anyio


async def test_two_people_sign_and_it_goes_out_at_its_hour(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    first = done(await desk.decides("lena", path, "approve", level="legal"))
    assert (first["state"], first["level"]) == ("in_review", "direction")
    second = done(await desk.decides("dara", path, "approve"))
    assert (second["state"], second["level"]) == ("scheduled", None)
    assert second["signatures"] == [
        {"level": "legal", "by": "lena"},
        {"level": "direction", "by": "dara"},
    ]
    assert await desk.newsroom.ends() is End.PUBLISHED
    assert done(await desk.reads("ana", path), 200)["state"] == "published"
    assert desk.newsroom.copies == 2


async def test_a_machine_never_decides_even_with_every_scope(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    await desk.gives_a_key("cms")
    before = await desk.story(path)
    for verdict in Verdict:
        refused(await desk.decides("cms", path, verdict, "Because."), 403, "FORBIDDEN")
    settled = await desk.sends("cms", f"{path}/settlement", channel="harbour", found="drop")
    refused(settled, 403, "FORBIDDEN")
    assert await desk.story(path) == before


async def test_nobody_decides_without_signing_in(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    answer = await desk.decides("", path, "approve")
    refused(answer, 401, "UNAUTHENTICATED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_decision_is_for_the_revision_that_was_read(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    await desk.newsroom.revises("Boil all water before drinking.", submit=True)
    says = refused(await desk.decides("lena", path, "approve", revision=1), 409, "STALE_VERSION")
    assert "You read revision 1; the post is now at revision 2." in says
    early = await desk.decides("lena", path, "approve", revision=7)
    assert "There is no revision 7; the newest is 2." in refused(early, 409, "STALE_VERSION")
    refused(await desk.decides("lena", path, "approve", revision=9), 409, "STALE_VERSION")
    done(await desk.decides("lena", path, "approve", revision=2))


async def test_a_draft_is_not_under_review(desk: Desk) -> None:
    path = await desk.has_a_post()
    refused(await desk.decides("lena", path, "approve"), 409, "NOT_IN_REVIEW")


# I-4
async def test_levels_sign_in_their_order_and_only_for_themselves(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    refused(await desk.decides("dara", path, "approve"), 409, "LEVEL_NOT_OPEN")
    early = await desk.decides("lena", path, "approve", level="direction")
    refused(early, 409, "NOT_ELIGIBLE")  # it opens later, and never for her
    refused(await desk.decides("carl", path, "approve"), 409, "NOT_ELIGIBLE")
    refused(await desk.decides("lena", path, "approve", level="crown"), 409, "NOT_ELIGIBLE")
    done(await desk.decides("lena", path, "approve"))
    refused(await desk.decides("li", path, "approve"), 409, "LEVEL_CLOSED")
    refused(await desk.decides("dara", path, "approve", level="legal"), 409, "NOT_ELIGIBLE")


async def test_nobody_signs_what_they_wrote(desk: Desk) -> None:
    await desk.gives_a_key("cms")
    path = await desk.has_a_post_in_review("cms", author="lena")
    refused(await desk.decides("lena", path, "approve"), 409, "SELF_APPROVAL")
    done(await desk.decides("li", path, "approve"))


async def test_nobody_signs_twice(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    async with desk.database.transaction(desk.organisation) as session:
        await session.execute(
            update(PersonRow)
            .where(PersonRow.organisation == desk.organisation, PersonRow.id == "lena")
            .values(groups=["legal", "direction"])
        )
    done(await desk.decides("lena", path, "approve"))
    refused(await desk.decides("lena", path, "approve"), 409, "SEPARATION_OF_DUTIES")


@pytest.mark.parametrize("verdict", ["request_changes", "reject"])
async def test_whoever_says_no_says_why(desk: Desk, verdict: str) -> None:
    path = await desk.has_a_post_in_review()
    refused(await desk.decides("lena", path, verdict, " \n"), 409, "COMMENT_REQUIRED")
    post = done(await desk.decides("lena", path, verdict, "Name the streets."))
    assert post["because"] == "Name the streets."
    assert post["state"] == {"request_changes": "changes_requested", "reject": "rejected"}[verdict]


async def test_a_decision_has_a_verdict_that_we_know_and_nothing_else(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    strange = ({"verdict": "maybe"}, {"mood": "good"}, {"reason": "\x00"})
    numbers = ({"revision": said} for said in (0, True, "1", 1.5, 2**31))
    for said in (*strange, *numbers):
        body: dict[str, Any] = {"verdict": "approve", "revision": 1, **said}
        refused(await desk.sends("lena", f"{path}/decisions", **body), 422, "INVALID")
    long = await desk.decides("lena", path, "reject", "x" * 2_001)
    refused(long, 422, "INVALID")
    assert await desk.story(path) == ["ana drafted", "house admitted"]


async def test_a_decision_sent_twice_under_one_key_is_one_decision(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    await desk.reads("lena", path)
    asked = [desk.decides("lena", path, "approve", key="d-1") for _ in range(8)]
    answers = [done(answer) for answer in await asyncio.gather(*asked)]
    assert {answer["level"] for answer in answers} == {"direction"}
    assert (await desk.story(path)).count("lena approved") == 1
    other = await desk.decides("lena", path, "reject", "No.", key="d-1")
    refused(other, 422, "IDEMPOTENCY_KEY_REUSED")


async def test_opposite_decisions_at_once_have_one_winner(desk: Desk) -> None:
    """I-6: the record tells which, and the other is told."""
    path = await desk.has_a_post_in_review()
    for who in ("lena", "li"):
        await desk.reads(who, path)
    one, other = await asyncio.gather(
        desk.decides("lena", path, "approve"), desk.decides("li", path, "reject", "Never.")
    )
    assert sorted([one.status_code, other.status_code]) == [201, 409]
    story = await desk.story(path)
    assert ("lena approved" in story) != ("li rejected" in story)
    assert (one.status_code == 201) == ("lena approved" in story)


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("withdrawn", "WITHDRAWN"),
        ("discarded", "DISCARDED"),
        ("rejected", "REJECTED"),
        ("missed", "EXPIRED"),
        ("published", "ALREADY_PUBLISHED"),
    ],
)
async def test_after_the_end_everything_is_refused_with_what_happened(
    desk: Desk, end: str, code: str
) -> None:
    path = await desk.has_a_post() if end == "discarded" else await desk.has_a_post_in_review()
    if end == "rejected":
        done(await desk.decides("lena", path, "reject", "No.", key="first"))
    elif end != "discarded":
        done(await desk.decides("lena", path, "approve", key="first"))
    match end:
        case "withdrawn" | "discarded":
            done(await desk.sends("ana", f"{path}/withdrawal", reason="Not now."))
        case "missed":
            await desk.newsroom.days_pass(2)
            done(await desk.decides("dara", path, "approve"))
        case "published":
            done(await desk.decides("dara", path, "approve"))
    assert await desk.newsroom.ends() is End(end)
    before = await desk.story(path)

    assert done(await desk.reads("ana", path), 200)["state"] == end
    said = await desk.post_saying(in_days=40, text="Once more.")
    del said["chain"]
    for answer in (
        await desk.decides("li", path, "approve", key="new"),
        await desk.sends("ana", f"{path}/submission", revision=1),
        await desk.sends("ana", f"{path}/withdrawal", reason="Again."),
        await desk.sends("ana", f"{path}/hour", release_at=said["release_at"]),
    ):
        refused(answer, 409, code)
    edited = await desk.sends("ana", f"{path}/revisions", seen=1, **said)
    refused(edited, 409, "LOCKED" if end == "published" else code)  # a correction is a new post
    if end != "discarded":  # what was answered once is answered the same for ever
        verdict, reason = ("reject", "No.") if end == "rejected" else ("approve", "")
        again = await desk.decides("lena", path, verdict, reason, key="first")
        assert done(again)["state"] == end
    assert await desk.story(path) == before
