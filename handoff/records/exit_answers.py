"""The question asked at the end, counted by day: figures that last, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select

from handoff.records.database import Sessions
from handoff.records.tables import ExitAnswer


class ExitAnswerCounts:
    """Counts in SQL."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def add(self, day: date, counted: Mapping[str, int]) -> None:
        """Adds to the figures of a day."""
        async with self._sessions.begin() as session:
            for answer, count in counted.items():
                row = await session.get(ExitAnswer, (day.isoformat(), answer), with_for_update=True)
                if row is None:
                    session.add(ExitAnswer(day=day.isoformat(), answer=answer, count=count))
                else:
                    row.count += count

    async def since(self, day: date) -> dict[str, int]:
        """How many gave each answer since this day, included."""
        query = (
            select(ExitAnswer.answer, func.sum(ExitAnswer.count))
            .where(ExitAnswer.day >= day.isoformat())
            .group_by(ExitAnswer.answer)
        )
        async with self._sessions() as session:
            return {answer: int(count) for answer, count in await session.execute(query)}
