"""What every test may lean on: real servers for the whole run, and a newsroom for each test."""

import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from local.postgres import Postgres
from local.temporal import Temporal
from records.database import Database, connect
from records.keys import Keyring, Kind, Seals, make_keys
from records.migrate import migrate
from tests.activities.desk import Desk, a_desk
from tests.newsroom import Newsroom, a_newsroom, time_skipping
from workflows import attributes
from workflows.codec import AesGcmCodec, data_converter
from workflows.engine import identity_of

pytest_plugins = ["tests.piles"]

# An example may take as long as a busy machine needs.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_collection() -> None:
    """What is read now stays until the end: never look through it for rubbish."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL with our tables."""
    with Postgres.fleeting() as server:
        migrate(server.owner_url, server.url)
        yield server


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys") / "keys"
    make_keys(folder)
    return folder


@pytest.fixture(scope="session")
async def temporal(anyio_backend: str) -> AsyncIterator[Temporal]:
    """The real engine, in memory."""
    async with Temporal(search_attributes=attributes.TYPES) as server:
        yield server


@pytest.fixture
async def database(postgres: Postgres, anyio_backend: str) -> AsyncIterator[Database]:
    database = connect(postgres.url)
    yield database
    await database.close()


@pytest.fixture
async def desk(
    database: Database, postgres: Postgres, keys: Path, tmp_path: Path, anyio_backend: str
) -> Desk:
    """An organisation of its own on the real PostgreSQL, and no engine."""
    return await a_desk(database, postgres.owner_url, keys, tmp_path)


@pytest.fixture(scope="session")
def witness(keys: Path) -> Seals:
    """Who can tell whether a checkpoint is ours."""
    return Seals.of(keys, Kind.CHECKPOINT)


@pytest.fixture
async def newsroom(
    database: Database, keys: Path, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[Newsroom]:
    """An organisation of its own, a worker, and a clock whose days pass in no time."""
    async with time_skipping(keys) as env, a_newsroom(env, database, keys, tmp_path) as room:
        yield room


@pytest.fixture
async def real_newsroom(
    temporal: Temporal, database: Database, keys: Path, tmp_path: Path
) -> AsyncIterator[Newsroom]:
    """The same on the real engine, which loses no answer, and where a day takes a day."""
    async with on_the_real_engine(temporal, database, keys, tmp_path) as room:
        yield room


@asynccontextmanager
async def on_the_real_engine(
    temporal: Temporal, database: Database, keys: Path, folder: Path
) -> AsyncIterator[Newsroom]:
    codec = AesGcmCodec(Keyring.of(keys, Kind.CODEC))
    client = await Client.connect(
        temporal.address, data_converter=data_converter(codec), identity=identity_of("worker")
    )
    env = WorkflowEnvironment.from_client(client)
    async with a_newsroom(env, database, keys, folder) as room:
        yield room
