"""The programs we start: they end when we end, and we know them again after a crash."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import timedelta
from json import JSONDecodeError, dumps, loads
from pathlib import Path
from signal import SIGKILL, Signals

Process = subprocess.Popen[bytes]

# The kernel ends a child when the *thread* that started it ends, so one thread that lives as long
# as we do starts them all.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starter")


class CannotStart(Exception):
    """Something on this machine is in the way; the sentence says what to do about it."""


@dataclass(frozen=True)
class Account:
    """A system user that a program may run as."""

    name: str
    uid: int
    gid: int


def launch(
    command: Sequence[str],
    *,
    log: Path,
    farewell: Signals,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
) -> Process:
    """Start a program in a process group of its own: Ctrl-C on the terminal reaches only us."""
    bound = str(Path(__file__).with_name("bound.py"))
    who = f"{account.uid}:{account.gid}" if account else "-"
    words = (bound, str(farewell.value), str(os.getpid()), who)
    log.parent.mkdir(parents=True, exist_ok=True)

    def begin() -> Process:
        with log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", "-S", *words, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                process_group=0,
            )

    return _starter.submit(begin).result()


async def dismiss(
    process: Process,
    farewell: Signals,
    patience: timedelta,
    hurry: asyncio.Event | None = None,
) -> None:
    """Ask a child to end; when patience runs out, or somebody is in a hurry, end it."""
    deadline = time.monotonic() + patience.total_seconds()
    if process.poll() is None:
        process.send_signal(farewell)
    while process.poll() is None and time.monotonic() < deadline:
        if hurry is not None and hurry.is_set():
            break
        await asyncio.sleep(0.02)
    if process.poll() is None:
        process.kill()
        await asyncio.to_thread(process.wait)


def how_it_ended(returncode: int) -> str:
    return f"signal {-returncode}" if returncode < 0 else f"exit code {returncode}"


def last_words(log: Path, since: int = 0, lines: int = 3) -> str:
    """The end of a log, to be shown to the person who has to do something about it."""
    with log.open("rb") as file:
        file.seek(since)
        said = file.read().decode(errors="replace").strip().splitlines()
    return " / ".join(line.strip() for line in said[-lines:]) or "nothing"


@dataclass(frozen=True)
class Trace:
    """What we write down about a child, so that a later newsroom can find it and be sure it is it.

    A number alone is not enough: the system gives it to another process one day.
    """

    pid: int
    began: str
    program: str

    @classmethod
    def of(cls, process: Process, program: str) -> "Trace":
        return cls(process.pid, began(process.pid) or "", program)

    @classmethod
    def read(cls, file: Path) -> "Trace | None":
        try:
            return cls(**loads(file.read_text()))
        except (FileNotFoundError, JSONDecodeError, TypeError):
            return None  # nothing was started, or we were killed in the middle of writing

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dumps(asdict(self)))

    @property
    def still_runs(self) -> bool:
        said = command_of(self.pid)  # nothing, while the last threads of it are ending
        return began(self.pid) == self.began and (self.program in said or not said)


def end_orphan(file: Path, farewell: Signals, patience: timedelta) -> None:
    """End what a crashed newsroom left running, when it is certain that it is that very process."""
    trace = Trace.read(file)
    if trace is not None and trace.still_runs:
        end_stranger(trace.pid, (farewell, patience))
    file.unlink(missing_ok=True)


def end_stranger(pid: int, *steps: tuple[Signals, timedelta]) -> None:
    """End a process that is not our child, each step ruder than the one before."""
    for farewell, patience in (*steps, (SIGKILL, timedelta(seconds=5))):
        deadline = time.monotonic() + patience.total_seconds()
        try:
            os.kill(pid, farewell)
        except ProcessLookupError:
            return
        except PermissionError as refusal:
            raise CannotStart(
                f"Process {pid} was left running by another user; please end it first."
            ) from refusal
        while time.monotonic() < deadline:
            if began(pid) is None:
                return
            time.sleep(0.02)
    raise CannotStart(f"Process {pid} was left running and does not end; please end it first.")


def began(pid: int) -> str | None:
    """When the process began, in the system's own words; None when it is gone.

    A zombie is gone: it only waits for somebody to read its exit code, which may never happen.
    But not while threads of it are still ending: until then its ports and files are taken.
    """
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        state, threads, start = fields[0], int(fields[17]), fields[19]
        return None if state in "ZX" and threads < 2 else start
    said = _ps(pid, "stat=", "lstart=")
    return None if not said or said.startswith("Z") else " ".join(said.split()[1:])


def command_of(pid: int) -> str:
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    return _ps(pid, "command=")


def _ps(pid: int, *columns: str) -> str:
    asked = ["/bin/ps", "-ww", "-p", str(pid)]
    asked += [part for column in columns for part in ("-o", column)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
