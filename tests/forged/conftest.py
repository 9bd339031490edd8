"""The same burglar on two servers: one whose days pass in no time, and the real one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from local.temporal import Temporal
from records.database import Database
from records.keys import Keyring, Kind
from tests.forged.burglar import Burglar
from tests.newsroom import a_newsroom, time_skipping
from workflows.codec import AesGcmCodec, data_converter


@pytest.fixture
async def real(
    temporal: Temporal, database: Database, keys: Path, tmp_path: Path
) -> AsyncIterator[Burglar]:
    """A burglar on the real server, where a day takes a day."""
    codec = AesGcmCodec(Keyring.of(keys, Kind.CODEC))
    client = await Client.connect(temporal.address, data_converter=data_converter(codec))
    env = WorkflowEnvironment.from_client(client)
    async with a_newsroom(env, database, keys, tmp_path) as newsroom:
        yield Burglar(newsroom, keys)


@pytest.fixture
async def skipping(database: Database, keys: Path, tmp_path: Path) -> AsyncIterator[Burglar]:
    """A burglar on the server whose days pass in no time."""
    async with time_skipping(keys) as env, a_newsroom(env, database, keys, tmp_path) as newsroom:
        yield Burglar(newsroom, keys)


@pytest.fixture(params=["skipping", "real"])
def burglar(request: pytest.FixtureRequest) -> Burglar:
    """On each of the two."""
    found = request.getfixturevalue(str(request.param))
    assert isinstance(found, Burglar)
    return found
