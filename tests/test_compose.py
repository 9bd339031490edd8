"""Production as docker-compose.yml and Dockerfile describe it, held against what we really are.

Nothing here needs Docker; tests/test_compose_jobs.py runs what its jobs would run.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from cli import app
from records.keys import Kind
from settings import Settings

HOUSE = Path(__file__).parents[1]
COMPOSE = (HOUSE / "docker-compose.yml").read_text()
DOCKERFILE = (HOUSE / "Dockerfile").read_text()
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())
PROGRAMS = Path(sys.executable).parent

DESCRIBED: dict[str, Any] = yaml.safe_load(COMPOSE)
SERVICES: dict[str, dict[str, Any]] = DESCRIBED["services"]
JOBS = ("roles", "temporal-schema", "temporal-namespace", "migrate", "keys")
LASTING = ("postgres", "temporal", "temporal-ui", "api", "worker")
OURS = ("migrate", "keys", "api", "worker")


def spoken(text: str) -> str:
    """What the container is told: Compose spells a dollar sign twice."""
    return text.replace("$$", "$")


def words(service: str) -> list[str]:
    """The words after `parapheur`, as the container runs it."""
    told = SERVICES[service]
    first = ["keys"] if service == "keys" else []
    return [*first, *told["command"]]


def seconds(span: str) -> int:
    return int(span.removesuffix("s"))


def folders(service: str) -> dict[str, str]:
    """Each mounted folder and the volume behind it."""
    mounts = (mount.split(":") for mount in SERVICES[service].get("volumes", ()))
    return {mount[1]: mount[0] for mount in mounts}


# What it says


def test_every_service_is_a_job_that_ends_or_lasts() -> None:
    assert set(SERVICES) == {*JOBS, *LASTING}


@pytest.mark.parametrize("service", LASTING)
def test_what_lasts_is_watched_and_started_again(service: str) -> None:
    told = SERVICES[service]
    assert told["healthcheck"]["test"][0] == "CMD"
    assert told["healthcheck"]["retries"] >= 3
    assert told["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", JOBS)
def test_a_job_ends_and_is_tried_again_a_few_times(service: str) -> None:
    assert SERVICES[service]["restart"].startswith("on-failure:")
    assert "healthcheck" not in SERVICES[service]


@pytest.mark.parametrize("service", SERVICES)
def test_no_container_has_more_rights_than_it_needs(service: str) -> None:
    told = SERVICES[service]
    assert told["read_only"] is True
    assert told["init"] is True
    assert told["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in told["security_opt"]
    assert str(told["user"]).split(":")[0] not in ("", "0", "root")
    assert not {"privileged", "cap_add", "pid", "ipc", "devices"} & set(told)


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_is_laid_into_a_read_only_container(service: str) -> None:
    """Compose cannot: https://github.com/docker/compose/issues/12031"""
    assert not {"configs", "secrets"} & set(SERVICES[service])


@pytest.mark.parametrize("service", SERVICES)
def test_who_waits_for_whom_can_be_waited_for(service: str) -> None:
    for other, how in SERVICES[service].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other in JOBS else "service_healthy"
        assert how["condition"] == expected, f"{service} waits for {other}"


def test_images_are_pinned() -> None:
    for service, told in SERVICES.items():
        name, _, tag = told["image"].partition(":")
        assert re.match(r"\d", tag), f"{service}: {name} has no version"
        if service in OURS:
            assert (name, tag) == ("parapheur", PROJECT["project"]["version"])


def test_the_engine_is_the_version_we_test_with() -> None:
    said = subprocess.run(
        [PROGRAMS / "temporal", "--version"], capture_output=True, text=True, check=True
    ).stdout
    for image, called in (("server", "Server"), ("admin-tools", "Server"), ("ui", "UI")):
        version = re.search(rf"{called} ([\d.]+\d)", said)
        assert version is not None
        assert f"temporalio/{image}:{version[1]}\n" in COMPOSE


def test_only_the_host_itself_reaches_us_and_nobody_the_engine_or_the_database() -> None:
    published = {name: told["ports"] for name, told in SERVICES.items() if "ports" in told}
    assert published == {
        "temporal-ui": ["127.0.0.1:8080:8080"],
        "api": ["127.0.0.1:8000:8000"],
    }


def test_the_record_and_the_engine_have_no_way_out() -> None:
    open_ones = {name for name, how in DESCRIBED["networks"].items() if not how.get("internal")}
    ways_out = {
        service: sorted(open_ones & set(told["networks"]))
        for service, told in SERVICES.items()
        if open_ones & set(told.get("networks", ()))
    }
    assert ways_out == {"temporal-ui": ["front"], "api": ["front"], "worker": ["platforms"]}


def test_no_secret_has_a_default() -> None:
    for named in re.findall(r"(?<!\$)\$\{([^}]*)\}", COMPOSE):
        assert re.match(r"[A-Z_]+:\?.", named), f"${{{named}}} has a default"
    for told in SERVICES.values():
        for name, value in told.get("environment", {}).items():
            if re.search("PASSWORD|PWD|SECRET|DATABASE_URL", name):
                assert re.search(r"\$\{\w+_PASSWORD:\?", value), name


def test_people_cannot_sign_in_with_the_example_password() -> None:
    for service in ("api", "worker"):
        assert SERVICES[service]["environment"]["PARAPHEUR_LOCAL_SIGN_IN"] == "false"


def test_every_setting_that_is_told_exists() -> None:
    known = {f"PARAPHEUR_{name.upper()}" for name in Settings.model_fields}
    for service in OURS:
        told = {n for n in SERVICES[service]["environment"] if n.startswith("PARAPHEUR_")}
        assert told <= known, f"{service}: {told - known}"


@pytest.mark.parametrize("service", ["migrate", "api", "worker"])
def test_what_is_told_can_be_read(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICES[service]["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{(\w+):\?[^}]*\}", r"said-\1", value))
    told = Settings()
    assert "said-RUNTIME_PASSWORD@postgres:5432" in told.database_url
    assert bool(told.owner_database_url) == (service == "migrate"), "only what migrates is told"
    if service == "api":
        assert told.api_hosts == ("127.0.0.1", "said-PUBLIC_HOST")
        assert told.temporal_ui_url == "said-TEMPORAL_UI_ORIGIN"


@pytest.mark.parametrize("service", OURS)
def test_every_command_is_one_of_ours(service: str) -> None:
    asked = CliRunner().invoke(app, [*words(service), "--help"])
    assert asked.exit_code == 0, asked.output
    assert "COMMAND" not in asked.output, f"{words(service)} is only the beginning of a command"


@pytest.mark.parametrize(
    ("service", "file", "written"),
    [
        ("worker", "worker.py", r"graceful_shutdown_timeout=timedelta\(seconds=(\d+)\)"),
        ("api", "cli.py", r"timeout_graceful_shutdown=(\d+)"),
    ],
)
def test_whoever_is_stopped_may_finish_what_is_in_hand(
    service: str, file: str, written: str
) -> None:
    patience = re.search(written, (HOUSE / file).read_text())
    assert patience is not None
    assert seconds(SERVICES[service]["stop_grace_period"]) > int(patience[1])


def test_there_are_two_workers() -> None:
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


# The image


def test_the_image_holds_only_what_the_lock_names() -> None:
    installs = re.findall(r"pip install (.*)", DOCKERFILE)
    assert installs == [
        "--require-hashes --only-binary=:all: -r requirements.lock",
        "--no-deps --no-build-isolation --no-index .",
    ]


def test_the_image_runs_as_nobody_special() -> None:
    users = re.findall(r"^USER (.*)", DOCKERFILE, re.MULTILINE)
    assert users == ["10001:10001"]
    assert {SERVICES[service]["user"] for service in OURS} == set(users)


def test_the_image_has_a_folder_for_every_kind_of_key() -> None:
    made = re.search(r"install -d .*?\n.*", DOCKERFILE)
    assert made is not None
    for kind in Kind:
        assert f"/keys/{kind}" in made[0].split()
        assert f"/keys/{kind}" in folders("keys")


def test_the_image_is_built_from_every_file_of_ours_and_from_nothing_else() -> None:
    admitted = {
        line.removeprefix("!")
        for line in (HOUSE / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    built = PROJECT["tool"]["setuptools"]
    packages = {name.removesuffix("*") for name in built["packages"]["find"]["include"]}
    modules = {f"{name}.py" for name in built["py-modules"]}
    rest = {"README.md", "pyproject.toml", "requirements.lock", "policies"}
    assert admitted == packages | modules | rest


def test_pages_and_migrations_travel_with_the_code() -> None:
    """A file that setuptools leaves behind is missed only when the image runs."""
    built = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    endings = (".py", *(kind.removeprefix("*") for kind in built))
    for room in ("domain", "workflows", "activities", "records", "api"):
        for path in (HOUSE / room).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.name.endswith(endings), f"{path} would be left behind"
