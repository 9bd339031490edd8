"""Verdicts say what the rules were told; media say whether a place was taken out of them"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("verdicts", sa.Column("input_hash", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "media",
        sa.Column("had_place", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
