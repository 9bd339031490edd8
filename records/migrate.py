"""Bringing the tables to the form this release expects. Only the owner of the database may."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

FOLDER = Path(__file__).with_name("migrations")
WRITERS = "parapheur_writers"  # the group role: may do everything but change evidence


def migrate(owner_url: str, runtime_url: str) -> None:
    """Apply every migration that is missing, then let the runtime's role in. Safe to repeat."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = owner_url
    command.upgrade(config, "head")
    _admit(owner_url, make_url(runtime_url).username)


def _admit(owner_url: str, runtime: str | None) -> None:
    """Make the runtime's login a writer, unless it is the owner itself or does not exist."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        owner = connection.execute(text("SELECT current_user")).scalar_one()
        known = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
        if runtime in (None, owner) or not connection.execute(known, {"name": runtime}).scalar():
            return
        name = engine.dialect.identifier_preparer.quote(str(runtime))
        connection.execute(text(f"GRANT {WRITERS} TO {name}"))
    engine.dispose()
