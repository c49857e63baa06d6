"""Figures per topic for the content lead: how often an answer was shown, and whether it helped.

Counts by day and nothing else: no text, no conversation, no time of day. The public app counts in memory
(``TopicCounter``), so a reply never waits for SQL, and SQL being away loses neither the reply nor the count.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from handoff.records import database
from handoff.records.database import Sessions
from handoff.records.tables import TopicCount
from handoff.together import running_beside

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 2.0


class TopicEvent(StrEnum):
    """What is counted of a topic."""

    SHOWN = "shown"  # its card was the answer
    HELPED = "helped"  # "ça t'a aidé ?": yes
    NOT_HELPED = "not_helped"  # "ça t'a aidé ?": no
    FALLBACK = "fallback"  # the message was not understood, and this topic was the nearest


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one topic over a period."""

    topic: str
    shown: int = 0
    helped: int = 0
    not_helped: int = 0
    fallback: int = 0

    @property
    def helped_share(self) -> float | None:
        """Yes among those who answered (0 to 1); None when nobody did."""
        answered = self.helped + self.not_helped
        return self.helped / answered if answered else None


Counts = Mapping[tuple[date, str, TopicEvent], int]


class TopicFigures:
    """The table of counts. Raises SQLAlchemyError, OSError or a driver's own error when SQL is away."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def add(self, counts: Counts) -> None:
        """Adds to the counts of each (day, topic, event): all of them, or none."""
        if not counts:
            return
        async with self._sessions.begin() as session:
            dialect = session.get_bind().dialect.name
            insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
            # Always in the same order: two processes that add at once don't wait for each other in a ring.
            for (day, topic, event), count in sorted(counts.items()):
                row = insert(TopicCount).values(day=day, topic=topic, event=event.value, count=count)
                added = TopicCount.count + row.excluded.count
                keys = ["day", "topic", "event"]
                await session.execute(row.on_conflict_do_update(index_elements=keys, set_={"count": added}))

    async def read(self, first_day: date, last_day: date) -> list[Figures]:
        """The figures of every topic that has any, both days included (UTC), by topic id."""
        query = (
            select(TopicCount.topic, TopicCount.event, func.sum(TopicCount.count))
            .where(TopicCount.day.between(first_day, last_day))
            .group_by(TopicCount.topic, TopicCount.event)
        )
        found: dict[str, dict[str, int]] = {}
        async with self._sessions() as session:
            for topic, event, count in await session.execute(query):
                found.setdefault(topic, {})[event] = int(count)
        return [Figures(topic, **events) for topic, events in sorted(found.items())]

    async def of_topic(self, topic: str, first_day: date, last_day: date) -> Figures:
        """The figures of one topic, both days included (UTC); zeros when there are none."""
        everything = await self.read(first_day, last_day)
        return next((each for each in everything if each.topic == topic), Figures(topic))


class TopicCounter:
    """Counts now, writes later. What could not be written is kept and tried again.

    A process that is killed loses what it counted since the last time (``FLUSH_SECONDS``).
    """

    def __init__(self, figures: TopicFigures | None, flush_seconds: float = FLUSH_SECONDS) -> None:
        self._figures = figures
        self._flush_seconds = flush_seconds
        self._counts: Counter[tuple[date, str, TopicEvent]] = Counter()
        self._away = False

    def count(self, topic: str, event: TopicEvent) -> None:
        """Counts one. Waits for nothing and cannot fail."""
        if self._figures is not None:
            self._counts[datetime.now(UTC).date(), topic, event] += 1

    def shown(self, topic: str) -> None:
        self.count(topic, TopicEvent.SHOWN)

    def helped(self, topic: str, yes: bool) -> None:
        self.count(topic, TopicEvent.HELPED if yes else TopicEvent.NOT_HELPED)

    def fallback(self, topic: str) -> None:
        self.count(topic, TopicEvent.FALLBACK)

    async def flush(self) -> bool:
        """Writes what was counted; False when SQL is away, and then nothing is lost."""
        if self._figures is None:
            return False
        counts, self._counts = self._counts, Counter()
        try:
            await self._figures.add(counts)
        except Exception as error:  # a driver's own errors too: counting goes on whatever SQL does
            self._counts.update(counts)
            if not self._away:
                logger.warning("figures are kept in memory: %s", type(error).__name__)
            self._away = True
            return False
        self._away = False
        return True

    async def run(self) -> None:
        """Writes every few seconds until cancelled."""
        while True:
            await asyncio.sleep(self._flush_seconds)
            await self.flush()


@contextlib.asynccontextmanager
async def counting(url: str) -> AsyncIterator[TopicCounter]:
    """A counter that writes to a database while it is open, and once more when it is closed.

    Raises nothing of SQL's: an address or a driver that is no use costs the figures, not the chat.
    """
    try:
        engine, sessions = database.connect(url)
    except Exception as error:
        logger.error("no figures per topic, the database cannot be used: %s", type(error).__name__)
        yield TopicCounter(None)
        return
    counter = TopicCounter(TopicFigures(sessions))
    try:
        async with running_beside(counter.run()):
            yield counter
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_SECONDS):
                await counter.flush()
        await engine.dispose()
