"""One real newsroom for all tests that need a whole one: opening it is what takes time."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.house import House, a_house


@pytest.fixture(scope="session")
async def house(anyio_backend: str) -> AsyncIterator[House]:
    async with a_house() as house:
        yield house
