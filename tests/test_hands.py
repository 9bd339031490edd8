"""A run that several hands share runs every test once, and tells all that any of them found."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ALONE = """
from pathlib import Path
import pytest
@pytest.mark.parametrize("number", range(3))
def test_it_runs(number):
    with Path("ran").open("a") as ran:
        ran.write(f"{__name__}-{number}\\n")
"""
# Two of these end only if they run at the same time.
BESIDE = """
import sys, time
from pathlib import Path
def test_somebody_is_beside_me():
    Path("ME").touch()
    deadline = time.monotonic() + 120
    while not Path("OTHER").exists():
        assert time.monotonic() < deadline, "nobody came"
        time.sleep(0.01)
    THEN
"""
ADA, BEA = {"ME": "ada", "OTHER": "bea"}, {"ME": "bea", "OTHER": "ada"}
IS_FIRST = 'assert not any(word.startswith("--table") for word in sys.argv), "I am another"'
STOPPED = """
def test_it_is_so():
    raise KeyboardInterrupt
"""


def shared(folder: Path, tests: dict[str, str]) -> subprocess.CompletedProcess[str]:
    for name, text in tests.items():
        (folder / f"test_{name}.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")  # ours is not theirs
    command = [sys.executable, "-m", "pytest", "-p", "tests.hands", "--hands", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_each_test_runs_once(tmp_path: Path) -> None:
    names = [f"file{number}" for number in range(9)]
    done = shared(tmp_path, dict.fromkeys(names, ALONE))
    assert done.returncode == 0, done.stdout
    expected = [f"test_{name}-{number}" for name in names for number in range(3)]
    assert sorted((tmp_path / "ran").read_text().split()) == expected


def beside(names: dict[str, str], then: str) -> str:
    text = BESIDE.replace("THEN", then)
    for role, name in names.items():
        text = text.replace(role, name)
    return text


def test_two_work_at_the_same_time_and_what_each_of_them_finds_is_told(tmp_path: Path) -> None:
    then = 'raise AssertionError("ME met OTHER")'
    done = shared(tmp_path, {"one": beside(ADA, then), "two": beside(BEA, then)})
    assert done.returncode == 1, done.stdout
    assert "AssertionError: ada met bea" in done.stdout
    assert "AssertionError: bea met ada" in done.stdout


def test_what_only_another_hand_finds_fails_the_run(tmp_path: Path) -> None:
    done = shared(tmp_path, {"one": beside(ADA, IS_FIRST), "two": beside(BEA, IS_FIRST)})
    assert done.returncode == 1, done.stdout
    assert "AssertionError: I am another" in done.stdout
    assert "It did not end well" in done.stdout


def test_who_stops_stops_all(tmp_path: Path) -> None:
    done = shared(tmp_path, {"one": STOPPED, "two": ALONE})
    assert done.returncode == 2
    assert "KeyboardInterrupt" in done.stdout


def test_a_file_that_cannot_be_read_fails_the_run(tmp_path: Path) -> None:
    done = shared(tmp_path, {"a": ALONE, "b": "import nothing_of_this_name"})
    assert done.returncode == 2
    assert "nothing_of_this_name" in done.stdout
    assert not (tmp_path / "ran").exists()
