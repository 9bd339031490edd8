"""A desk for each test: an organisation of its own on the real PostgreSQL."""

from pathlib import Path

import pytest

from local.postgres import Postgres
from records.database import Database
from records.keys import Kind, Seals
from tests.activities.desk import Desk, a_desk


@pytest.fixture
async def desk(
    database: Database, postgres: Postgres, keys: Path, tmp_path: Path, anyio_backend: str
) -> Desk:
    return await a_desk(database, postgres.owner_url, keys, tmp_path)


@pytest.fixture(scope="session")
def witness(keys: Path) -> Seals:
    """Who can tell whether a checkpoint is ours."""
    return Seals.of(keys, Kind.CHECKPOINT)
