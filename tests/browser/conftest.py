"""A real browser, and a town whose pages it opens: both stand for as long as the tests run."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from local.postgres import Postgres
from local.temporal import Temporal
from records.database import connect
from tests import npm
from tests.api.desk import a_desk, over_the_wire
from tests.browser.pages import Pages
from tests.browser.town import ALT, ENGLISH, LINK, LONG, Town
from tests.browser.visitor import PATIENCE, a_browser, program
from tests.conftest import on_the_real_engine
from tests.machine import required_in_ci

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:
    with required_in_ci():
        path = program()
    async with a_browser(path) as browser:
        yield browser


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that knows the barriers."""
    home = npm.installed("axe", Path(__file__).parent / "axe", proof="axe-core/axe.min.js")
    return (home / "node_modules/axe-core/axe.min.js").read_text()


@pytest.fixture(scope="session")
async def town(
    browser: Browser,  # asked for first: nothing else is started where there is none
    temporal: Temporal,
    postgres: Postgres,
    keys: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Town]:
    """Engine, worker, record, and an API that listens. On the engine that stands still: here, no
    day has to pass, and many posts live side by side."""
    folder, database = tmp_path_factory.mktemp("town"), connect(postgres.url)
    async with (
        on_the_real_engine(temporal, database, keys, folder) as room,
        a_desk(room, keys, folder, api_hosts=("127.0.0.1",)) as desk,
        over_the_wire(desk) as place,
    ):
        yield Town(desk, place)
    await database.close()


@pytest.fixture(scope="session")
async def pages(town: Town) -> Pages:
    """Every page that we have, in every state that looks different, to be looked at only."""
    media = [{"sha256": await town.keeps_a_picture(), "alt": ALT}]
    said = {"text": LONG, "variants": {"harbour": ENGLISH}, "links": [LINK], "media": media}
    waits, answered = await town.asks_the_port(**said), await town.asks_the_port(text=ENGLISH)
    await town.is_answered_by_the_port(answered, "approve")
    return Pages(
        link=waits,
        decided=answered,
        early=await town.asks_the_port_too_early(),
        shut=f"{waits}x",
        sandbox=await town.shows_on_the_sandbox(LONG),
        reference=f"{town.place}/docs",
    )
