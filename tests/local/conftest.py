"""Homes that may be thrown away, and eyes for what the system runs."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.lodging import aside


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Below a folder nobody else may enter, as a home often is."""
    tmp_path.chmod(0o700)
    yield tmp_path / "home"
    shutil.rmtree(aside(tmp_path / "home"), ignore_errors=True)


@pytest.fixture
def open_home() -> Iterator[Path]:
    """Below a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="parapheur-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def soon() -> Callable[[Callable[[], object]], None]:
    """Wait, for as long as a busy machine may need, until something has become true."""

    def wait(becomes_true: Callable[[], object]) -> None:
        deadline = time.monotonic() + 120
        while not becomes_true():
            assert time.monotonic() < deadline, "it did not become true"
            time.sleep(0.02)

    return wait
