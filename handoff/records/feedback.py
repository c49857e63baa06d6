"""What counsellors teach the detector: corrected levels, and messages kept with their writer's consent."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, select, update

from handoff.conversation import Category, RiskLevel, StrippedText
from handoff.records.database import Sessions
from handoff.records.tables import LevelCorrection, TrainingExample


class Feedback:
    """Corrections hold no text. An example is exported only once somebody has read it again."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def level_corrected(
        self, account_id: int, found: RiskLevel, corrected: RiskLevel, category: Category, language: str
    ) -> None:
        correction = LevelCorrection(
            at=datetime.now(UTC),
            account_id=account_id,
            found=int(found),
            corrected=int(corrected),
            category=category.value,
            language=language,
        )
        async with self._sessions.begin() as session:
            session.add(correction)

    async def corrections(self) -> list[LevelCorrection]:
        """Oldest first."""
        async with self._sessions() as session:
            return list(await session.scalars(select(LevelCorrection).order_by(LevelCorrection.id)))

    async def keep(
        self, account_id: int, text: StrippedText, level: RiskLevel, category: Category, language: str
    ) -> None:
        """Keeps a message for good. Only with its writer's consent, after the text was shown."""
        example = TrainingExample(
            at=datetime.now(UTC),
            account_id=account_id,
            text=text.value,
            level=int(level),
            category=category.value if level else Category.NONE.value,
            language=language,
        )
        async with self._sessions.begin() as session:
            session.add(example)

    async def examples(self, *, reviewed: bool) -> list[TrainingExample]:
        """Oldest first."""
        query = select(TrainingExample).where(TrainingExample.reviewed == reviewed)
        async with self._sessions() as session:
            return list(await session.scalars(query.order_by(TrainingExample.id)))

    async def accept(self, example_id: int) -> bool:
        """Marks an example as read and fit for training; False when there is none."""
        change = update(TrainingExample).where(TrainingExample.id == example_id).values(reviewed=True)
        async with self._sessions.begin() as session:
            return bool((await session.execute(change)).rowcount)  # type: ignore[attr-defined]

    async def reject(self, example_id: int) -> bool:
        """Deletes an example; False when there is none."""
        async with self._sessions.begin() as session:
            done = await session.execute(delete(TrainingExample).where(TrainingExample.id == example_id))
            return bool(done.rowcount)  # type: ignore[attr-defined]
