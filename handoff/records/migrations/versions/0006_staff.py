"""Accounts with several roles, two factors and server-side steps; the chained audit trail; figures."""

import sqlalchemy as sa
from alembic import op

from handoff.records.audit import FIRST_HASH, HEAD_ID, chained_hash
from handoff.records.tables import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
EVERY_ROLE = "administrator content_lead counsellor supervisor"


def upgrade() -> None:
    _accounts()
    _sign_in()
    _audit_trail()
    _figures()


def _account_id() -> sa.Column[int]:
    account = sa.ForeignKey("account.id", ondelete="CASCADE")
    return sa.Column("account_id", sa.Integer, account, nullable=False)


def _accounts() -> None:
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("login", sa.String(254)))
        account.add_column(sa.Column("roles", sa.String(80), nullable=False, server_default="counsellor"))
        account.add_column(sa.Column("disabled_at", MOMENT))
        account.add_column(sa.Column("password_hash", sa.String(200)))
        account.add_column(sa.Column("totp_secret", sa.LargeBinary))
        account.add_column(sa.Column("totp_last_step", sa.Integer))
        account.add_column(sa.Column("oidc_subject", sa.String(500)))
        account.create_unique_constraint("account_login", ["login"])
        account.create_unique_constraint("account_oidc_subject", ["oidc_subject"])
    op.execute("UPDATE account SET roles = role")
    # Whoever installed starts alone: their account may do everything, and invite the others.
    op.execute(f"UPDATE account SET roles = '{EVERY_ROLE}' WHERE id = (SELECT min(id) FROM account)")
    with op.batch_alter_table("account") as account:
        account.drop_column("role")


def _sign_in() -> None:
    # Links live an hour and sessions half a day: everybody signs in once more.
    op.execute("DELETE FROM staff_session")
    with op.batch_alter_table("sign_in_link") as link:
        link.add_column(sa.Column("purpose", sa.String(20), nullable=False, server_default="sign_in"))
    with op.batch_alter_table("staff_session") as session:
        session.add_column(sa.Column("browser", sa.String(32), nullable=False, server_default=""))
        session.add_column(sa.Column("complete", sa.Boolean, nullable=False, server_default=sa.true()))
        session.add_column(sa.Column("opened_at", MOMENT, nullable=False))
        session.add_column(sa.Column("last_seen_at", MOMENT, nullable=False))
        session.create_index("staff_session_account", ["account_id"])
    op.create_table(
        "sign_in_step",
        sa.Column("secret_hash", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE")),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_table("recovery_code", sa.Column("code_hash", sa.String(64), primary_key=True), _account_id())
    op.create_table(
        "passkey",
        sa.Column("credential_id", sa.String(1400), primary_key=True),
        _account_id(),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )


def _audit_trail() -> None:
    op.rename_table("audit_entry", "audit_entry_before")
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("conversation_id", sa.String(32), index=True),
        sa.Column("about", sa.String(80)),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    _chain_what_there_is()
    op.drop_table("audit_entry_before")
    dialect = op.get_bind().dialect.name
    for statement in SQLITE_GUARD if dialect == "sqlite" else POSTGRESQL_GUARD:
        op.execute(statement)


def _chain_what_there_is() -> None:
    def columns() -> list[sa.ColumnClause[object]]:
        names = ("id", "at", "account_id", "action", "conversation_id")
        return [sa.column(name, UtcDateTime() if name == "at" else None) for name in names]

    old = sa.table("audit_entry_before", *columns())
    new = sa.table("audit_entry", *columns(), sa.column("hash"))
    bind = op.get_bind()
    head, count = FIRST_HASH, 0
    for row in bind.execute(sa.select(old).order_by(old.c.id)).all():
        count += 1
        head = chained_hash(head, count, row.at, row.account_id, row.action, row.conversation_id, None)
        bind.execute(sa.insert(new).values(**{**row._mapping, "id": count, "hash": head}))
    heads = sa.table("audit_head", sa.column("id"), sa.column("entries"), sa.column("hash"))
    bind.execute(sa.insert(heads).values(id=HEAD_ID, entries=count, hash=head))


SQLITE_GUARD = [
    f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb} ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL_GUARD = [
    "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
    "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
]


def _figures() -> None:
    op.create_table(
        "case_record",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("closed_on", sa.Date, nullable=False, index=True),
        sa.Column("theme", sa.String(20), nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("age_band", sa.String(20), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("departement", sa.String(3)),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("orientation", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
    )
    op.create_table(
        "contact_figure",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("hour", MOMENT, nullable=False, index=True),
        sa.Column("fate", sa.String(20), nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("wait_seconds", sa.Integer),
    )


def downgrade() -> None:
    raise NotImplementedError("the chained audit trail is not taken apart")
