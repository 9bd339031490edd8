"""Changing a post over HTTP: revise, submit, withdraw, another hour, and settling what was lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, update

from domain.canonical import instant
from domain.post import Aside, End, Stage
from domain.sending import SendState
from records.tables import PublicationRow
from tests.api.desk import TEXT, Desk, a_desk, done, refused
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio
BETTER = "Boil all water before drinking."


async def revises(desk: Desk, who: str, path: str, text: str, **more: Any) -> httpx.Response:
    said = await desk.post_saying(text)
    del said["chain"]
    return await desk.sends(who, f"{path}/revisions", **{**said, "seen": 1, **more})


async def hour(desk: Desk, days: float) -> str:
    return instant(await desk.newsroom.now() + timedelta(days=days))


async def test_a_revision_voids_the_signatures_and_starts_anew(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    done(await desk.decides("lena", path, "approve"))
    post = done(await revises(desk, "ana", path, BETTER, submit=True))
    assert (post["revision"], post["round"], post["signatures"]) == (2, 2, [])
    assert (post["level"], post["content"]["text"]) == ("legal", BETTER)


async def test_a_revision_of_what_one_has_not_read_is_refused(desk: Desk) -> None:
    path = await desk.has_a_post()
    first = await revises(desk, "ana", path, BETTER, key="r-1", release_at=None, window=None)
    again = await revises(desk, "ana", path, BETTER, key="r-1", release_at=None, window=None)
    assert done(again) == done(first)
    refused(await revises(desk, "ana", path, TEXT), 409, "STALE_VERSION")
    refused(await revises(desk, "ana", path, TEXT, seen=0), 422, "INVALID")
    refused(await revises(desk, "ana", path, TEXT, chain="press"), 422, "INVALID")
    refused(await revises(desk, "ana", path, TEXT, channels=["x"]), 422, "UNKNOWN_CHANNEL")
    refused(await revises(desk, "ana", path, TEXT, author="x"), 422, "UNKNOWN_PERSON")
    assert await desk.story(path) == ["ana drafted", "ana revised"]


async def test_two_who_revise_at_once_do_not_overwrite_each_other(desk: Desk) -> None:
    path = await desk.has_a_post()
    await desk.reads("basile", path)
    both = [revises(desk, who, path, f"{who} says so.") for who in ("ana", "basile")]
    answers = await asyncio.gather(*both)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert done(await desk.reads("ana", path), 200)["revision"] == 2


async def test_a_key_changes_only_what_it_started(desk: Desk) -> None:
    path = await desk.has_a_post()
    await desk.gives_a_key("cms")
    refused(await revises(desk, "cms", path, BETTER), 409, "NOT_YOURS")
    refused(await desk.sends("cms", f"{path}/submission", revision=1), 409, "NOT_YOURS")
    refused(await desk.sends("cms", f"{path}/withdrawal"), 409, "NOT_YOURS")
    later = await hour(desk, 2)
    refused(await desk.sends("cms", f"{path}/hour", release_at=later), 409, "NOT_YOURS")


async def test_a_draft_is_submitted_once(desk: Desk) -> None:
    path = await desk.has_a_post()
    refused(await desk.sends("ana", f"{path}/submission", revision=2), 409, "STALE_VERSION")
    first = done(await desk.sends("ana", f"{path}/submission", "s-1", revision=1))
    assert first["state"] == "in_review"
    assert done(await desk.sends("ana", f"{path}/submission", "s-1", revision=1)) == first
    again = await desk.sends("ana", f"{path}/submission", revision=1)
    refused(again, 409, "NOT_SUBMITTABLE")


async def test_what_the_rules_forbid_is_not_submitted(desk: Desk) -> None:
    path = await desk.has_a_post(text="Call Marc on 06 12 34 56 78.")
    says = refused(await desk.sends("ana", f"{path}/submission", revision=1), 409, "POLICY_BLOCK")
    assert "pii.phone.personal" in says
    post = done(await desk.reads("ana", path), 200)
    assert post["state"] == "draft"
    assert "pii.phone.personal" in {found["rule"] for found in post["findings"]}


async def test_what_came_back_is_not_resubmitted_unchanged(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    done(await desk.decides("lena", path, "request_changes", "Name the streets."))
    again = await desk.sends("ana", f"{path}/submission", revision=1)
    refused(again, 409, "NO_CHANGES_SINCE_REVIEW")


async def test_its_author_or_a_lead_withdraws_it_and_nobody_else(desk: Desk) -> None:
    path = await desk.has_a_held_post()
    refused(await desk.sends("basile", f"{path}/withdrawal"), 409, "NOT_YOURS")
    post = done(await desk.sends("carl", f"{path}/withdrawal", reason="The leak is closed."))
    assert (post["state"], post["because"]) == ("withdrawn", "The leak is closed.")
    assert await desk.newsroom.ends() is End.WITHDRAWN
    assert desk.newsroom.copies == 0


@pytest.fixture
async def real_desk(real_newsroom: Newsroom, keys: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """Before the real engine: an act meets a send, and it loses neither."""
    async with a_desk(real_newsroom, keys, tmp_path) as desk:
        yield desk


async def comes_to_its_hour(desk: Desk, path: str) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    answer = await desk.sends("ana", f"{path}/hour", release_at=instant(soon))
    if answer.status_code == 409:  # so slow is this machine
        refused(answer, 409, "IN_THE_PAST")
        return await comes_to_its_hour(desk, path)
    done(answer)
    await asyncio.sleep((soon - datetime.now(UTC)).total_seconds())
    return None


async def test_what_was_withdrawn_at_its_hour_either_is_or_is_not_out(real_desk: Desk) -> None:
    """I-13: whoever withdraws learns which."""
    room, now = real_desk.newsroom, datetime.now(UTC)
    window = {"opens": instant(now), "closes": instant(now + timedelta(days=2))}
    path = await real_desk.has_a_held_post(window=window)
    await comes_to_its_hour(real_desk, path)
    answer = await real_desk.sends("ana", f"{path}/withdrawal")
    if answer.status_code == 201:
        assert await asyncio.wait_for(room.handle.result(), 120) is End.WITHDRAWN
        assert room.copies == 0
        return
    refused(answer, 409, "ALREADY_PUBLISHED")
    await room.reaches(Stage.WATCHING)
    assert room.copies == 2


async def test_another_hour_inside_the_window_that_was_signed(desk: Desk) -> None:
    path = await desk.has_a_held_post()
    later = await hour(desk, 2)
    refused(await desk.sends("basile", f"{path}/hour", release_at=later), 409, "NOT_YOURS")
    outside = await desk.sends("ana", f"{path}/hour", release_at=await hour(desk, 20))
    assert "Revise the post to change its window." in refused(outside, 409, "OUTSIDE_WINDOW")
    shut = done(await desk.reads("ana", path), 200)["window"]["closes"]
    refused(await desk.sends("ana", f"{path}/hour", release_at=shut), 409, "OUTSIDE_WINDOW")
    past = await desk.sends("ana", f"{path}/hour", release_at=await hour(desk, -1))
    refused(past, 409, "IN_THE_PAST")
    never = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon", None)
    numbers = (1_899_000_000, "1899000000")  # seconds, or perhaps not
    for said in (*never, *numbers):
        refused(await desk.sends("ana", f"{path}/hour", release_at=said), 422, "INVALID")
    post = done(await desk.sends("ana", f"{path}/hour", release_at=later))
    assert (post["release_at"], post["state"]) == (later, "scheduled")
    assert len(post["signatures"]) == 2


async def test_a_person_settles_what_nobody_can_look_up(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    harbour = desk.newsroom.platform("harbour")
    harbour.next, harbour.knows_all = ["lost"], False
    await desk.newsroom.is_signed_by_all()
    never = await desk.sends("lena", f"{path}/settlement", channel="harbour", found="drop")
    refused(never, 409, "NOTHING_UNKNOWN")
    await desk.newsroom.days_pass(1)
    await its_answer_is_lost(desk)

    settlement = f"{path}/settlement"
    no_url = await desk.sends("carl", settlement, channel="harbour", found="live")
    assert "say where it is live" in no_url.json()["errors"][0]["says"]
    refused(no_url, 422, "INVALID")
    post = done(await desk.sends("carl", settlement, "s-1", channel="harbour", found="drop"))
    sends = {send["channel"]: send["state"] for send in post["sends"]}
    assert sends == {"harbour": "dropped", "town-square": "published"}
    done(await desk.sends("carl", settlement, "s-1", channel="harbour", found="drop"))
    assert (await desk.story(path)).count("carl settled") == 1
    assert await desk.newsroom.ends() is End.PUBLISHED


async def its_answer_is_lost(desk: Desk) -> None:
    """Until the post stands aside. The lease of the lost send ends at once: it is in real time."""
    await desk.newsroom.eventually(
        lambda life: {send.state for send in life.sends} == {SendState.SENDING, SendState.PUBLISHED}
    )
    desk.newsroom.platform("harbour").posts.clear()  # nor can it be found
    async with desk.database.transaction(desk.organisation) as session:
        await session.execute(
            update(PublicationRow)
            .where(PublicationRow.organisation == desk.organisation)
            .values(lease_until=func.clock_timestamp())
        )
    await desk.newsroom.days_pass(0.001)  # until it is looked for
    await desk.newsroom.eventually(lambda life: life.aside is Aside.UNKNOWN)
    assert (await desk.newsroom.life()).stage is Stage.PUBLISHING
