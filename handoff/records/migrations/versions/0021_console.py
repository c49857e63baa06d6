"""Canned replies, and the figures of the question asked at the end."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "canned_reply",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE")),
        sa.Column("shortcut", sa.String(24), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("canned_reply_of_account", "canned_reply", ["account_id"])
    op.create_table(
        "exit_answer",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("answer", sa.String(20), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False, server_default="0"),
    )


def downgrade() -> None:
    op.drop_table("exit_answer")
    op.drop_table("canned_reply")
