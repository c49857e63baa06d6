"""Long words are cut where a sentence ends; commands, hours and lanes do what they say."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.app_parts import load_words
from handoff.channels.commands import Command, command_of
from handoff.channels.lanes import Lanes
from handoff.channels.parts import length, split
from handoff.quiet_hours import WINDOWS, clock_of, is_open
from handoff.resources.local_time import zone_of
from handoff.settings import Settings

WORDS = load_words(Settings())[0]


@given(st.text(max_size=400), st.integers(min_value=4, max_value=60))
def test_nothing_is_lost_and_no_piece_is_too_long(text: str, longest: int) -> None:
    pieces = split(text, longest)
    assert all(0 < length(piece) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_piece_ends_with_a_sentence_where_one_ends() -> None:
    text = "Une phrase courte. Une autre phrase, un peu plus longue. Et la dernière !"
    assert split(text, 60) == ["Une phrase courte. Une autre phrase, un peu plus longue.", "Et la dernière !"]


@pytest.mark.parametrize(
    ("text", "bare", "command"),
    [
        ("/aide", False, (Command.HELP, "")),
        ("/HELP", False, (Command.HELP, "")),
        ("/oublier@repere_bot", False, (Command.FORGET, "")),
        ("/start lycee-7", False, (Command.START, "lycee-7")),
        ("STOP", True, (Command.STOP, "")),
        ("stop.", True, (Command.STOP, "")),
        ("STOP !", True, (Command.STOP, "")),
        ("« STOP »\u202f!\n", True, (Command.STOP, "")),
        ("/stop.", False, (Command.STOP, "")),
        ("/oublier.", False, (Command.FORGET, "")),
        ("/oublier\nmerci", False, (Command.FORGET, "merci")),
        ("  /oublier\u00a0!", False, (Command.FORGET, "!")),
        ("/start\tlycee-7", False, (Command.START, "lycee-7")),
        ("oublier ?", True, None),
        ("!", True, None),
        ("/", False, None),
        ("/ stop", False, None),
        ("stop", False, None),
        ("stop il me frappe", True, None),
        ("start", True, None),
        ("/inconnue", False, None),
        ("aide moi", True, None),
        ("", True, None),
    ],
)
def test_a_command_is_one_only_when_it_stands_alone(
    text: str, bare: bool, command: tuple[Command, str] | None
) -> None:
    assert command_of(text, bare=bare) == command


@pytest.mark.parametrize(
    ("window", "hour_utc", "opened"),
    [("never", 12, False), ("any", 3, True), ("8-18", 8, True), ("8-18", 20, False), ("bof", 12, False)],
)
def test_somebody_who_left_is_written_to_in_their_hours_only(
    window: str, hour_utc: int, opened: bool
) -> None:
    assert is_open(window, datetime(2026, 1, 15, hour_utc, tzinfo=UTC)) is opened


_TABLE = (Settings().data_folder / "places" / "departements.tsv").read_text(encoding="utf-8")
DEPARTEMENTS = [line.partition("\t")[0] for line in _TABLE.splitlines()[1:]]
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@given(st.sampled_from(DEPARTEMENTS), st.sampled_from([each for each in WINDOWS if "-" in each]), days)
def test_hours_that_were_chosen_come_every_day_wherever_they_are(
    departement: str, window: str, day: date
) -> None:
    clock = clock_of(window, departement)
    there = ZoneInfo(zone_of(departement))
    hours = [datetime(day.year, day.month, day.day, hour, 30, tzinfo=there) for hour in range(24)]
    first, last = map(int, window.split("-"))
    assert [at.hour for at in hours if is_open(window, at, clock)] == list(range(first, last))


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_clock_is_said_where_it_is_not_that_of_paris(language: str) -> None:
    words = WORDS.before("telegram", language)
    said = {each: words.hours_noted("8-18", clock_of("8-18", each)).text for each in (None, *DEPARTEMENTS)}
    assert len({text for code, text in said.items() if code and code >= "971"}) == 11
    assert {text for code, text in said.items() if not code or code < "971"} == {said[None]}
    assert words.hours_noted("never", clock_of("never", "971")) == words.hours_noted("never", "")


async def test_a_sender_is_taken_in_order_and_nobody_waits_for_another() -> None:
    lanes, seen, gate = Lanes(), [], asyncio.Event()

    async def take(key: str, what: int) -> None:
        async with lanes.of(key):
            if (key, what) == ("a", 0):
                await gate.wait()
            seen.append((key, what))

    tasks = [asyncio.create_task(take("a", number)) for number in range(3)]
    await asyncio.sleep(0)
    await take("b", 0)
    assert seen == [("b", 0)]
    gate.set()
    await asyncio.gather(*tasks)
    assert seen == [("b", 0), ("a", 0), ("a", 1), ("a", 2)]
