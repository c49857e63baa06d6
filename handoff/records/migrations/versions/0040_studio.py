"""The studio: revisions, publications, reviews and comments of cards, owners, examples."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "card_revision",
    "card_publication",
    "card_review",
    "card_comment",
    "card_owner",
    "example_revision",
)


def _topic(*, key: bool = False) -> sa.Column[str]:
    return sa.Column("topic", sa.String(60), primary_key=key, nullable=False, index=not key)


def _number(*, key: bool = False) -> sa.Column[int]:
    return sa.Column("number", sa.Integer, primary_key=key, nullable=False, autoincrement=False)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _by_whom() -> list[sa.Column[object]]:
    return [
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="SET NULL")),
    ]


def _why() -> sa.Column[str]:
    return sa.Column("why", sa.String(300), nullable=False)


def upgrade() -> None:
    op.create_table(
        "card_revision",
        _topic(key=True),
        _number(key=True),
        *_by_whom(),
        sa.Column("card", sa.Text),
        _why(),
    )
    op.create_table(
        "card_publication",
        _id(),
        _topic(),
        _number(),
        *_by_whom(),
        sa.Column("effective_at", MOMENT, nullable=False),
        _why(),
        sa.Column("cancelled_at", MOMENT),
    )
    op.create_table(
        "card_review",
        _id(),
        _topic(),
        _number(),
        *_by_whom(),
        sa.Column("approved", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table("card_comment", _id(), _topic(), *_by_whom(), sa.Column("text", sa.Text, nullable=False))
    op.create_table(
        "card_owner",
        _topic(key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_table(
        "example_revision",
        _topic(key=True),
        _number(key=True),
        *_by_whom(),
        sa.Column("examples", sa.Text, nullable=False),
        _why(),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
