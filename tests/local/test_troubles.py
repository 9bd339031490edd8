"""Whatever is in the way of somebody at a terminal is told in a sentence, with what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.ports import free_port
from local.postgres import Postgres
from records.keys import make_keys

HOUSE = Path(__file__).parents[2]
NOWHERE = f"127.0.0.1:{free_port()}"


def said(*words: str, **told: str) -> str:
    environment = os.environ | {f"PARAPHEUR_{name.upper()}": value for name, value in told.items()}
    command = [sys.executable, "-m", "cli", *words]
    done = subprocess.run(
        command, cwd=HOUSE, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_keys(tmp_path / "keys")
    return tmp_path


def test_a_home_that_cannot_be_one(home: Path) -> None:
    (home / "taken").write_text("a file")
    told = said("up", home=str(home / "taken"))
    assert told.startswith(f"Not a directory: {home / 'taken'}")
    assert "PARAPHEUR_HOME names another folder." in told


def test_a_setting_that_cannot_be_one() -> None:
    told = said("up", api_port="eight thousand", metrics_address="9464")
    assert "PARAPHEUR_API_PORT is 'eight thousand': Input should be a valid integer" in told
    assert "PARAPHEUR_METRICS_ADDRESS is '9464': " in told


def test_a_house_without_keys_without_a_record_or_without_an_engine(home: Path) -> None:
    bare = {"home": str(home / "bare"), "keys": str(home / "bare" / "keys")}
    assert said("verify", **bare).startswith("There are no seal keys in ")
    here = {"home": str(home), "keys": str(home / "keys")}
    nobody = f"postgresql+psycopg://parapheur@{NOWHERE}/parapheur"
    told = said("verify", **here, database_url=nobody)
    assert told.startswith("PostgreSQL does not do what it is asked: ")
    assert "Is the server running on that host" in told
    told = said("worker", **here, metrics_address="", temporal_address=NOWHERE)
    assert told.startswith(f"Temporal does not answer at {NOWHERE}: ")
    assert "PARAPHEUR_TEMPORAL_ADDRESS" in told


OLD = """#!/bin/sh
exec {python} -c 'import sys; sys.version_info = (3, 10, 4); exec(sys.argv[1])' "$2"
"""


def test_a_python_that_is_too_old(tmp_path: Path) -> None:
    old = tmp_path / "python3.10"
    old.write_text(OLD.format(python=sys.executable))
    old.chmod(0o755)
    command = ["make", "up", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.startswith(f"Python 3.11 or newer is needed, and {old} is 3.10.")
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "offce"),
        ("api-key", "make", "offce", "--name", "cms"),
        ("channel", "connect", "offce", "x", "bluesky", "--service=s", "--account=a"),
    ],
)
def test_an_organisation_that_is_misspelt(home: Path, postgres: Postgres, words: list[str]) -> None:
    told = said(*words, home=str(home), keys=str(home / "keys"), database_url=postgres.url)
    assert told.strip() == "There is no organisation 'offce'. Load it with `parapheur apply`."
