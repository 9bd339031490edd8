"""PostgreSQL as our own child: private to this user, durable, and gone when we are gone."""

import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT

import psycopg

from local.claim import Claim
from local.cluster import DATABASE, OWNER, RUNTIME, furnish, give, make_cluster
from local.lodging import Lodging, account_for, aside, can_enter, find_lodging
from local.processes import (
    CannotStart,
    Process,
    began,
    command_of,
    end_stranger,
    last_words,
    launch,
)

# A public body's record survives a power cut: never trade these two for speed.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# What is thrown away after a test need not survive one.
FLEETING = {"fsync": "off", "full_page_writes": "off"}
PRIVATE = {"listen_addresses": "", "unix_socket_permissions": "0700"}
MODEST = {"shared_buffers": "128MB", "max_connections": "100", "timezone": "UTC"}
LOGGED = {"log_timezone": "UTC", "log_line_prefix": "%m [%p] "}

# For a moment after a crash the server's old children still hold its memory.
PASSING = ("pre-existing shared memory block", "postmaster.pid")

PATIENCE = timedelta(seconds=120)  # recovery after a crash reads the log again; let it
SOCKET_PATH_LIMIT = 103  # bytes: 107 on Linux, 103 on macOS


class Postgres:
    """One cluster in one home folder. Start and stop as often as you like: the address stays."""

    def __init__(self, home: Path, log: Path | None = None) -> None:
        self.home = home.resolve()
        self.log = log or self.home / "logs" / "postgres.log"
        self.durable = DURABLE
        self.account = account_for(self.home)
        self.sockets = self._choose_sockets()
        self.lodging: Lodging | None = None
        self._claim: Claim | None = None
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """For the API and the workers: a role that owns nothing."""
        return self.url_of(RUNTIME, DATABASE)

    @property
    def owner_url(self) -> str:
        """For migrations."""
        return self.url_of(OWNER, DATABASE)

    def url_of(self, role: str, database: str) -> str:
        return f"postgresql+psycopg://{role}@/{database}?host={self.sockets}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def returncode(self) -> int | None:
        return self._process.poll() if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def data(self) -> Path:
        return self._lodged().data

    def prepare(self) -> None:
        """Hold the data, and shut down what a crash left running on it."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._occupy()
        self._end_orphan()

    def start(self) -> None:
        """Returns when the database can be used: new at first, recovered after a crash."""
        if self.alive:
            return
        self.prepare()
        try:
            self._make_sockets()
            make_cluster(self._lodged())
            self._launch()
            with self._connect() as connection:
                furnish(connection)
        except psycopg.OperationalError as broken:
            self.stop()
            raise CannotStart(f"PostgreSQL fell while it was starting: {broken}") from broken
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Fast, not rude: sessions are broken off, everything committed is written down."""
        if self._process is not None:
            self._end(self._process)
        if self._claim is not None and self._claim.held:
            shutil.rmtree(self.sockets, ignore_errors=True)
            self._claim.release()

    def restart(self) -> None:
        self.stop()
        self.start()

    def forget(self) -> None:
        """Stop, and delete the cluster. For temporary homes: what lies outside them goes, too."""
        self.stop()
        link = self.home / "postgres"
        shutil.rmtree(link.resolve(), ignore_errors=True)
        link.unlink(missing_ok=True)
        if self.account is not None:
            shutil.rmtree(aside(self.home), ignore_errors=True)

    @classmethod
    @contextmanager
    def temporary(cls) -> Iterator["Postgres"]:
        """For a test session: a home that is thrown away afterwards, wherever its data was."""
        with tempfile.TemporaryDirectory(prefix="parapheur-") as folder:
            Path(folder).chmod(0o711)  # so that, for root, the data can stay inside
            postgres = cls(Path(folder) / "home")
            try:
                postgres.start()
                yield postgres
            finally:
                postgres.forget()

    @classmethod
    @contextmanager
    def fleeting(cls) -> Iterator["Postgres"]:
        """As `temporary`, and quicker: it survives every kill -9, and no power cut."""
        with cls.temporary() as postgres:
            postgres.durable = DURABLE | FLEETING
            postgres.restart()
            yield postgres

    def __enter__(self) -> "Postgres":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Before it runs

    def _lodged(self) -> Lodging:
        if self.lodging is None:
            self.lodging = find_lodging(self.home, self.account)
        return self.lodging

    def _occupy(self) -> None:
        """The lock stands beside the data, so that two links to one cluster meet at one lock."""
        if self._claim is None:
            self._claim = Claim(self.data.with_name("postgres.lock"))
        self._claim.take(f"The database in {self.data}")

    def _end_orphan(self) -> None:
        """Cleanly, if it runs; what only looks as if it ran is cleared away."""
        file = self.data / "postmaster.pid"
        try:
            pid = int(file.read_text().split()[0])
        except FileNotFoundError:
            return
        except (ValueError, IndexError):
            pid = 0
        if pid and began(pid) and str(self.data) in command_of(pid):
            end_stranger(pid, (SIGINT, timedelta(seconds=30)), (SIGQUIT, timedelta(seconds=5)))
        file.unlink(missing_ok=True)

    def _choose_sockets(self) -> Path:
        """Short, because the path of a Unix socket is limited; the same for the same home."""
        name = f"parapheur-{sha256(bytes(self.home)).hexdigest()[:12]}"
        for folder in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108
            fits = len(bytes(folder / name / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
            if not fits or not can_enter(self.account, folder):
                continue
            if self._is_ours_to_make(folder / name):
                return folder / name
            return folder / f"parapheur-{secrets.token_hex(6)}"
        raise CannotStart(
            "There is no temporary folder for PostgreSQL's socket; please set TMPDIR."
        )

    def _is_ours_to_make(self, folder: Path) -> bool:
        """Anybody may put a folder of that name into the temporary folder before we do."""
        try:
            found = folder.lstat()
        except FileNotFoundError:
            return True
        ours = self.account.uid if self.account else os.geteuid()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == ours

    def _make_sockets(self) -> None:
        shutil.rmtree(self.sockets, ignore_errors=True)  # a killed newsroom leaves it behind
        self.sockets.mkdir(mode=0o700)
        give(self.sockets, self.account)

    # While it runs

    def _launch(self) -> None:
        deadline = time.monotonic() + PATIENCE.total_seconds()
        while not self._launched(deadline):
            time.sleep(0.1)

    def _launched(self, deadline: float) -> bool:
        """One try: True when it answers, False when what is in its way will pass."""
        said = self.log.stat().st_size if self.log.exists() else 0
        settings = self.durable | PRIVATE | MODEST | LOGGED
        self._process = launch(
            [str(self._lodged().programs / "postgres"), "-D", str(self.data)]
            + ["-k", str(self.sockets)]
            + [part for name, value in settings.items() for part in ("-c", f"{name}={value}")],
            log=self.log,
            farewell=SIGINT,
            account=self.account,
        )
        while self.alive and time.monotonic() < deadline:
            if self._answers():
                return True
            time.sleep(0.03)
        why = last_words(self.log, since=said)
        if time.monotonic() < deadline and any(sentence in why for sentence in PASSING):
            return False
        raise CannotStart(f"PostgreSQL did not start. It said: {why}. Its log is {self.log}.")

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.sockets), user=OWNER, dbname="postgres", autocommit=True
        )

    def _end(self, process: Process) -> None:
        for farewell, seconds in ((SIGINT, 30), (SIGQUIT, 5), (SIGKILL, 5)):
            if process.poll() is None:
                process.send_signal(farewell)
            deadline = time.monotonic() + seconds
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
