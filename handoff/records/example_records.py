"""The examples of topics, as content leads changed them. The next training takes the last of each topic."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from handoff.errors import EditConflictError
from handoff.records.card_records import record_faults
from handoff.records.card_tables import ExampleRevision
from handoff.records.database import Sessions


@dataclass(frozen=True, slots=True)
class EditedExamples:
    """The examples of a topic; ``number`` is that of their revision."""

    number: int
    examples: tuple[str, ...]
    at: datetime
    account_id: int | None
    why: str


class ExampleRecords:
    """Raises RecordsUnavailableError when the database is away or full."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def history(self, topic: str) -> list[EditedExamples]:
        """Every revision, oldest first."""
        query = select(ExampleRevision).where(ExampleRevision.topic == topic)
        async with record_faults(), self._sessions() as session:
            return [_read(row) for row in await session.scalars(query.order_by(ExampleRevision.number))]

    async def latest(self) -> dict[str, EditedExamples]:
        """The last revision of each topic that was edited."""
        query = select(ExampleRevision).order_by(ExampleRevision.number)
        async with record_faults(), self._sessions() as session:
            return {row.topic: _read(row) for row in await session.scalars(query)}

    async def save(
        self, topic: str, examples: Sequence[str], account_id: int, why: str, expected: int
    ) -> int:
        """Saves the examples as they now are. ``expected``: the revision the editor started from, or 0.

        Raises EditConflictError when somebody saved meanwhile.
        """
        async with record_faults(), self._sessions.begin() as session:
            query = select(ExampleRevision.number).where(ExampleRevision.topic == topic)
            last = await session.scalar(query.order_by(ExampleRevision.number.desc()).limit(1)) or 0
            if last != expected:
                raise EditConflictError
            session.add(
                ExampleRevision(
                    topic=topic,
                    number=last + 1,
                    at=datetime.now(UTC),
                    account_id=account_id,
                    examples=json.dumps(list(examples), ensure_ascii=False),
                    why=why.strip(),
                )
            )
        return last + 1


def _read(row: ExampleRevision) -> EditedExamples:
    return EditedExamples(row.number, tuple(json.loads(row.examples)), row.at, row.account_id, row.why)
