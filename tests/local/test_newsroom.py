"""A newsroom opens, notices whoever falls, starts them again, and closes in reverse order."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from local.bulletin import Bulletin, read_bulletin
from local.claim import Claim
from local.newsroom import Newsroom
from local.ports import free_port
from local.processes import CannotStart, began
from local.services import Child, Program
from local.watching import keep_running
from settings import Settings

pytestmark = pytest.mark.anyio

WORKER = """
import os, pathlib, signal, sys, time
def end(*_):
    time.sleep(0.1)
    print("worker finished its work", time.monotonic())
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("worker", os.environ["PARAPHEUR_DATABASE_URL"])
while True:
    time.sleep(60)
"""

API = """
import os, signal, socket, sys, time
def end(*_):
    print("api closed", time.monotonic())
    sys.exit()
signal.signal(signal.SIGTERM, end)
server = socket.create_server(("127.0.0.1", int(os.environ["PARAPHEUR_API_PORT"])))
while True:
    server.accept()[0].close()
"""

MIGRATE = """
import os
for name in ("OWNER_DATABASE_URL", "TEMPORAL_ADDRESS", "KEYS", "MEDIA_STORE", "LOCAL_SIGN_IN"):
    print(name, os.environ["PARAPHEUR_" + name])
"""

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("stubborn", flush=True)
time.sleep(300)
"""


def python(name: str, script: str) -> Child:
    return Child(name, (sys.executable, "-c", script))


def settings_for(home: Path) -> Settings:
    return Settings(
        home=home,
        api_port=free_port(),
        temporal_port=free_port(),
        temporal_ui_port=free_port(),
        metrics_address=f"127.0.0.1:{free_port()}",
    )


def newsroom_in(
    home: Path, said: list[str], settings: Settings | None = None, worker: str = WORKER
) -> Newsroom:
    return Newsroom(
        settings or settings_for(home),
        lambda: "Sign in as Ada.",
        {},
        preparations=(python("migrate", MIGRATE),),
        staff=(python("worker", worker), python("api", API)),
        say=said.append,
    )


async def presently(becomes_true: Callable[[], object]) -> None:
    async with asyncio.timeout(120):
        while not becomes_true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@asynccontextmanager
async def opened(newsroom: Newsroom, said: list[str]) -> AsyncIterator[asyncio.Task[None]]:
    running = asyncio.create_task(newsroom.run())
    try:
        await presently(lambda: running.done() or "Sign in as Ada." in said)
        assert not running.done(), said
        yield running
    finally:
        running.cancel()
        await asyncio.wait([running])


def bulletin(home: Path) -> Bulletin:
    found = read_bulletin(home)
    assert found
    return found


async def test_from_opening_to_closing(home: Path) -> None:
    said: list[str] = []
    newsroom = newsroom_in(home, said)
    async with opened(newsroom, said) as running:
        text = "\n".join(said)
        for place in ("docs", "sandbox"):
            assert f"http://127.0.0.1:{newsroom.settings.api_port}/{place}" in text
        assert f"http://127.0.0.1:{newsroom.settings.temporal_ui_port}" in text
        assert str(home / "logs") in text

        told = dict(line.split() for line in (home / "logs/migrate.log").read_text().splitlines())
        assert told == {
            "OWNER_DATABASE_URL": newsroom.postgres.owner_url,
            "TEMPORAL_ADDRESS": f"127.0.0.1:{newsroom.settings.temporal_port}",
            "KEYS": str(home / "keys"),
            "MEDIA_STORE": f"file:{home}/media",
            "LOCAL_SIGN_IN": "true",
        }

        for name in ("worker", "api", "temporal", "postgres"):
            await _falls_and_rises(home, said, name)
        assert newsroom.postgres.alive
        assert newsroom.temporal.alive

        children = bulletin(home).children
        os.kill(os.getpid(), signal.SIGINT)
        async with asyncio.timeout(120):
            await running
        assert [began(pid) for pid in children.values()] == [None] * 4
        assert read_bulletin(home) is None
        assert not (home / "newsroom.json").exists()
        closed = float((home / "logs/api.log").read_text().split()[-1])
        finished = float((home / "logs/worker.log").read_text().split()[-1])
        assert closed < finished  # the last started is stopped first, and the worker was let finish


async def _falls_and_rises(home: Path, said: list[str], name: str) -> None:
    fallen = bulletin(home).children[name]
    os.kill(fallen, signal.SIGKILL)
    await presently(lambda: bulletin(home).children[name] != fallen)
    now = bulletin(home).children[name]
    await presently(lambda: f"{name} ended (signal 9); started again as pid {now}." in said)


async def test_a_port_in_use_is_named_with_its_variable_before_anything_is_started(
    home: Path,
) -> None:
    said: list[str] = []
    settings = settings_for(home)
    with (
        socket.create_server(("127.0.0.1", settings.api_port)),
        socket.create_server(("127.0.0.1", settings.temporal_ui_port)),
        pytest.raises(CannotStart) as refusal,
    ):
        await newsroom_in(home, said, settings).run()
    assert f"Port {settings.api_port} is already in use" in str(refusal.value)
    assert "set PARAPHEUR_API_PORT to another one" in str(refusal.value)
    assert "set PARAPHEUR_TEMPORAL_UI_PORT to another one" in str(refusal.value)
    assert "PARAPHEUR_TEMPORAL_PORT" not in str(refusal.value)
    assert said == []
    assert not (home / "logs").exists()


async def test_a_home_holds_one_newsroom(home: Path) -> None:
    said: list[str] = []
    Claim(home / "newsroom.lock").take("The newsroom")
    with pytest.raises(CannotStart, match=f"The newsroom in {home} is already in use, by process"):
        await newsroom_in(home, said).run()
    assert said == []


async def test_a_migration_that_fails_closes_the_newsroom_and_shows_its_last_words(
    home: Path,
) -> None:
    said: list[str] = []
    newsroom = Newsroom(
        settings_for(home),
        lambda: "",
        {},
        preparations=(python("migrate", "raise SystemExit('the table is gone')"),),
        staff=(python("worker", WORKER),),
        say=said.append,
    )
    with pytest.raises(CannotStart, match=r"migrate did not succeed \(exit code 1\).*is gone"):
        await newsroom.run()
    assert not newsroom.postgres.alive
    assert not newsroom.temporal.alive
    assert not (home / "logs/worker.log").exists()


OPEN = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_newsroom
from test_newsroom import newsroom_in
class Loud(list):
    def append(self, sentence):
        print(sentence, flush=True)
worker = getattr(test_newsroom, sys.argv[3])
asyncio.run(newsroom_in(Path(sys.argv[2]), Loud(), worker=worker).run())
"""


async def test_a_killed_newsroom_leaves_nobody_in_the_way_and_a_second_ctrl_c_hurries(
    home: Path,
) -> None:
    with _opened_elsewhere(home, "WORKER") as first:
        await asyncio.to_thread(_read_until, first, "Sign in as Ada.")
        left = bulletin(home).children
        first.kill()
    assert read_bulletin(home) is None

    with _opened_elsewhere(home, "STUBBORN") as second:
        await asyncio.to_thread(_read_until, second, "Sign in as Ada.")
        assert [began(pid) for pid in left.values()] == [None] * 4
        children = bulletin(home).children
        await presently(lambda: "stubborn" in (home / "logs/worker.log").read_text())
        second.send_signal(signal.SIGTERM)
        await asyncio.to_thread(_read_until, second, "Stopping")
        assert second.poll() is None  # it has forty seconds' patience with its worker
        second.send_signal(signal.SIGINT)
        assert await asyncio.to_thread(second.wait, 35) == 0
    assert [began(pid) for pid in children.values()] == [None] * 4


def _opened_elsewhere(home: Path, worker: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", OPEN, str(Path(__file__).parent), str(home), worker]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _read_until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout
    for line in process.stdout:
        if words in line:
            return
    raise AssertionError(f"it never said {words!r}")


async def test_who_needs_time_to_finish_is_given_it_and_no_more(tmp_path: Path) -> None:
    child = Child("worker", python("worker", STUBBORN).command, patience=timedelta(seconds=0.5))
    program = Program(child, tmp_path, os.environ)
    await program.start()
    await presently(lambda: "stubborn" in program.log.read_text())
    began_at = time.monotonic()
    await program.stop()
    assert time.monotonic() - began_at >= 0.5
    assert program.returncode == -signal.SIGKILL


@dataclass
class Fallible:
    """A service that falls at once, every time, and remembers when it was started."""

    name = "worker"
    starts: list[float] = field(default_factory=list)
    returncode: int | None = 1
    refuses: int = 0

    @property
    def pid(self) -> int | None:
        return len(self.starts)

    async def prepare(self) -> None: ...

    async def start(self) -> None:
        self.starts.append(time.monotonic())
        if len(self.starts) <= self.refuses:
            raise CannotStart("Its port is taken.")

    async def stop(self, hurry: asyncio.Event | None = None) -> None: ...


async def test_who_falls_again_and_again_is_started_more_and_more_slowly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("local.watching.PAUSES", (0.0, 0.1, 0.3))
    service, said = Fallible(), list[str]()
    task = asyncio.create_task(keep_running(service, said.append, lambda: None))
    await presently(lambda: len(service.starts) >= 3)
    task.cancel()
    pauses = [later - earlier for earlier, later in pairwise(service.starts)]
    assert pauses[0] >= 0.1
    assert pauses[1] >= 0.3
    assert said[0] == "worker ended (exit code 1); started again as pid 1."


async def test_who_cannot_start_again_is_tried_until_it_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("local.watching.PAUSES", (0.0, 0.01))
    service, said = Fallible(refuses=2), list[str]()
    task = asyncio.create_task(keep_running(service, said.append, lambda: None))
    await presently(lambda: len(said) >= 3)
    task.cancel()
    assert (
        said[:2] == ["worker ended (exit code 1) and did not start again. Its port is taken."] * 2
    )
    assert said[2] == "worker ended (exit code 1); started again as pid 3."
