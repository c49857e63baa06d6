"""The directory of help: imports, their places, what is shown, what was reported."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "resource_import",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("source", sa.String(60), nullable=False, index=True),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("licence", sa.String(200)),
        sa.Column("kept", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "resource_row",
        sa.Column(
            "import_id",
            sa.Integer,
            sa.ForeignKey("resource_import.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("resource_id", sa.String(120), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "resource_change",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("source", sa.String(60), nullable=False, index=True),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("resource_import.id", ondelete="SET NULL")),
        sa.Column("action", sa.String(20), nullable=False),
    )
    op.create_table(
        "resource_report",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("resource_id", sa.String(120), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("by", sa.String(20), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("closed_by", sa.Integer, sa.ForeignKey("account.id", ondelete="SET NULL")),
    )
    op.create_index("resource_report_open", "resource_report", ["resource_id", "what", "by", "closed_at"])


def downgrade() -> None:
    for table in ("resource_report", "resource_change", "resource_row", "resource_import"):
        op.drop_table(table)
