"""What must last: accounts, sign-in, the audit trail, what staff taught the detector.

The only text of a message here is one whose writer agreed to it (``TrainingExample``).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import DateTime, ForeignKey, String, Text, TypeDecorator
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


class Table(DeclarativeBase):
    """Base of the tables."""

    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy's own attribute


class Account(Table):
    """A member of staff."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(String(20))
    created_at: Mapped[datetime]


class SignInLink(Table):
    """A link that signs an account in, once. Only the hash of its secret is kept."""

    __tablename__ = "sign_in_link"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffSession(Table):
    """A browser that is signed in. Only the hash of its cookie is kept."""

    __tablename__ = "staff_session"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


class AuditEntry(Table):
    """Who did what, when, to which conversation (an opaque id that means nothing once erased)."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[str | None] = mapped_column(String(32))


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
