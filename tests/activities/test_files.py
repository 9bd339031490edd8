"""Files in the store: what was put is got, and whoever used them ends as they should."""

import subprocess
import sys
from pathlib import Path

import pytest
from obstore.store import LocalStore

from activities import files

pytestmark = pytest.mark.anyio

USES_THEM = """
import asyncio, sys
from obstore.store import LocalStore
from activities import files

async def use_them():
    store = LocalStore(sys.argv[1])
    for number in range(30):
        await files.write(store, f"file {number}", b"told")
        assert await files.read(store, f"file {number}") == b"told"

asyncio.run(use_them())
"""


async def test_what_was_put_is_there_and_what_was_not_is_missed(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    await files.write(store, "a/b.txt", b"told")
    await files.write(store, "a/b.txt", b"told anew")
    assert await files.read(store, "a/b.txt") == b"told anew"
    with pytest.raises(FileNotFoundError):
        await files.read(store, "a/c.txt")


def test_a_process_that_used_them_ends_well(tmp_path: Path) -> None:
    """The store's asynchronous calls aborted one process in four as it ended."""
    for _ in range(12):
        command = [sys.executable, "-c", USES_THEM, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
