"""A real AT Protocol server on this machine: built once outside the repository, then only started.

What is built is pinned by `pds/package-lock.json` and runs on the Node that our test dependencies
bring along. The build takes about two minutes, because one of its parts is compiled here.
"""

import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests import npm
from tests.machine import Lacking

HERE = Path(__file__).parent / "pds"
COMPILERS = ("g++", "make", "python3")
OWNER = "the account's own password"
READY_WITHIN = 60  # seconds; it takes two, more when the machine is busy


class CannotBuild(Lacking):
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
    return npm.home("pds", HERE).exists()


def build() -> Path:
    """The folder with the server's modules."""
    missing = [tool for tool in COMPILERS if shutil.which(tool) is None]
    if missing and not is_built():
        raise CannotBuild(
            f"The Bluesky server for the tests is compiled here once, and {', '.join(missing)} "
            "cannot be found. Install a C++ compiler, make and Python 3, then run this again."
        )
    return npm.installed("pds", HERE, proof="better-sqlite3/build/*/*.node")


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
                [npm.node(), run / "start.mjs", str(port), str(directory), run / "accounts"],
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


def _two_free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
