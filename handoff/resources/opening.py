"""Opening hours: a week of spans, read from OpenStreetMap's notation and said in French.

Only what a directory of services uses is read: days, times, "24/7", "off". Anything more (months, school
holidays) is not understood, and what is not understood is unknown rather than wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

DAY = 24 * 60
WEEK = 7 * DAY
Span = tuple[int, int]  # minutes since Monday 00:00, the end left out

ALWAYS = "24/7"
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
IN_FRENCH = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_RULE = re.compile(
    r"(?:(?P<days>(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:(?:\s*[-,]\s*)(?:Mo|Tu|We|Th|Fr|Sa|Su))*)\s+)?"
    r"(?P<times>off|closed|\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}(?:\s*,\s*\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2})*)"
)
_HOLIDAYS_OFF = re.compile(r"(?:PH|SH|PH,SH)\s+(?:off|closed)")
_TIMES = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
LONGEST = 500


def read_opening(text: str) -> tuple[Span, ...] | None:
    """The spans of a week, in order; None when the notation says more than we read, or nothing."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    if text == ALWAYS:
        return ((0, WEEK),)
    by_day: dict[int, list[Span]] = {}
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        if _HOLIDAYS_OFF.fullmatch(rule):
            continue
        match = _RULE.fullmatch(rule)
        times = _times(match["times"]) if match else None
        if match is None or times is None:
            return None
        # As in the notation: a later rule replaces what an earlier one said of the same days.
        by_day.update({day: times for day in _days(match["days"])})
    return join((day * DAY + start, day * DAY + end) for day, times in by_day.items() for start, end in times)


def _days(text: str | None) -> list[int]:
    if text is None:
        return list(range(7))
    found: list[int] = []
    for part in re.split(r"\s*,\s*", text):
        first, _, last = (each.strip() for each in part.partition("-"))
        start, end = DAYS.index(first), DAYS.index(last or first)
        found += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    return found


def _times(text: str) -> list[Span] | None:
    if text in ("off", "closed"):
        return []
    found: list[Span] = []
    for numbers in _TIMES.findall(text):
        hour, minute, to_hour, to_minute = map(int, numbers)
        start, end = hour * 60 + minute, to_hour * 60 + to_minute
        if minute > 59 or to_minute > 59 or start >= DAY or end > DAY:
            return None
        found.append((start, end if end > start else end + DAY))  # "20:00-02:00" ends the next day
    return found


def join(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, without overlaps; what runs past Sunday goes on on Monday."""
    inside: list[Span] = []
    for start, end in spans:
        inside += [(start, min(end, WEEK)), (0, end - WEEK)] if end > WEEK else [(start, end)]
    joined: list[Span] = []
    for start, end in sorted(inside):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return tuple(joined)


def is_always(spans: tuple[Span, ...]) -> bool:
    return spans == ((0, WEEK),)


def write_opening(spans: tuple[Span, ...]) -> str:
    """The notation again, one rule a group of days that are alike."""
    if is_always(spans):
        return ALWAYS
    rules = []
    for days, times in _groups(spans):
        named = ",".join(_range(first, last, DAYS, "-") for first, last in days)
        rules.append(f"{named} {','.join(f'{_clock(start)}-{_clock(end)}' for start, end in times)}")
    return "; ".join(rules)


def say_opening(spans: tuple[Span, ...]) -> str:
    """In words: "lundi – vendredi, 8 h 30 – 12 h et 14 h – 17 h ; samedi, 9 h – 12 h"."""
    if is_always(spans):
        return "jour et nuit"
    said = []
    for days, times in _groups(spans):
        named = ", ".join(_range(first, last, IN_FRENCH, " – ") for first, last in days)
        if days == [(0, 6)]:
            named = "tous les jours"
        said.append(f"{named}, {' et '.join(f'{_say(start)} – {_say(end)}' for start, end in times)}")
    return " ; ".join(said)


def _groups(spans: tuple[Span, ...]) -> list[tuple[list[tuple[int, int]], tuple[Span, ...]]]:
    """Days that open alike: their runs (first and last day) and their times."""
    by_day: dict[int, list[Span]] = {}
    if len(spans) > 1 and spans[0][0] == 0 and spans[-1][1] == WEEK and spans[0][1] < DAY // 2:
        # Sunday evening ends on Monday.
        spans = (*spans[1:-1], (spans[-1][0], WEEK + spans[0][1]))
    for start, end in spans:
        while start < end:
            day = start // DAY
            stop = min(end, (day + 1) * DAY)
            # An evening that ends before noon of the next day is one span: "20 h – 2 h".
            if end - stop < DAY // 2 and end - start <= DAY:
                stop = end
            by_day.setdefault(day % 7, []).append((start - day * DAY, stop - day * DAY))
            start = stop
    alike: dict[tuple[Span, ...], list[int]] = {}
    for day in sorted(by_day):
        alike.setdefault(tuple(by_day[day]), []).append(day)
    return [(_runs(days), times) for times, days in alike.items()]


def _runs(days: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and day == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _range(first: int, last: int, names: tuple[str, ...], dash: str) -> str:
    return names[first] if first == last else f"{names[first]}{dash}{names[last]}"


def _clock(minute: int) -> str:
    return "24:00" if minute == DAY else f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _say(minute: int) -> str:
    hour, rest = divmod(minute % DAY if minute > DAY else minute, 60)
    return f"{hour} h {rest:02d}" if rest else f"{hour} h"
