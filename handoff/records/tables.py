"""What must last: accounts, sign-in, the audit trail, what staff taught the detector.

The only text of a message here is one whose writer agreed to it (``TrainingExample``).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import DateTime, ForeignKey, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Role(StrEnum):
    """What a member of staff may do."""

    COUNSELLOR = "counsellor"
    SUPERVISOR = "supervisor"
    CONTENT_LEAD = "content_lead"
    ADMINISTRATOR = "administrator"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its time zone, on SQLite too (which keeps none)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class RoleSet(TypeDecorator[frozenset[Role]]):
    """Roles, as words separated by spaces: in a small team one person has several."""

    impl = String(80)
    cache_ok = True

    def process_bind_param(self, value: frozenset[Role] | None, dialect: Dialect) -> str | None:
        return None if value is None else " ".join(sorted(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[Role]:
        return frozenset(Role(word) for word in (value or "").split())


class Table(DeclarativeBase):
    """Base of the tables."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own attribute
        datetime: UtcDateTime,
        frozenset[Role]: RoleSet,
    }


class Account(Table):
    """A member of staff. ``login`` is what they type to sign in; ``name`` is what the team reads."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    login: Mapped[str | None] = mapped_column(String(254), unique=True)
    roles: Mapped[frozenset[Role]]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed (handoff.records.seal)
    totp_last_step: Mapped[int | None]
    oidc_subject: Mapped[str | None] = mapped_column(String(500), unique=True)


class SignInLink(Table):
    """A link for an account, once. Only the hash of its secret is kept."""

    __tablename__ = "sign_in_link"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(20))  # handoff.records.accounts.LinkPurpose
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInStep(Table):
    """What the server remembers between two steps of a ceremony: a challenge, once, for some minutes."""

    __tablename__ = "sign_in_step"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    content: Mapped[bytes] = mapped_column(LargeBinary)  # sealed
    expires_at: Mapped[datetime]


class RecoveryCode(Table):
    """A code that stands in for the second factor, once. Only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))


class Passkey(Table):
    """A key of the account's phone, computer or security key (WebAuthn). Holds no secret."""

    __tablename__ = "passkey"

    credential_id: Mapped[str] = mapped_column(String(1400), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]


class StaffSession(Table):
    """A browser that is signed in. Only the hash of its cookie is kept."""

    __tablename__ = "staff_session"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    browser: Mapped[str] = mapped_column(String(32))  # "" when a script opened it
    complete: Mapped[bool]  # False: only to set a second factor up
    opened_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class AuditEntry(Table):
    """Who did what, when, to which conversation (an opaque id that means nothing once erased).

    The database itself refuses to change or delete a row. ``hash`` covers the row and the hash
    before it (handoff.records.audit).
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    account_id: Mapped[int | None]  # no foreign key: deleting an account must not rewrite history
    action: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[str | None] = mapped_column(String(32))
    about: Mapped[str | None] = mapped_column(String(80))  # e.g. "account 7": never words of anybody
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Table):
    """The end of the chain: one row, that whoever adds an entry holds meanwhile."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    entries: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class CaseRecord(Table):
    """What a counsellor noted when closing: figures only, no text, neither conversation nor account."""

    __tablename__ = "case_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    closed_on: Mapped[date]
    theme: Mapped[str] = mapped_column(String(20))
    level: Mapped[int]
    category: Mapped[str] = mapped_column(String(20))
    age_band: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(20))
    departement: Mapped[str | None] = mapped_column(String(3))
    outcome: Mapped[str] = mapped_column(String(20))
    orientation: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))


class ContactFigure(Table):
    """How one contact went (119's words): an hour, a level, a wait. Nothing that leads back to it."""

    __tablename__ = "contact_figure"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)  # random: counted once
    hour: Mapped[datetime]  # rounded down
    fate: Mapped[str] = mapped_column(String(20))  # handoff.store.contacts.Fate
    level: Mapped[int]
    wait_seconds: Mapped[int | None]


class LevelCorrection(Table):
    """A counsellor found another level than the detector. Figures only: no text, no conversation."""

    __tablename__ = "level_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    found: Mapped[int]
    corrected: Mapped[int]
    category: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))


class TrainingExample(Table):
    """A stripped message that its writer agreed to leave us, and the level a counsellor gave it."""

    __tablename__ = "training_example"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    level: Mapped[int]
    category: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    reviewed: Mapped[bool] = mapped_column(default=False)


class TopicCount(Table):
    """How often something happened to a topic's answer on a day. No text (``records.topic_figures``)."""

    __tablename__ = "topic_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    event: Mapped[str] = mapped_column(String(12), primary_key=True)
    count: Mapped[int]


class CannedReply(Table):
    """Words that a counsellor uses often. Without an account it is everybody's."""

    __tablename__ = "canned_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    shortcut: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text)


class ExitAnswer(Table):
    """How many answered what, a day, when asked at the end whether it helped. Figures only."""

    __tablename__ = "exit_answer"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    answer: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
