"""Windows that close on posts that nobody has decided on, and what a revision leaves behind."""

import pytest

from domain.post import End, Stage
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio


async def test_what_nobody_decided_before_its_window_closed_is_missed(newsroom: Newsroom) -> None:
    await newsroom.submits(in_days=1, window_days=3)
    await newsroom.approves("lena")
    assert await newsroom.ends() is End.MISSED
    life = await newsroom.life()
    assert life.because == "Nobody decided before its window closed."
    assert (await newsroom.story())[-1] == "house closed"
    assert ("ana", f"Your post missed its window and did not go out. {life.because}") in (
        await newsroom.notices()
    )
    assert await newsroom.refusal(newsroom.approves("dara")) == "EXPIRED"
    assert newsroom.copies == 0
    assert await newsroom.record_agrees()


async def test_a_revision_in_review_is_waited_for_as_long_as_its_own_window_is_open(
    newsroom: Newsroom,
) -> None:
    await newsroom.submits(in_days=1, window_days=1)
    await newsroom.revises("Boil water in the harbour.", in_days=9, window_days=1, submit=True)
    await newsroom.days_pass(5)
    assert (await newsroom.life()).stage is Stage.APPROVING
    await newsroom.is_signed_by_all()
    assert await newsroom.ends() is End.PUBLISHED


async def test_why_it_came_back_is_forgotten_once_it_is_written_anew(newsroom: Newsroom) -> None:
    await newsroom.submits()
    await newsroom.asks_for_changes("lena", "Name the district.")
    assert (await newsroom.life()).because == "Name the district."
    await newsroom.revises("Boil water in the harbour district.")
    assert (await newsroom.life()).because == ""
    await newsroom.resubmits()
    before = await newsroom.notices()
    await newsroom.revises("Boil water in the old harbour.")
    assert [n for n in await newsroom.notices() if n not in before] == []
