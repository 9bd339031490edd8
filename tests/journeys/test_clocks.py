"""Two clocks: the engine wakes a life by its own, and the record believes only PostgreSQL's."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.post import End
from records.database import Database
from tests.newsroom import a_newsroom, time_skipping

pytestmark = pytest.mark.anyio


async def test_an_engine_that_is_a_little_ahead_waits_and_nothing_is_lost(
    database: Database, keys: Path, tmp_path: Path
) -> None:
    """Its deadline, its hour, each look and its end come a moment later, and all of them come."""
    behind = timedelta(seconds=0.4)
    async with (
        time_skipping(keys) as env,
        a_newsroom(env, database, keys, tmp_path, behind) as room,
    ):
        await room.submits(chain="press", in_days=9)
        await room.eventually_days(lambda life: bool(life.review.opened[0].added))
        await room.is_signed_by_all()
        assert await room.ends() is End.PUBLISHED
        story = await room.story()
        assert story.count("house deadline_passed") >= 1
        assert story.count("house measured") == 5
        assert room.copies == 2
