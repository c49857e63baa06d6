"""The audit trail."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from handoff.records.database import Sessions
from handoff.records.tables import AuditEntry


class AuditTrail:
    """Writes who did what. Never a word of a message."""

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
