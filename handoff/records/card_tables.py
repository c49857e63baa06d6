"""What the studio keeps: revisions of cards, what was published when, reviews, comments, examples.

The cards of data/answers are the first version of each topic; a topic is here once somebody edited it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.records.tables import Table

TOPIC_CHARACTERS = 60
WHY_CHARACTERS = 300


def _topic() -> Mapped[str]:
    return mapped_column(String(TOPIC_CHARACTERS))


def _account() -> Mapped[int | None]:
    return mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class CardRevision(Table):
    """A card as somebody saved it (JSON). Never changed; ``card`` is null where a draft was dropped."""

    __tablename__ = "card_revision"

    topic: Mapped[str] = mapped_column(String(TOPIC_CHARACTERS), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = _account()
    card: Mapped[str | None] = mapped_column(Text)
    why: Mapped[str] = mapped_column(String(WHY_CHARACTERS))


class CardPublication(Table):
    """From ``effective_at`` on, young people read this revision, until a later one takes its place."""

    __tablename__ = "card_publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = _topic()
    number: Mapped[int]
    at: Mapped[datetime]
    effective_at: Mapped[datetime]
    account_id: Mapped[int | None] = _account()
    why: Mapped[str] = mapped_column(String(WHY_CHARACTERS))
    cancelled_at: Mapped[datetime | None]


class CardReview(Table):
    """What a second person said of one revision."""

    __tablename__ = "card_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = _topic()
    number: Mapped[int]
    at: Mapped[datetime]
    account_id: Mapped[int | None] = _account()
    approved: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)


class CardComment(Table):
    """A remark about a card, for the other leads."""

    __tablename__ = "card_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = _topic()
    at: Mapped[datetime]
    account_id: Mapped[int | None] = _account()
    text: Mapped[str] = mapped_column(Text)


class CardOwner(Table):
    """Who answers for a topic."""

    __tablename__ = "card_owner"

    topic: Mapped[str] = mapped_column(String(TOPIC_CHARACTERS), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))


class ExampleRevision(Table):
    """The examples of a topic (a JSON list) as somebody saved them; the next training takes the last."""

    __tablename__ = "example_revision"

    topic: Mapped[str] = mapped_column(String(TOPIC_CHARACTERS), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = _account()
    examples: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(String(WHY_CHARACTERS))
