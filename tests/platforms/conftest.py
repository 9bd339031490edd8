"""Real platforms to publish on: built once, started when a test asks for one."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from activities.platforms.bluesky import Bluesky
from tests.machine import required_in_ci
from tests.platforms.pds_server import Pds, build, is_built, running


@dataclass(frozen=True)
class OurAccount:
    """An account of the town on the server, with nothing published yet."""

    handle: str
    did: str
    app_password: str


@pytest.fixture(scope="session")
def pds(request: pytest.FixtureRequest) -> Iterator[Pds]:
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    if terminal and not is_built():
        terminal.write_line("\nBuilding a Bluesky server for the tests: two minutes, this once …")
    with required_in_ci():
        home = build()
    with running(home) as server:
        yield server


_numbers = count(1)


@pytest.fixture
def account(pds: Pds) -> OurAccount:
    handle = f"city{next(_numbers)}.test"
    did, app_password = pds.make_account(handle)
    return OurAccount(handle, did, app_password)


@pytest.fixture
async def bluesky(pds: Pds, account: OurAccount) -> AsyncIterator[Bluesky]:
    connected = Bluesky(pds.url, account.handle, account.app_password)
    yield connected
    await connected.close()
