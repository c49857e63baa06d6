"""Counts per topic and day for the content lead."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic_count",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("topic", sa.String(40), primary_key=True),
        sa.Column("event", sa.String(12), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("topic_count")
