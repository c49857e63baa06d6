"""Figures per topic: added up by day, read by period, and kept in memory while SQL is away."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.records import database
from handoff.records.database import Sessions
from handoff.records.topic_figures import Figures, TopicCounter, TopicEvent, TopicFigures, counting

MONDAY = date(2026, 11, 23)
TODAY = datetime.now(UTC).date()


async def test_counts_of_a_day_add_up_and_other_days_stay_apart(sessions: Sessions) -> None:
    figures = TopicFigures(sessions)
    await figures.add({(MONDAY, "ivg", TopicEvent.SHOWN): 2, (MONDAY, "ivg", TopicEvent.HELPED): 1})
    await figures.add({(MONDAY, "ivg", TopicEvent.SHOWN): 3})
    tuesday = MONDAY + timedelta(days=1)
    await figures.add({(tuesday, "ivg", TopicEvent.SHOWN): 7, (tuesday, "preuves", TopicEvent.FALLBACK): 1})
    assert await figures.read(MONDAY, MONDAY) == [Figures("ivg", shown=5, helped=1)]
    assert await figures.read(MONDAY, tuesday) == [
        Figures("ivg", shown=12, helped=1),
        Figures("preuves", fallback=1),
    ]
    assert await figures.of_topic("preuves", MONDAY, MONDAY) == Figures("preuves")


def test_the_share_that_was_helped_is_of_those_who_answered() -> None:
    assert Figures("ivg", shown=10, helped=3, not_helped=1).helped_share == 0.75
    assert Figures("ivg", shown=10).helped_share is None


async def test_what_was_counted_is_written(sessions: Sessions) -> None:
    figures = TopicFigures(sessions)
    counter = TopicCounter(figures)
    counter.shown("ivg")
    counter.helped("ivg", yes=True)
    counter.helped("ivg", yes=False)
    counter.fallback("preuves")
    assert await counter.flush()
    assert await counter.flush(), "nothing left to write is no fault"
    expected = [Figures("ivg", shown=1, helped=1, not_helped=1), Figures("preuves", fallback=1)]
    assert await figures.read(TODAY, TODAY) == expected


async def test_nothing_is_lost_while_sql_is_away(tmp_path: Path) -> None:
    # A database whose folder does not exist yet: what a volume that is not mounted looks like.
    folder = tmp_path / "later"
    url = f"sqlite+aiosqlite:///{folder / 'figures.sqlite'}"
    engine, sessions = database.connect(url)
    figures = TopicFigures(sessions)
    counter = TopicCounter(figures)
    counter.shown("ivg")
    assert not await counter.flush()
    counter.shown("ivg")
    assert not await counter.flush()
    folder.mkdir()
    await asyncio.to_thread(database.migrate, url)
    assert await counter.flush()
    assert await figures.read(TODAY, TODAY) == [Figures("ivg", shown=2)]
    await engine.dispose()


@pytest.mark.parametrize("url", ["postgresql+nothing://nowhere/x", "not an address", ""])
async def test_a_database_that_cannot_be_used_costs_the_figures_only(url: str) -> None:
    async with counting(url) as counter:
        counter.shown("ivg")
        assert not await counter.flush()


async def test_what_is_left_is_written_when_counting_ends(sessions: Sessions, database_url: str) -> None:
    async with counting(database_url) as counter:
        counter.shown("preuves")
    assert await TopicFigures(sessions).of_topic("preuves", TODAY, TODAY) == Figures("preuves", shown=1)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ivg", "preuves"]), st.sampled_from(TopicEvent), st.booleans()),
        max_size=12,
    )
)
async def test_however_often_it_is_written_the_sum_is_what_was_counted(
    sessions: Sessions, happened: list[tuple[str, TopicEvent, bool]]
) -> None:
    figures = TopicFigures(sessions)
    counter = TopicCounter(figures)
    before = sum_of(await figures.read(TODAY, TODAY))
    for topic, event, then_flush in happened:
        counter.count(topic, event)
        if then_flush:
            await counter.flush()
    await counter.flush()
    assert sum_of(await figures.read(TODAY, TODAY)) == before + len(happened)


def sum_of(found: list[Figures]) -> int:
    return sum(each.shown + each.helped + each.not_helped + each.fallback for each in found)
