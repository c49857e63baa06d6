"""What time it is in a département, and whether it is a public holiday there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from handoff.resources.opening import DAY

_MAINLAND = "Europe/Paris"
_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
# Labour code, L. 3133-1.
_FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
_AFTER_EASTER_DAYS = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday


def zone_of(departement: str | None) -> str:
    return _ZONES.get(departement or "", _MAINLAND)


def local_time(departement: str | None, now: datetime | None = None) -> datetime:
    return (now or datetime.now(UTC)).astimezone(ZoneInfo(zone_of(departement)))


def minute_of_week(moment: datetime) -> int:
    """Minutes since Monday 00:00, in the moment's own time zone."""
    return moment.weekday() * DAY + moment.hour * 60 + moment.minute


@lru_cache
def is_holiday(day: date) -> bool:
    """A public holiday everywhere in France: on such a day no opening hours can be trusted."""
    if (day.month, day.day) in _FIXED_HOLIDAYS:
        return True
    return any(day == easter(day.year) + timedelta(days=days) for days in _AFTER_EASTER_DAYS)


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)
