"""The tables come to a database whose owner may do little else; what it lacks is said in SQL."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from local.postgres import Postgres
from records.migrate import WRITERS, CannotMigrate, migrate

OWNER, RUNTIME = "managed_owner", "managed_runtime"


@dataclass(frozen=True)
class Managed:
    """A PostgreSQL of somebody else's: two logins, a database, and no right to make roles."""

    server: Postgres

    def url(self, role: str) -> str:
        return self.server.url_of(role, "managed")

    def runs(self, statement: str, role: str = "owner", database: str = "postgres") -> None:
        address = self.server.url_of(role, database).replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement))  # type: ignore[arg-type]


@pytest.fixture
def managed(postgres: Postgres) -> Iterator[Managed]:
    """Nobody made our group there yet: the one of this server is called otherwise meanwhile."""
    there = Managed(postgres)
    there.runs(f"ALTER ROLE {WRITERS} RENAME TO not_here")
    for role in (OWNER, RUNTIME):
        there.runs(f"CREATE ROLE {role} LOGIN")
    there.runs(f"CREATE DATABASE managed OWNER {OWNER}")
    yield there
    there.runs("DROP DATABASE managed WITH (FORCE)")
    for role in (RUNTIME, WRITERS, OWNER):
        there.runs(f"DROP ROLE IF EXISTS {role}")
    there.runs(f"ALTER ROLE not_here RENAME TO {WRITERS}")


def test_an_owner_who_may_not_make_roles_is_told_what_an_administrator_has_to_run(
    managed: Managed,
) -> None:
    with pytest.raises(CannotMigrate) as trouble:
        migrate(managed.url(OWNER), managed.url(RUNTIME))
    says, _, statements = str(trouble.value).partition(": ")
    assert says.startswith(f"{OWNER} may not make roles here.")
    assert statements == f"CREATE ROLE {WRITERS} NOLOGIN; GRANT {WRITERS} TO {RUNTIME};"

    made, granted = statements.split("; ")
    managed.runs(made)
    with pytest.raises(CannotMigrate, match=rf"again: GRANT {WRITERS} TO {RUNTIME};$"):
        migrate(managed.url(OWNER), managed.url(RUNTIME))
    managed.runs(granted)
    migrate(managed.url(OWNER), managed.url(RUNTIME))
    migrate(managed.url(OWNER), managed.url(RUNTIME))

    managed.runs("DELETE FROM requests", RUNTIME, "managed")
    with pytest.raises(InsufficientPrivilege):
        managed.runs("DELETE FROM ledger", RUNTIME, "managed")


def test_an_owner_who_may_make_roles_needs_nobody(managed: Managed) -> None:
    managed.runs(f"ALTER ROLE {OWNER} CREATEROLE")
    migrate(managed.url(OWNER), managed.url(RUNTIME))
    managed.runs("DELETE FROM requests", RUNTIME, "managed")
