"""Approval, complete: calendars, delegations, invitations, remarks, and refused acts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

EVIDENCE = ("calendars", "refusals", "remarks")
TABLES = ("calendars", "delegations", "invitations", "refusals", "remarks")
MOMENT = postgresql.TIMESTAMP(timezone=True)
WORDS = postgresql.ARRAY(sa.Text())
NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.add_column("people", sa.Column("traits", WORDS, server_default="{}", nullable=False))
    op.create_table(
        "calendars",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("applied_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "id", "version"),
    )
    op.create_table(
        "delegations",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("taker", sa.Text(), nullable=False),
        sa.Column("starts", MOMENT, nullable=False),
        sa.Column("ends", MOMENT, nullable=False),
        sa.Column("levels", WORDS, nullable=False),
        sa.Column("revoked", MOMENT, nullable=True),
        sa.Column("from_the_folder", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("organisation", "id"),
    )
    op.create_table(
        "invitations",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["organisation", "post"], ["posts.organisation", "posts.id"]),
        sa.PrimaryKeyConstraint("organisation", "hash"),
    )
    op.create_table(
        "refusals",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "id"),
    )
    op.create_index("refusals_of_a_post", "refusals", ["organisation", "post", "at"])
    op.create_table(
        "remarks",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["organisation", "post"], ["posts.organisation", "posts.id"]),
        sa.PrimaryKeyConstraint("organisation", "post", "id"),
    )
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO parapheur_writers")
    for table in EVIDENCE:
        keep(table)


def keep(table: str) -> None:
    """Evidence is appended, never changed (migration 0001)."""
    op.execute(
        f"CREATE TRIGGER evidence_stays BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION evidence_stays()"
    )
    op.execute(
        f"CREATE TRIGGER evidence_stays_whole BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION evidence_stays()"
    )
    op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM parapheur_writers")
