"""What a whole life may leave in Temporal's history: each event is a replicated write."""

import asyncio

import pytest

from bench.history import BYTES, EVENTS, Left
from domain.post import End
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio


async def test_a_life_of_two_levels_two_channels_and_two_looks_stays_in_its_budget(
    real_newsroom: Newsroom,
) -> None:
    """The best of three: where the machine stands still, the engine asks for a task once more."""
    lives = [await lived(real_newsroom) for _ in range(3)]
    assert min(life.events_without_waits for life in lives) <= EVENTS
    assert min(life.bytes_without_waits for life in lives) <= BYTES


async def lived(room: Newsroom) -> Left:
    await room.submits(in_days=None)
    await room.is_signed_by_all()
    assert await asyncio.wait_for(room.handle.result(), 120) is End.PUBLISHED
    told = await room.handle.describe()
    history = await room.handle.fetch_history()
    return Left(history.events, told.raw_description.workflow_execution_info.history_size_bytes)
