"""Keeps a service running: notices that it ended, says so, starts it again, slower each time."""

import asyncio
import time
from collections.abc import Callable

from local.processes import CannotStart, how_it_ended
from local.services import Service

STEADY = 5.0  # seconds; whoever ran that long is forgiven what was before
PAUSES = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)


async def keep_running(
    service: Service, say: Callable[[str], None], changed: Callable[[], None]
) -> None:
    """For ever, until cancelled. `changed` hears of every new process."""
    ends_in_a_row = 0
    while True:
        began = time.monotonic()
        returncode = await _end_of(service)
        if time.monotonic() - began > STEADY:
            ends_in_a_row = 0
        how = f"{service.name} ended ({how_it_ended(returncode)})"
        ends_in_a_row = await _revive(service, how, ends_in_a_row, say)
        changed()
        say(f"{how}; started again as pid {service.pid}.")


async def _end_of(service: Service) -> int:
    while (returncode := service.returncode) is None:  # noqa: ASYNC110, processes end without an event
        await asyncio.sleep(0.1)
    return returncode


async def _revive(service: Service, how: str, tries: int, say: Callable[[str], None]) -> int:
    while True:
        pause = PAUSES[min(tries, len(PAUSES) - 1)]
        tries += 1
        if pause >= 1:
            say(f"{how}, not for the first time; trying again in {pause:.0f} s.")
        await asyncio.sleep(pause)
        try:
            await service.start()
        except CannotStart as objection:
            say(f"{how} and did not start again. {objection}")
            continue
        return tries
