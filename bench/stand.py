"""A newsroom for one measurement: real servers on files, a worker, an API, and the floor beside it.

Everything stands in a temporary folder, on ports of its own, and is gone afterwards.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from temporalio.client import Client, WorkflowHandle

from bench.cpu import Meter
from bench.floor import QUEUE, Floor, Said
from bench.wire import Wire
from domain.naming import fresh_name
from local.ports import LOOPBACK, free_port, listening
from local.postgres import Postgres
from local.processes import CannotStart
from local.services import Child, Program
from local.temporal import Temporal
from records import sign_in
from records.database import Database, connect
from records.keys import make_keys
from records.migrate import migrate
from records.office import apply_office
from settings import Settings
from workflows import attributes, engine

ROOT = Path(__file__).parents[1]
OFFICE = "office"
TEXT = "Boil tap water before drinking it, in the harbour district, until Friday 18:00."
CHANNELS = ("town-square", "harbour")

# The chain of the demo, but both its looks are at once: a life without a wait.
CHAIN = "bench"
WAITLESS = {"id": CHAIN, "watch": ["0s", "0s"]}

PATIENCE = timedelta(seconds=30)
QUIET = 3  # times what a probe takes on a stand where nothing happens


@dataclass(frozen=True)
class Desk:
    """Where one client sits: a line to the API, and the raw engine."""

    wire: Wire
    client: Client
    tokens: dict[str, str]

    async def submits(self) -> str:
        """Ana drafts a post and submits it, in one call; it then waits for Legal."""
        told = await self._does(
            "ana",
            "/v1/posts",
            key=fresh_name(),
            text=TEXT,
            channels=CHANNELS,
            languages=["en"],
            chain=CHAIN,
            submit=True,
        )
        return str(told["id"])

    async def approves(self, who: str, post: str) -> str:
        """Signs the level that is open; answers with the stage that follows."""
        path = f"/v1/posts/{post}/decisions"
        told = await self._does(who, path, verdict="approve", revision=1)
        return str(told["stage"])

    async def _does(self, who: str, path: str, *, key: str = "", **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        if key:
            headers["Idempotency-Key"] = key
        return await self.wire.post(path, headers, body)

    def life_of(self, post: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(f"post/{OFFICE}/{post}")

    async def starts_floor(self) -> WorkflowHandle[Floor, str]:
        id = fresh_name()
        return await self.client.start_workflow(Floor.run, id, id=f"floor/{id}", task_queue=QUEUE)

    async def decides_floor(self, floor: WorkflowHandle[Floor, str], who: str) -> None:
        said = Said(fresh_name(), who, 1, "0" * 64)
        await floor.execute_update(Floor.decide, said)


@dataclass
class Stand:
    settings: Settings
    database: Database
    client: Client
    meter: Meter
    tokens: dict[str, str]
    idle: float = 0.0  # seconds a probe takes when nothing else happens

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Desk]:
        wire = Wire(self.settings.api_host, self.settings.api_port)
        try:
            yield Desk(wire, self.client, self.tokens)
        finally:
            await wire.close()

    async def warm_up(self) -> None:
        """Let everything happen once; then learn how quick the engine is with nothing to do."""
        async with self.desk() as desk:
            for _ in range(5):
                post = await desk.submits()
                await desk.approves("lena", post)
                await desk.approves("dara", post)
                await desk.life_of(post).result()
        self.idle = median([await self._probe() for _ in range(9)])

    async def settle(self) -> None:
        """Wait until nothing is left over from before; not for ever, since others work here too."""
        for _ in range(50):
            if await self._probe() < QUIET * self.idle:
                return
            await asyncio.sleep(0.1)

    async def _probe(self) -> float:
        """Seconds from a start to its first answered update."""
        begun = time.perf_counter()
        async with self.desk() as desk:
            await desk.decides_floor(await desk.starts_floor(), "probe")
        return time.perf_counter() - begun


@asynccontextmanager
async def a_stand() -> AsyncIterator[Stand]:
    """Started in order, warmed up, and stopped in reverse. Raises CannotStart."""
    async with AsyncExitStack() as at_the_end:
        home = Path(at_the_end.enter_context(TemporaryDirectory(prefix="parapheur-bench-")))
        postgres = at_the_end.enter_context(Postgres.temporary())
        temporal = Temporal(home / "temporal.db", search_attributes=attributes.TYPES)
        await at_the_end.enter_async_context(temporal)
        told = _settings(home, postgres, temporal)
        make_keys(told.keys)
        await asyncio.to_thread(migrate, postgres.owner_url, postgres.url)
        database = connect(postgres.url, pool=4)
        at_the_end.push_async_callback(database.close)
        await apply_office(database, _office(home / "office"))
        staff = [_program(home, told, name) for name in ("cli worker", "cli api", "bench.floor")]
        for program in staff:
            at_the_end.push_async_callback(program.stop)
            await program.start()
        if not await listening(told.api_port, LOOPBACK, PATIENCE):
            raise CannotStart((home / "logs" / "api.log").read_text())
        pids = {"postgres": postgres.pid, "temporal": temporal.pid} | {s.name: s.pid for s in staff}
        stand = Stand(
            told,
            database,
            await engine.connect(told),
            Meter({name: pid for name, pid in pids.items() if pid}),
            await _tokens(told),
        )
        await stand.warm_up()
        yield stand


def _settings(home: Path, postgres: Postgres, temporal: Temporal) -> Settings:
    return Settings(
        database_url=postgres.url,
        temporal_address=temporal.address,
        temporal_ui_url=temporal.ui_url,
        api_port=free_port(),
        metrics_address=f"{LOOPBACK}:{free_port()}",
        keys=home / "keys",
        media_store=f"file:{home / 'media'}",
        home=home,
        local_sign_in=True,
        log_level="WARNING",
    )


def _program(home: Path, told: Settings, words: str) -> Program:
    module, *more = words.split()
    said = {f"PARAPHEUR_{name.upper()}": str(getattr(told, name)) for name in told.model_fields_set}
    environment = {**os.environ, **said, "PYTHONPATH": str(ROOT)}
    name = (more or [module.rpartition(".")[2]])[0]
    return Program(Child(name, (sys.executable, "-m", module, *more)), home, environment)


def _office(folder: Path) -> Path:
    """The example office, with one chain more."""
    copytree(ROOT / "policies" / "office", folder)
    demo = yaml.safe_load((folder / "chains" / "demo.yaml").read_text())
    (folder / "chains" / f"{CHAIN}.yaml").write_text(yaml.safe_dump(demo | WAITLESS))
    return folder


async def _tokens(told: Settings) -> dict[str, str]:
    """Sessions of the people we need, as they get them: by signing in."""
    wire, word = Wire(told.api_host, told.api_port), sign_in.password(told.keys)
    asked = {"organisation": OFFICE, "password": word}
    tokens = {
        who: str((await wire.post("/v1/sessions", {}, {**asked, "person": who}))["token"])
        for who in ("ana", "lena", "dara")
    }
    await wire.close()
    return tokens
