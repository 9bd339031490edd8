"""Temporal as our own child: the real server on one file, tuned, on loopback only."""

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from json import dumps
from pathlib import Path
from signal import SIGTERM

from temporalio.client import Client
from temporalio.service import RPCError

from local.claim import Claim
from local.namespace import SearchAttributes, add_missing, exists, keep_for, word
from local.ports import LOOPBACK, free_port, is_free, listening
from local.processes import CannotStart, Process, Trace, dismiss, end_orphan, last_words, launch

# Survives a power cut (synchronous=2 is FULL), and does twice the work of the stock journal.
PRAGMAS = ("journal_mode=WAL", "synchronous=2")

# The stock server looks into its queues every 50 ms and rounds timers up to a second.
TUNED: Mapping[str, int | bool | str] = {
    "history.transferProcessorMaxPollRPS": 2000,
    "history.transferProcessorMaxPollHostRPS": 10000,
    "history.timerProcessorMaxPollRPS": 1000,
    "history.timerProcessorMaxPollHostRPS": 5000,
    "history.timerProcessorMaxTimeShift": "10ms",
    "matching.numTaskqueueReadPartitions": 1,
    "matching.numTaskqueueWritePartitions": 1,
    "matching.enableFairness": True,
    "system.forceSearchAttributesCacheRefreshOnRead": False,
    "frontend.namespaceRPS": 50000,
    "frontend.rps": 50000,
    "history.rps": 100000,
    "matching.rps": 100000,
    "frontend.persistenceMaxQPS": 100000,
    "history.persistenceMaxQPS": 100000,
    "matching.persistenceMaxQPS": 100000,
    "worker.persistenceMaxQPS": 100000,
}

PASSING = ("address already in use", "database is locked", "SQLITE_BUSY")
PATIENCE = timedelta(seconds=30)
TO_STOP = timedelta(seconds=10)  # it takes 1.3 s when nothing holds it up


class Temporal:
    """One server. Without a file it lives in memory, for tests. The ports stay over restarts."""

    name = "temporal"

    def __init__(
        self,
        filename: Path | None = None,
        *,
        search_attributes: SearchAttributes,
        retention: timedelta = timedelta(days=400),
        port: int | None = None,
        ui_port: int | None = None,
        namespace: str = "default",
        codec_endpoint: str | None = None,
        log: Path | None = None,
    ) -> None:
        self.filename = filename.resolve() if filename else None
        self.search_attributes = search_attributes
        self.retention = retention
        self.port = port or free_port()
        self.ui_port = ui_port or free_port()
        self.http_port = free_port()
        self.metrics_port = free_port()
        self.namespace = namespace
        self.codec_endpoint = codec_endpoint
        self.log = log or (self.filename.with_suffix(".log") if self.filename else Path(os.devnull))
        self._claim = Claim(_beside(self.filename, ".lock")) if self.filename else None
        self._process: Process | None = None

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def ui_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ui_port}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def returncode(self) -> int | None:
        return self._process.poll() if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def prepare(self) -> None:
        """Hold the file, and end what a crash left on it: a second server would ruin it."""
        if self.filename is None or self._claim is None:
            return
        self._claim.take(f"The Temporal store {self.filename}")
        trace = _beside(self.filename, ".pid")
        await asyncio.to_thread(end_orphan, trace, SIGTERM, TO_STOP)

    async def start(self) -> None:
        """Returns when workflows can be started, with every search attribute we use."""
        if self.alive:
            return
        await self.prepare()
        try:
            client = await self._launch()
            await keep_for(client, self.retention)
            if await add_missing(client, self.search_attributes):
                await self._end()  # sooner done than waiting for every cache in the server
                await self._launch()
        except RPCError as broken:
            await self.stop()
            raise CannotStart(f"Temporal fell while it was starting: {broken}") from broken
        except BaseException:
            await self.stop()
            raise

    async def stop(self, hurry: asyncio.Event | None = None) -> None:
        await self._end(hurry)
        if self._claim is not None and self._claim.held:
            _beside(self.filename, ".pid").unlink(missing_ok=True)
            self._claim.release()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def __aenter__(self) -> "Temporal":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def connected(self) -> Client:
        """A plain client, for looking after the server itself."""
        return await Client.connect(self.address, namespace=self.namespace)

    # How

    async def _launch(self) -> Client:
        """Try until it answers; what is in its way for a moment is waited for."""
        deadline = time.monotonic() + PATIENCE.total_seconds()
        pause = 0.05
        while True:
            said = self.log.stat().st_size if self.log.exists() else 0
            await self._ports_are_free(deadline)
            self._process = self._launched()
            client = await self._answer(deadline)
            if client is not None:
                return client
            why = last_words(self.log, since=said)
            passing = any(sentence in why for sentence in PASSING)
            if not passing or time.monotonic() > deadline:
                raise CannotStart(f"Temporal did not start. It said: {why}. Its log is {self.log}.")
            await self._end()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2)

    def _launched(self) -> Process:
        process = launch(
            self._command(),
            log=self.log,
            farewell=SIGTERM,
            environment={**os.environ, "GOGC": "400"},  # memory for speed: half the collecting
        )
        if self.filename is not None:
            Trace.of(process, str(self.filename)).write(_beside(self.filename, ".pid"))
        return process

    async def _answer(self, deadline: float) -> Client | None:
        """None when it ended, or said nothing until the deadline."""
        client: Client | None = None
        while self.alive and time.monotonic() < deadline:
            if client is None and await listening(self.port, LOOPBACK, timedelta(seconds=0.1)):
                client = await self._client()
            if client is not None and await exists(client):
                return client if self.alive else None
            await asyncio.sleep(0.02)
        return None

    async def _client(self) -> Client | None:
        try:
            return await self.connected()
        except (RuntimeError, RPCError):  # it listens, but does not talk yet
            return None

    async def _ports_are_free(self, deadline: float) -> None:
        """After a kill the old server's ports may stay taken for a moment."""
        ports = (self.port, self.ui_port, self.http_port, self.metrics_port)
        while taken := [port for port in ports if not is_free(port)]:
            if time.monotonic() > deadline:
                raise CannotStart(f"Temporal needs port {taken[0]}, but another program has it.")
            await asyncio.sleep(0.1)

    async def _end(self, hurry: asyncio.Event | None = None) -> None:
        if self._process is not None:
            patience = TO_STOP if self.filename else timedelta(0)  # memory has nothing to save
            await dismiss(self._process, SIGTERM, patience, hurry)

    def _command(self) -> list[str]:
        ports = {
            "--port": self.port,
            "--ui-port": self.ui_port,
            "--http-port": self.http_port,
            "--metrics-port": self.metrics_port,
        }
        attributes = [f"{name}={word(kind)}" for name, kind in self.search_attributes.items()]
        return [
            *(str(_binary()), "server", "start-dev", "--disable-config-file"),
            *("--disable-config-env", "--log-level", "warn", "--namespace", self.namespace),
            *("--ip", LOOPBACK, "--ui-ip", LOOPBACK, "--ui-disable-news-fetch"),
            *(part for flag, port in ports.items() for part in (flag, str(port))),
            *_each("--search-attribute", attributes),  # heeded only when the file is new
            *_each("--dynamic-config-value", [f"{k}={dumps(v)}" for k, v in TUNED.items()]),
            *(("--ui-codec-endpoint", self.codec_endpoint) if self.codec_endpoint else ()),
            *(("--db-filename", str(self.filename)) if self.filename else ()),
            *(_each("--sqlite-pragma", PRAGMAS) if self.filename else ()),
        ]


def _binary() -> Path:
    binary = Path(sys.executable).with_name("temporal")
    if not binary.exists():
        raise CannotStart(f"The Temporal server is not installed: there is no {binary}.")
    return binary


def _beside(filename: Path | None, ending: str) -> Path:
    if filename is None:
        raise ValueError("a server in memory has nothing beside it")
    return filename.with_name(filename.name + ending)


def _each(flag: str, values: list[str] | tuple[str, ...]) -> list[str]:
    return [part for value in values for part in (flag, value)]
