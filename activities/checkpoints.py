"""Sealing the heads of all files, again and again, while the worker runs."""

import asyncio
from datetime import timedelta

from records.checkpoints import organisations, seal_heads
from records.database import Database
from records.keys import Sealer


async def keep_checkpoints(database: Database, sealer: Sealer, every: timedelta) -> None:
    """A checkpoint for each organisation in which something moved."""
    while True:
        await asyncio.sleep(every.total_seconds())
        async with database.transaction("") as session:
            names = await organisations(session)
        for name in names:
            async with database.transaction(name) as session:
                await seal_heads(session, name, sealer)
