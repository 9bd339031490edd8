"""The inside of our PostgreSQL: a folder made once, a database, and a role that owns nothing."""

import os
import shutil
from pathlib import Path

import psycopg
from psycopg import sql

from local.lodging import Lodging, run_as
from local.processes import Account, CannotStart

OWNER = "owner"
RUNTIME = "parapheur"
DATABASE = "parapheur"

Connection = psycopg.Connection[tuple[object, ...]]


def make_cluster(lodging: Lodging) -> None:
    """Made beside its place and moved there when complete: half a cluster is never found."""
    if (lodging.data / "PG_VERSION").exists():
        return
    fresh = lodging.data.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    give(fresh, lodging.account)
    made = run_as(
        lodging.account,
        *(str(lodging.programs / "initdb"), "--pgdata", str(fresh)),
        *("--username", OWNER, "--auth", "trust", "--encoding", "UTF8"),
        *("--data-checksums", *_locale(lodging.version)),
    )
    if made.returncode != 0:
        raise CannotStart(f"PostgreSQL could not make its folder: {made.stderr.strip()}")
    fresh.rename(lodging.data)


def furnish(connection: Connection) -> None:
    """Asked at every start, so that a first start cut short is completed by the second."""
    if not _has(connection, "SELECT FROM pg_roles WHERE rolname = %s", RUNTIME):
        rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
        connection.execute(sql.SQL("CREATE ROLE {} " + rights).format(sql.Identifier(RUNTIME)))
    if not _has(connection, "SELECT FROM pg_database WHERE datname = %s", DATABASE):
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def give(folder: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def _has(connection: Connection, query: str, name: str) -> bool:
    return connection.execute(query.encode(), (name,)).fetchone() is not None


def _locale(version: int) -> tuple[str, ...]:
    """Same order and same upper case on every machine; built in since version 17."""
    if version < 17:
        return ("--locale=C.UTF-8",)
    return ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
