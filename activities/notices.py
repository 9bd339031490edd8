"""Telling people that a post needs them: today to the log, from an outbox that loses nothing."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from records.database import Database
from records.notices import Waiting, mark_sent, take_waiting

log = logging.getLogger("parapheur.notices")
PAUSE = timedelta(seconds=1)


@dataclass(frozen=True)
class Courier:
    """Takes notices from the outbox to people. Two couriers never carry the same one."""

    database: Database

    async def deliver_for_ever(self) -> None:
        while True:
            if not await self.deliver():
                await asyncio.sleep(PAUSE.total_seconds())

    async def deliver(self) -> int:
        """Carry what waits; answers how many."""
        async with self.database.transaction("") as session:
            waiting = await take_waiting(session)
            for notice in waiting:
                self._carry(notice)
            if waiting:
                await mark_sent(session, waiting)
        return len(waiting)

    def _carry(self, notice: Waiting) -> None:
        # ids only: what a notice says may quote an approver's reason
        log.info("told %s about post %s/%s", notice.person, notice.organisation, notice.post)
