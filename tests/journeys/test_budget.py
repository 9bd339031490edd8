"""What a whole life may leave in Temporal's history: each event is a replicated write."""

import asyncio

import pytest

from bench.history import BYTES, EVENTS
from domain.post import End
from local.footprint import Footprint, footprint_of
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio


async def test_a_life_of_two_levels_two_channels_and_two_looks_stays_in_its_budget(
    real_newsroom: Newsroom,
) -> None:
    """Where the machine stands still, the engine asks for a task once more: three may try."""
    for _ in range(3):
        life = await lived(real_newsroom)
        if life.events_without_waits <= EVENTS and life.bytes_without_waits <= BYTES:
            return
    raise AssertionError(f"{life}; at most {EVENTS} events and {BYTES:,} bytes may be")


async def lived(room: Newsroom) -> Footprint:
    await room.submits(in_days=None)
    await room.is_signed_by_all()
    assert await asyncio.wait_for(room.handle.result(), 120) is End.PUBLISHED
    return await footprint_of(room.handle)
