"""The figures: contacts and case records, counted. Nothing here leads back to a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from handoff.records.database import Sessions
from handoff.records.tables import CaseRecord, ContactFigure
from handoff.store.contacts import Contact, Fate

PARIS = ZoneInfo("Europe/Paris")  # the service's day, whatever the clock of the machine
CASE_COLUMNS = ("theme", "level", "category", "age_band", "audience", "departement", "outcome", "orientation")


def today() -> date:
    return datetime.now(PARIS).date()


@dataclass(frozen=True)
class Period:
    """Days, both included, as they are in Paris."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), PARIS).astimezone(UTC)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), PARIS).astimezone(UTC)


@dataclass(frozen=True)
class CaseNote:
    """What a counsellor notes about a contact, and what the service knows of it."""

    theme: str
    level: int
    category: str
    age_band: str
    audience: str
    departement: str | None
    outcome: str
    orientation: str
    channel: str


@dataclass(frozen=True)
class ContactCount:
    """So many contacts of one kind."""

    hour: int
    fate: Fate
    level: int
    wait_seconds: int | None
    count: int


class Figures:
    """Writes and counts."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def keep_contacts(self, contacts: Sequence[Contact]) -> bool:
        """Adds what is not there yet. False when another process added some meanwhile: try again."""
        tokens = [each.token for each in contacts]
        try:
            async with self._sessions.begin() as session:
                query = select(ContactFigure.token).where(ContactFigure.token.in_(tokens))
                known = set(await session.scalars(query))
                session.add_all(
                    ContactFigure(
                        token=each.token,
                        hour=each.hour,
                        fate=each.fate,
                        level=each.level,
                        wait_seconds=each.wait_seconds,
                    )
                    for each in contacts
                    if each.token not in known
                )
        except IntegrityError:
            return False
        return True

    async def keep_case(self, note: CaseNote) -> None:
        record = CaseRecord(closed_on=today(), **vars(note))
        async with self._sessions.begin() as session:
            session.add(record)

    async def contacts(self, period: Period) -> list[ContactCount]:
        """Contacts that began in the period, grouped by hour of the day (in Paris), fate, level and wait."""
        columns = (ContactFigure.hour, ContactFigure.fate, ContactFigure.level, ContactFigure.wait_seconds)
        query = (
            select(*columns, func.count())
            .where(ContactFigure.hour >= period.start, ContactFigure.hour < period.end)
            .group_by(*columns)
        )
        async with self._sessions() as session:
            rows = (await session.execute(query)).all()
        return [
            ContactCount(hour.astimezone(PARIS).hour, Fate(fate), level, wait, count)
            for hour, fate, level, wait, count in rows
        ]

    async def cases(self, period: Period, *columns: str) -> dict[tuple[str, ...], int]:
        """How many case records have each combination of values of these columns."""
        chosen = [getattr(CaseRecord, column) for column in columns]
        query = (
            select(*chosen, func.count())
            .where(CaseRecord.closed_on >= period.first, CaseRecord.closed_on <= period.last)
            .group_by(*chosen)
        )
        async with self._sessions() as session:
            rows = (await session.execute(query)).all()
        return {tuple("" if each is None else str(each) for each in row[:-1]): row[-1] for row in rows}
