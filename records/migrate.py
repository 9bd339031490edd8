"""Bringing the tables to the form this release expects. Only the owner of the database may."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

FOLDER = Path(__file__).with_name("migrations")
WRITERS = "parapheur_writers"  # the group role: may do everything but change evidence


class CannotMigrate(Exception):
    """The owner of the database lacks a right. The text has what an administrator has to run."""


def migrate(owner_url: str, runtime_url: str) -> None:
    """Apply every migration that is missing, then let the runtime's role in. Safe to repeat."""
    runtime = make_url(runtime_url).username
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        if not (_has_writers(connection) or _may_make_roles(connection)):
            raise CannotMigrate(_asks_for(connection, runtime))
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = owner_url
    command.upgrade(config, "head")
    with engine.begin() as connection:
        _admit(connection, runtime)


IS_WRITER = text(
    "SELECT pg_has_role(rolname, :writers, 'MEMBER') FROM pg_roles WHERE rolname = :name"
)


def _admit(connection: Connection, runtime: str | None) -> None:
    """Make the runtime's login a writer, unless it is one, is the owner, or does not exist."""
    owner = connection.execute(text("SELECT current_user")).scalar_one()
    asked = {"writers": WRITERS, "name": runtime}
    if runtime in (None, owner) or connection.execute(IS_WRITER, asked).scalar() is not False:
        return
    if not _may_grant(connection):
        raise CannotMigrate(_asks_for(connection, runtime))
    connection.execute(text(f"GRANT {WRITERS} TO {_quoted(connection, runtime)}"))


def _has_writers(connection: Connection) -> bool:
    asked = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)")
    return bool(connection.execute(asked, {"name": WRITERS}).scalar_one())


def _may_make_roles(connection: Connection) -> bool:
    asked = "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
    return bool(connection.execute(text(asked)).scalar_one())


# Before PostgreSQL 16 whoever makes roles may grant them all; since then, who made this one.
MAY_GRANT = text("""
    SELECT pg_has_role(current_user, :writers, 'MEMBER WITH ADMIN OPTION')
        OR (current_setting('server_version_num')::int < 160000
            AND (SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user))""")


def _may_grant(connection: Connection) -> bool:
    return bool(connection.execute(MAY_GRANT, {"writers": WRITERS}).scalar_one())


def _asks_for(connection: Connection, runtime: str | None) -> str:
    made = "" if _has_writers(connection) else f"CREATE ROLE {WRITERS} NOLOGIN; "
    grant = f"GRANT {WRITERS} TO {_quoted(connection, runtime)};" if runtime else ""
    owner = connection.execute(text("SELECT current_user")).scalar_one()
    return (
        f"{owner} may not make roles here. Have an administrator of this PostgreSQL run this once, "
        f"then migrate again: {made}{grant}"
    )


def _quoted(connection: Connection, name: str | None) -> str:
    return connection.dialect.identifier_preparer.quote(str(name))
