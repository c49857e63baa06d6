"""The audit trail and the daily counts."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from handoff.records.database import Sessions
from handoff.records.tables import AuditEntry, DailyCount


class AuditTrail:
    """Writes who did what; counts what happened. Never a word of a message."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def record(self, action: str, account_id: int | None, conversation_id: str | None = None) -> None:
        """Adds an entry. ``action`` is one of our own words, e.g. ``claim``."""
        entry = AuditEntry(
            at=datetime.now(UTC), account_id=account_id, action=action, conversation_id=conversation_id
        )
        async with self._sessions.begin() as session:
            session.add(entry)

    async def entries(self, conversation_id: str) -> list[AuditEntry]:
        """The entries about a conversation, oldest first."""
        query = select(AuditEntry).where(AuditEntry.conversation_id == conversation_id)
        async with self._sessions() as session:
            return list(await session.scalars(query.order_by(AuditEntry.id)))

    async def count(self, name: str, how_many: int = 1) -> None:
        """Adds to today's count of ``name``."""
        today = datetime.now(UTC).date()
        add = (
            update(DailyCount)
            .where(DailyCount.day == today, DailyCount.name == name)
            .values(count=DailyCount.count + how_many)
            .returning(DailyCount.count)
        )
        async with self._sessions.begin() as session:
            if await session.scalar(add) is not None:
                return
        try:
            async with self._sessions.begin() as session:
                session.add(DailyCount(day=today, name=name, count=how_many))
        except IntegrityError:  # another process was first with today's row
            async with self._sessions.begin() as session:
                await session.execute(add)
