"""Verdicts say what the rules were told: a hash of all that went into the examination"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "verdicts", sa.Column("input_hash", sa.Text(), server_default="", nullable=False)
    )
