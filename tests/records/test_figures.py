"""The figures on a real database: the days and the hours are those of Paris."""

from __future__ import annotations

from datetime import UTC, date, datetime

from handoff.records.database import Sessions
from handoff.records.figures import Figures, Period
from handoff.store.contacts import Contact, Fate


async def test_days_and_hours_are_those_of_paris_in_winter_and_in_summer(sessions: Sessions) -> None:
    figures = Figures(sessions)
    winter, summer = datetime(2026, 1, 10, 23, tzinfo=UTC), datetime(2026, 7, 10, 22, tzinfo=UTC)
    await figures.keep_contacts(
        [Contact(f"{number:032}", at, Fate.SERVED, 1, 0) for number, at in enumerate((winter, summer))]
    )

    async def hours(day: date) -> list[int]:
        return [each.hour for each in await figures.contacts(Period(day, day))]

    assert await hours(date(2026, 1, 10)) == []
    assert await hours(date(2026, 1, 11)) == [0]
    assert await hours(date(2026, 7, 10)) == []
    assert await hours(date(2026, 7, 11)) == [0]
