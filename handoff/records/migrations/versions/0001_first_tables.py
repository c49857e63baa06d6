"""The first tables: accounts, sign-in, audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    for table in ("sign_in_link", "staff_session"):
        columns: list[sa.schema.SchemaItem] = [
            sa.Column("secret_hash", sa.String(64), primary_key=True),
            sa.Column(
                "account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False
            ),
            sa.Column("expires_at", MOMENT, nullable=False),
        ]
        if table == "sign_in_link":
            columns.append(sa.Column("used_at", MOMENT))
        op.create_table(table, *columns)
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="SET NULL")),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("conversation_id", sa.String(32)),
    )


def downgrade() -> None:
    for table in ("audit_entry", "staff_session", "sign_in_link", "account"):
        op.drop_table(table)
