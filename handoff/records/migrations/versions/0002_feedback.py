"""Corrected levels, and messages kept as examples with consent."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _by_whom() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="SET NULL")),
    ]


def upgrade() -> None:
    op.create_table(
        "level_correction",
        *_by_whom(),
        sa.Column("found", sa.Integer, nullable=False),
        sa.Column("corrected", sa.Integer, nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
    )
    op.create_table(
        "training_example",
        *_by_whom(),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("reviewed", sa.Boolean, nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_table("training_example")
    op.drop_table("level_correction")
