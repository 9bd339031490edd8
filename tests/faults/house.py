"""A whole newsroom as processes of its own, any of which may be killed."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import UpdateActivityOptionsRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from local.bulletin import Bulletin, read_bulletin
from local.demo import Person, signed_in
from local.lodging import aside
from local.ports import free_port
from local.processes import began
from records import sign_in

SOURCE = Path(__file__).parents[2]
PATIENCE = 240  # seconds, for whatever has to happen on a machine that has other things to do
SHORT = timedelta(seconds=8)  # longer than one send may take here: see `a_house`


@dataclass
class House:
    """One home folder. `open` and `fall` as often as you like."""

    home: Path
    environment: dict[str, str]
    up: subprocess.Popen[bytes] | None = None
    people: dict[str, Person] = field(default_factory=dict)

    async def open(self) -> None:
        self.up = self._started()
        await self.until(self.is_open, "the newsroom is open")

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "cli", "up"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=SOURCE, env=self.environment, stdout=log, stderr=log
            )

    async def people_come(self) -> None:
        http = httpx.AsyncClient(base_url=self.bulletin.api, timeout=20)
        word = sign_in.password(self.home / "keys")
        self.people = {name: await signed_in(http, name, word) for name in ("ana", "lena", "dara")}

    def is_open(self) -> bool:
        assert self.up
        assert self.up.poll() is None, self.log.read_text()[-2000:]
        bulletin = read_bulletin(self.home)
        if bulletin is None or bulletin.pid != self.up.pid or len(bulletin.children) < 4:
            return False
        try:
            return httpx.get(f"{bulletin.api}/readyz", timeout=5).json()["engine"] == "ready"
        except (httpx.TransportError, KeyError):
            return False

    async def close(self) -> None:
        for http in {person.http for person in self.people.values()}:
            await http.aclose()
        if self.up and self.up.poll() is None:
            self.up.send_signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(self.up.wait, 90)
            finally:
                self.up.kill()

    async def fall(self) -> None:
        """kill -9, of the newsroom itself; and another one is opened in its home."""
        left = self.bulletin.children
        assert self.up
        self.up.kill()
        await asyncio.to_thread(self.up.wait)
        await self.open()
        assert all(began(pid) is None for pid in left.values()), "it left somebody behind"

    async def pull(self, *plugs: str) -> None:
        """kill -9, and the newsroom has started them again."""
        fallen = {plug: self.bulletin.children[plug] for plug in plugs}
        for pid in fallen.values():
            os.kill(pid, signal.SIGKILL)
        await self.until(
            lambda: not fallen.items() & self.bulletin.children.items(), f"{plugs} are back"
        )

    async def gives_up_on_the_fallen(self, post: str) -> None:
        """The engine waits for minutes for a sender that fell. As an operator may, cut it short."""
        client = await Client.connect(self.bulletin.temporal_address)
        short = ActivityOptions()
        short.start_to_close_timeout.FromTimedelta(SHORT)
        for kind in ("publishing.send_all", "publishing.send"):
            asked = UpdateActivityOptionsRequest(
                namespace=client.namespace,
                execution=WorkflowExecution(workflow_id=f"post/office/{post}"),
                activity_options=short,
                update_mask=FieldMask(paths=["start_to_close_timeout"]),
                type=kind,
            )
            try:
                await client.workflow_service.update_activity_options(asked, retry=True)
            except RPCError as refusal:
                if refusal.status is not RPCStatusCode.NOT_FOUND:  # all of them may be done
                    raise

    @property
    def log(self) -> Path:
        return self.home.parent / "up.log"

    @property
    def bulletin(self) -> Bulletin:
        bulletin = read_bulletin(self.home)
        assert bulletin, "the newsroom is closed"
        return bulletin

    async def until(self, true: Callable[[], object], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not true():  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(
                f"never came true: {what}. {self.log.read_text()[-2000:]}"
            ) from None

    def asks(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cli", *words]
        return subprocess.run(
            command, cwd=SOURCE, env=self.environment, capture_output=True, text=True, check=False
        )

    # What only the database's owner can do: look, and stand in the way.

    def connected(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.bulletin.owner_database_url.replace("+psycopg", ""))

    def asked(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self.connected() as connection:
            return connection.execute(query.encode(), values).fetchall()

    @contextmanager
    def no_post_arrives(self) -> Iterator[None]:
        """Whatever the sandbox is sent waits outside until this is over."""
        with self._locked("LOCK TABLE sandbox_posts IN SHARE ROW EXCLUSIVE MODE"):
            yield

    @contextmanager
    def nothing_is_filed(self, post: str) -> Iterator[None]:
        """Whoever has news for this post's file waits until this is over."""
        with self._locked("SELECT 1 FROM posts WHERE id = %s FOR UPDATE", post):
            yield

    @contextmanager
    def _locked(self, query: str, *values: object) -> Iterator[None]:
        """A lock falls with its database, so that nobody has to be asked to let go."""
        connection = self.connected()
        connection.execute(query.encode(), values)
        try:
            yield
        finally:
            connection.close()


@asynccontextmanager
async def a_house() -> AsyncIterator[House]:
    """Opened, and thrown away in the end."""
    folder = open_folder()
    environment = {
        **os.environ,
        "PARAPHEUR_HOME": str(folder / "home"),
        "PARAPHEUR_API_PORT": str(free_port()),
        "PARAPHEUR_TEMPORAL_PORT": str(free_port()),
        "PARAPHEUR_TEMPORAL_UI_PORT": str(free_port()),
        "PARAPHEUR_METRICS_ADDRESS": f"127.0.0.1:{free_port()}",
        "PARAPHEUR_SEND_SECONDS": "3",
        "PARAPHEUR_CLAIM_SECONDS": "1",
        "PARAPHEUR_CHECKPOINT_SECONDS": "5",
    }
    house = House(folder / "home", environment)
    try:
        await house.open()
        await house.people_come()
        yield house
    finally:
        await house.close()
        shutil.rmtree(aside(house.home), ignore_errors=True)
        shutil.rmtree(folder)


def open_folder() -> Path:
    """One that everybody may enter, since PostgreSQL may run as somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="parapheur-faults-", dir="/tmp"))
    folder.chmod(0o755)
    return folder
