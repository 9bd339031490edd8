"""Which lives are over and not yet told by the engine."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "histories_owed",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("since", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "post"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON histories_owed TO parapheur_writers")
    # Lives that ended before this release: the engine may still know them.
    op.execute(
        "INSERT INTO histories_owed (organisation, post, since) "
        "SELECT organisation, id, updated_at FROM posts WHERE stage = 'closed'"
    )
