"""Opening hours: what is read is what is said, and what is not understood is unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.resources.local_time import easter, is_holiday, local_time
from handoff.resources.opening import DAY, WEEK, join, read_opening, say_opening, write_opening


@pytest.mark.parametrize(
    ("notation", "words"),
    [
        ("24/7", "jour et nuit"),
        (
            "Mo-Fr 08:30-12:30,14:00-17:00; Sa 09:00-12:00; PH off",
            "lundi – vendredi, 8 h 30 – 12 h 30 et 14 h – 17 h ; samedi, 9 h – 12 h",
        ),
        ("Mo-Su 08:00-02:00", "tous les jours, 8 h – 2 h"),
        ("Mo-Fr 09:00-17:00; We off", "lundi – mardi, jeudi – vendredi, 9 h – 17 h"),
        ("10:00-12:00", "tous les jours, 10 h – 12 h"),
    ],
)
def test_hours_are_said_in_words(notation: str, words: str) -> None:
    spans = read_opening(notation)
    assert spans is not None
    assert say_opening(spans) == words


@pytest.mark.parametrize(
    "notation",
    ["", "Jan-Mar 10:00-12:00", "Mo-Fr", "10:00-25:00", "10:61-12:00", "sur rendez-vous", "x" * 999],
)
def test_what_is_not_understood_is_unknown(notation: str) -> None:
    assert read_opening(notation) is None


spans_of_a_week = st.lists(
    st.tuples(st.integers(0, WEEK - 1), st.integers(1, DAY)).map(lambda each: (each[0], each[0] + each[1])),
    max_size=12,
).map(join)


@given(spans_of_a_week)
def test_what_is_written_reads_back(spans: tuple[tuple[int, int], ...]) -> None:
    assert all(0 <= start < end <= WEEK for start, end in spans)
    if spans:
        assert read_opening(write_opening(spans)) == spans
        assert say_opening(spans)


@given(st.text(max_size=60))
def test_any_text_is_read_or_unknown(text: str) -> None:
    spans = read_opening(text)
    assert spans is None or all(0 <= start < end <= WEEK for start, end in spans)


def test_it_is_another_hour_overseas() -> None:
    now = datetime(2026, 1, 5, 23, 0, tzinfo=UTC)
    assert local_time("69", now).hour == 0
    assert local_time("974", now).hour == 3
    assert local_time("972", now).hour == 19


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)]
)
def test_easter(year: int, month: int, day: int) -> None:
    assert easter(year) == date(year, month, day)


def test_holidays() -> None:
    assert is_holiday(date(2026, 5, 14)), "Ascension"
    assert is_holiday(date(2026, 12, 25))
    assert not is_holiday(date(2026, 5, 15))
