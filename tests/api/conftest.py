"""The API, with a whole newsroom behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.desk import Desk, a_desk
from tests.newsroom import Newsroom


@pytest.fixture
async def desk(newsroom: Newsroom, keys: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(newsroom, keys, tmp_path) as desk:
        yield desk
