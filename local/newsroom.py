"""The whole newsroom on one machine: started in order, watched, and stopped in reverse."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from signal import SIG_IGN, SIGHUP, SIGINT, SIGTERM, getsignal

import typer

from local.bulletin import Bulletin, remove_bulletin
from local.claim import Claim
from local.namespace import SearchAttributes
from local.ports import LOOPBACK, Port, listening, refuse_busy
from local.postgres import Postgres
from local.processes import began
from local.services import Child, Database, Program, Service
from local.temporal import Temporal
from local.watching import keep_running
from settings import Settings

# An office is an example organisation; it ships with the source.
OFFICE = Path(__file__).parents[1] / "policies" / "office"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104


def parapheur(*words: str) -> Child:
    return Child(words[0], (sys.executable, "-m", "cli", *words))


PREPARATIONS = (parapheur("migrate"), parapheur("apply", str(OFFICE)), parapheur("resume"))
STAFF = (parapheur("worker"), parapheur("api"))


async def run_newsroom(
    settings: Settings, greeting: Callable[[], str], search_attributes: SearchAttributes
) -> None:
    """Until Ctrl-C. Raises CannotStart with a sentence when something is in the way."""
    await Newsroom(settings, greeting, search_attributes).run()


class Newsroom:
    """One home folder, one newsroom. What it starts can be replaced, so that tests stay small."""

    def __init__(
        self,
        settings: Settings,
        greeting: Callable[[], str],
        search_attributes: SearchAttributes,
        *,
        preparations: Sequence[Child] = PREPARATIONS,
        staff: Sequence[Child] = STAFF,
        say: Callable[[str], None] = typer.echo,
    ) -> None:
        self.settings = settings
        self.greeting = greeting
        self.say = say
        self.home = settings.home.resolve()
        self.logs = self.home / "logs"
        self.postgres = Postgres(self.home)
        self.temporal = Temporal(
            self.home / "temporal.db",
            search_attributes=search_attributes,
            port=settings.temporal_port,
            ui_port=settings.temporal_ui_port,
            namespace=settings.temporal_namespace,
            codec_endpoint=f"{self.api_url}/codec",
            log=self.logs / "temporal.log",
        )
        self.preparations = tuple(self._program(child, migrates=True) for child in preparations)
        self.servers: tuple[Service, ...] = (Database(self.postgres), self.temporal)
        self.staff = tuple(self._program(child, migrates=False) for child in staff)
        self._hurry = asyncio.Event()
        self._watches: list[asyncio.Task[None]] = []

    @property
    def api_url(self) -> str:
        host = LOOPBACK if self.settings.api_host in EVERYWHERE else self.settings.api_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.settings.api_port}"

    async def run(self) -> None:
        story = asyncio.create_task(self._story())
        loop = asyncio.get_running_loop()
        signals = [SIGINT, SIGTERM]
        signals += [] if getsignal(SIGHUP) is SIG_IGN else [SIGHUP]  # `nohup` is a wish, too
        for signal in signals:
            loop.add_signal_handler(signal, self._interrupt, story)
        try:
            await asyncio.wait([story])
        finally:
            story.cancel()
            await asyncio.wait([story])
            for signal in signals:
                loop.remove_signal_handler(signal)
        if not story.cancelled():
            story.result()

    async def _story(self) -> None:
        async with AsyncExitStack() as stack:
            await self._occupy(stack)
            refuse_busy(self._ports())
            stack.callback(remove_bulletin, self.home)
            stack.push_async_callback(self._stop_watching)
            for server in self.servers:
                await self._open(server)
            for program in self.preparations:
                self.say(f"parapheur {program.name} …")
                await program.finish()
            for program in self.staff:
                await self._open(program)
            await self._welcome()
            await asyncio.gather(*self._watches)

    async def _occupy(self, stack: AsyncExitStack) -> None:
        """One newsroom a home; then what a crashed one left is ended, and its ports are free."""
        claim = Claim(self.home / "newsroom.lock")
        claim.take(f"The newsroom in {self.home}")
        stack.callback(claim.release)
        for service in (*self.servers, *self.preparations, *self.staff):
            stack.push_async_callback(service.stop, self._hurry)
            await service.prepare()

    async def _open(self, service: Service) -> None:
        await service.start()
        self._announce()
        watch = keep_running(service, self.say, self._announce)
        self._watches.append(asyncio.create_task(watch))
        self.say(f"{service.name} started as pid {service.pid}.")

    async def _stop_watching(self) -> None:
        """First of all: whom we stop must not be started again."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)

    def _interrupt(self, story: asyncio.Task[None]) -> None:
        if story.cancelling():
            self._hurry.set()
            return
        self.say("Stopping, the last started first. Press Ctrl-C again to hurry.")
        story.cancel()

    async def _welcome(self) -> None:
        host, patience = self.settings.api_host, timedelta(seconds=20)
        if not await listening(self.settings.api_port, host, patience):
            self.say(f"The API does not answer yet; {self.logs / 'api.log'} says why.")
        self.say(
            f"\nThe newsroom is open.\n"
            f"  API and its docs   {self.api_url}/docs\n"
            f"  Sandbox platform   {self.api_url}/sandbox\n"
            f"  Temporal UI        {self.temporal.ui_url}\n"
            f"  Logs               {self.logs}\n"
            f"  Posts              {self.postgres.data}\n"
        )
        self.say(self.greeting())
        self.say("Ctrl-C stops everything; `make up` finds it again.")

    def _announce(self) -> None:
        services = (*self.servers, *self.staff)
        Bulletin(
            pid=os.getpid(),
            began=began(os.getpid()) or "",
            api=self.api_url,
            docs=f"{self.api_url}/docs",
            sandbox=f"{self.api_url}/sandbox",
            temporal_address=self.temporal.address,
            temporal_ui=self.temporal.ui_url,
            database_url=self.postgres.url,
            owner_database_url=self.postgres.owner_url,
            logs=str(self.logs),
            children={service.name: service.pid for service in services if service.pid},
        ).write(self.home)

    def _ports(self) -> list[Port]:
        said = self.settings
        metrics_host, _, metrics_port = said.metrics_address.rpartition(":")
        ports = [
            Port(said.api_port, "PARAPHEUR_API_PORT", said.api_host),
            Port(said.temporal_port, "PARAPHEUR_TEMPORAL_PORT"),
            Port(said.temporal_ui_port, "PARAPHEUR_TEMPORAL_UI_PORT"),
        ]
        if metrics_port:
            ports.append(Port(int(metrics_port), "PARAPHEUR_METRICS_ADDRESS", metrics_host))
        return ports

    def _program(self, child: Child, *, migrates: bool) -> Program:
        """Only what migrates learns the owner's address: the others may not change evidence."""
        environment = {**os.environ, **self._environment()}
        environment["PARAPHEUR_OWNER_DATABASE_URL"] = self.postgres.owner_url if migrates else ""
        return Program(child, self.home, environment)

    def _environment(self) -> Mapping[str, str]:
        said, given = self.settings, self.settings.model_fields_set
        keys = said.keys.resolve() if "keys" in given else self.home / "keys"
        media = said.media_store if "media_store" in given else f"file:{self.home / 'media'}"
        told = {
            "HOME": str(self.home),
            "KEYS": str(keys),
            "MEDIA_STORE": media,
            "DATABASE_URL": self.postgres.url,
            "TEMPORAL_ADDRESS": self.temporal.address,
            "TEMPORAL_NAMESPACE": said.temporal_namespace,
            "TEMPORAL_UI_URL": self.temporal.ui_url,
            "TEMPORAL_PORT": str(said.temporal_port),
            "TEMPORAL_UI_PORT": str(said.temporal_ui_port),
            "API_HOST": said.api_host,
            "API_PORT": str(said.api_port),
            "METRICS_ADDRESS": said.metrics_address,
            "LOCAL_SIGN_IN": "true",
        }
        return {f"PARAPHEUR_{name}": value for name, value in told.items()} | {
            "PYTHONUNBUFFERED": "1"
        }
