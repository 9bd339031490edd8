"""The jobs of docker-compose.yml, run here: on a real PostgreSQL, a real Temporal and real keys."""

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from anyio import run_process
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

from local.postgres import Postgres
from local.temporal import Temporal
from records.keys import (
    Keyring,
    KeyTrouble,
    Kind,
    Sealer,
    Seals,
    Vault,
    activate,
    add_key,
    retire,
)
from records.migrate import migrate
from tests.test_compose import DESCRIBED, PROGRAMS, SERVICES, folders, spoken
from workflows.attributes import TYPES

pytestmark = pytest.mark.anyio

ANA = "('office', 'ana', 'Ana', '', '{}', true)"


@pytest.fixture(scope="module")
def bare() -> Iterator[Postgres]:
    """A cluster as the postgres image leaves it: one superuser, and none of our databases."""
    with Postgres.fleeting() as server:
        with psycopg.connect(
            host=str(server.sockets), user="owner", dbname="postgres", autocommit=True
        ) as session:
            session.execute("DROP DATABASE parapheur")
            session.execute("DROP ROLE parapheur")
        yield server


def asked(server: Postgres, role: str, database: str, query: str) -> str:
    """What PostgreSQL says to it: "" if it obeys."""
    try:
        with psycopg.connect(host=str(server.sockets), user=role, dbname=database) as session:
            session.execute(query.encode())
    except psycopg.Error as refusal:
        return str(refusal)
    return ""


async def test_the_roles_keep_evidence_from_the_runtime_and_temporal_from_us(
    bare: Postgres,
) -> None:
    assert bare.lodging is not None
    environment = {
        "PATH": f"{bare.lodging.programs}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": str(bare.sockets),
        "PGUSER": "owner",
        "OWNER_PASSWORD": "it's one",
        "RUNTIME_PASSWORD": "another",
        "TEMPORAL_PASSWORD": "a third",
    }
    told = SERVICES["roles"]
    job = [*told["entrypoint"], *map(spoken, told["command"])]
    owner = bare.url_of("parapheur_owner", "parapheur")
    runtime = bare.url_of("parapheur", "parapheur")
    for _ in range(2):  # a second time changes nothing and breaks nothing
        await run_process(job, env=environment)
        migrate(owner, runtime)

    assert asked(bare, "parapheur", "parapheur", "SELECT * FROM posts") == ""
    assert asked(bare, "parapheur", "parapheur", f"INSERT INTO people VALUES {ANA}") == ""
    assert "permission denied" in asked(bare, "parapheur", "parapheur", "DELETE FROM ledger")
    assert "permission denied" in asked(bare, "parapheur", "parapheur", "CREATE TABLE mine ()")
    assert "permission denied" in asked(bare, "temporal", "parapheur", "SELECT 1")
    assert "permission denied" in asked(bare, "parapheur", "temporal", "SELECT 1")
    assert asked(bare, "temporal", "temporal", "CREATE TABLE its_own ()") == ""
    assert asked(bare, "temporal", "temporal_visibility", "CREATE TABLE its_own ()") == ""


async def test_the_engine_learns_our_search_attributes_and_no_others(anyio_backend: str) -> None:
    async with Temporal(search_attributes={}) as engine:
        told = SERVICES["temporal-namespace"]
        environment = {
            **told["environment"],
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "TEMPORAL_ADDRESS": engine.address,
        }
        job = [*told["entrypoint"], *map(spoken, told["command"])]
        for _ in range(2):
            await run_process(job, env=environment)
        client = await engine.connected()
        namespace = told["environment"]["TEMPORAL_NAMESPACE"]
        known = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=namespace)
        )
        assert dict(known.custom_attributes) == TYPES
        kept = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=namespace)
        )
        assert kept.config.workflow_execution_retention_ttl.ToTimedelta().days == 400
    for service in ("api", "worker"):
        assert SERVICES[service]["environment"]["PARAPHEUR_TEMPORAL_NAMESPACE"] == namespace


@pytest.fixture(scope="module")
def volumes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every volume as a folder, after the keys job has run."""
    home = tmp_path_factory.mktemp("volumes")
    for volume in DESCRIBED["volumes"]:
        (home / volume).mkdir()
    run_keys_job(home)
    return home


def run_keys_job(home: Path) -> None:
    at = mounted(home, "keys")
    told = SERVICES["keys"]
    environment = {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "PARAPHEUR_KEYS": str(at / "keys"),
        "PUBLIC_SEAL_KEYS": str(at / "public"),
    }
    job = [*map(spoken, told["entrypoint"]), *told["command"]]
    subprocess.run(job, env=environment, check=True, capture_output=True)


def mounted(home: Path, service: str) -> Path:
    """The world as this service sees it: its volumes at their places."""
    at = home / f"as {service} sees it"
    for folder, volume in folders(service).items():
        place = at / folder.removeprefix("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.is_symlink():
            place.symlink_to(home / volume)
    return at


def test_the_api_seals_and_cannot_open_a_platform_account(volumes: Path) -> None:
    keys = mounted(volumes, "api") / "keys"
    assert Keyring.of(keys, Kind.CODEC).secret
    Sealer.of(keys).seal(b"an act")
    with pytest.raises(KeyTrouble):
        Vault.of(keys)


def test_a_worker_checks_seals_and_cannot_make_one(volumes: Path) -> None:
    keys = mounted(volumes, "worker") / "keys"
    assert Keyring.of(keys, Kind.CODEC).secret
    assert Vault.of(keys)
    assert Sealer.of(keys, Kind.CHECKPOINT)
    sealer = Sealer.of(mounted(volumes, "api") / "keys")
    seal = sealer.seal(b"an act")
    assert Seals.of(keys).holds(seal.key, seal.signature, b"an act")
    assert not list((keys / "seal").glob("*.pem"))
    with pytest.raises(KeyTrouble):
        Sealer.of(keys)


def test_a_worker_is_told_which_seal_key_is_retired(volumes: Path) -> None:
    ours = mounted(volumes, "api") / "keys"
    old = Sealer.of(ours)
    seal = old.seal(b"an act")
    activate(ours, Kind.SEAL, add_key(ours, Kind.SEAL))
    retire(ours, Kind.SEAL, old.key, datetime.now(UTC))
    run_keys_job(volumes)
    assert not Seals.of(mounted(volumes, "worker") / "keys").holds(
        seal.key, seal.signature, b"an act"
    )
