"""The worker: connects, gives the activities their hands, and serves until told to stop."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.channels import Connections
from activities.checkpoints import keep_checkpoints
from activities.histories import Shelf
from activities.ledger import Ledger
from activities.measures import Measures
from activities.media import Album, open_store
from activities.notices import Courier
from activities.policy import Policy
from activities.publishing import Channels, Patience, Publishing
from records.database import Database, connect
from records.filing import Seals
from records.keys import Kind, Sealer, Vault
from records.keys import Seals as PublicKeys
from settings import Settings
from workflows import engine
from workflows.archive import Archivist
from workflows.door import Doorkeeper
from workflows.post import PostLife

log = logging.getLogger("parapheur.worker")
WORKFLOWS = [PostLife]


@dataclass(frozen=True)
class Hands:
    """What the activities work with."""

    database: Database
    seals: Seals
    channels: Channels
    album: Album
    patience: Patience
    clock: Callable[[], Awaitable[datetime]] | None = None  # None: PostgreSQL's

    def activities(self) -> list[Callable[..., object]]:
        clock = self.clock or self.database.now
        publishing = Publishing(
            self.database, self.seals, self.channels, self.album, clock, self.patience
        )
        ledger = Ledger(self.database, self.seals, clock)
        return [
            ledger.file,
            ledger.deadline,
            ledger.learn,
            ledger.close,
            Policy(self.database, self.seals).examine,
            publishing.send,
            publishing.send_all,
            Measures(self.database, self.channels, clock).take,
        ]


def new_worker(
    client: Client, activities: list[Callable[..., object]], seals: Seals, task_queue: str
) -> Worker:
    """A worker for every workflow and activity, sized for one machine (docs/operating.md)."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS,
        activities=activities,
        interceptors=[Doorkeeper(seals)],
        workflow_runner=UnsandboxedWorkflowRunner(),  # guarded by tests/replay: decision 0010
        build_id=version("parapheur"),  # admins see which release ran a task
        max_cached_workflows=1000,
        max_concurrent_workflow_tasks=100,
        max_concurrent_activities=100,
        max_concurrent_local_activities=100,
        graceful_shutdown_timeout=timedelta(seconds=30),
    )


async def serve(settings: Settings) -> None:
    """Until SIGTERM or Ctrl-C; then finish what is in hand, for up to 30 seconds."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with AsyncExitStack() as at_the_end:
        database = connect(settings.database_url, pool=20)
        at_the_end.push_async_callback(database.close)
        channels = Connections(database, Vault.of(settings.keys), f"{settings.address}/sandbox")
        at_the_end.push_async_callback(channels.close)
        seals = PublicKeys.of(settings.keys)
        patience = Patience(
            timedelta(seconds=settings.send_seconds), timedelta(seconds=settings.claim_seconds)
        )
        store = open_store(settings.media_store)
        album = Album(store, database)
        hands = Hands(database, seals, channels, album, patience)
        client = await engine.connect(settings, "worker", metrics_address=settings.metrics_address)
        sealer = Sealer.of(settings.keys, Kind.CHECKPOINT)
        chores = [
            asyncio.create_task(Courier(database).deliver_for_ever()),
            asyncio.create_task(Archivist(client, database, Shelf(store)).keep_for_ever()),
            asyncio.create_task(
                keep_checkpoints(database, sealer, timedelta(seconds=settings.checkpoint_seconds))
            ),
        ]
        async with new_worker(client, hands.activities(), seals, settings.task_queue):
            log.info("The worker serves %s.", settings.task_queue)
            await _first(stop.wait(), *chores)
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)


async def _first(stopped: Coroutine[None, None, bool], *chores: asyncio.Task[None]) -> None:
    """Return when told to stop; raise if a chore dies, so that who watches us starts us anew."""
    told = asyncio.create_task(stopped)
    done, _ = await asyncio.wait({told, *chores}, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        await task
