"""What a newsroom keeps running: programs of ours, and the database, seen in the same way."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from signal import SIGTERM, Signals
from typing import Protocol

from local.postgres import Postgres
from local.processes import (
    CannotStart,
    Process,
    Trace,
    dismiss,
    end_orphan,
    how_it_ended,
    last_words,
    launch,
)


class Service(Protocol):
    """May be started again after it ended, and stopped whether it runs or not."""

    @property
    def name(self) -> str: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def returncode(self) -> int | None:
        """None while it runs, and before it ran."""

    async def prepare(self) -> None:
        """Take what is ours, and end what a crashed newsroom left running there."""

    async def start(self) -> None: ...
    async def stop(self, hurry: asyncio.Event | None = None) -> None: ...


@dataclass(frozen=True)
class Child:
    """A program of ours: how it is started, how it is asked to end and how long it may take."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    farewell: Signals = SIGTERM
    patience: timedelta = timedelta(seconds=40)


class Program:
    """A child that should run all the time."""

    def __init__(self, child: Child, home: Path, environment: Mapping[str, str]) -> None:
        self.child = child
        self.log = home / "logs" / f"{child.name}.log"
        self._trace = home / "run" / f"{child.name}.pid"
        self._environment = {**environment, **child.environment}
        self._process: Process | None = None

    @property
    def name(self) -> str:
        return self.child.name

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def returncode(self) -> int | None:
        return self._process.poll() if self._process else None

    async def prepare(self) -> None:
        patience = timedelta(seconds=1)  # its servers fell with the newsroom: nothing to finish
        await asyncio.to_thread(end_orphan, self._trace, self.child.farewell, patience)

    async def start(self) -> None:
        self._launched()

    async def stop(self, hurry: asyncio.Event | None = None) -> None:
        if self._process is not None:
            await dismiss(self._process, self.child.farewell, self.child.patience, hurry)
            self._trace.unlink(missing_ok=True)

    async def finish(self) -> None:
        """For what runs once, such as a migration: wait until it is done, and well done."""
        process = self._launched()
        returncode = await asyncio.to_thread(process.wait)
        if returncode != 0:
            raise CannotStart(
                f"{self.name} did not succeed ({how_it_ended(returncode)}). "
                f"Its last words: {last_words(self.log)}. Its log is {self.log}."
            )

    def _launched(self) -> Process:
        child = self.child
        self._process = launch(
            child.command, log=self.log, farewell=child.farewell, environment=self._environment
        )
        Trace.of(self._process, child.command[0]).write(self._trace)
        return self._process


class Database:
    """PostgreSQL's supervisor waits by sleeping, so a thread waits for it."""

    name = "postgres"

    def __init__(self, postgres: Postgres) -> None:
        self.postgres = postgres

    @property
    def pid(self) -> int | None:
        return self.postgres.pid

    @property
    def returncode(self) -> int | None:
        return self.postgres.returncode

    async def prepare(self) -> None:
        await _undisturbed(self.postgres.prepare)

    async def start(self) -> None:
        await _undisturbed(self.postgres.start)

    async def stop(self, hurry: asyncio.Event | None = None) -> None:
        await _undisturbed(self.postgres.stop)  # always quick; never hurried past its writing


async def _undisturbed(work: Callable[[], None]) -> None:
    """A thread cannot be cancelled: let it finish first, then be cancelled."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
