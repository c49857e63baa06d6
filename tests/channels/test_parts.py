"""Long words are cut where a sentence ends; commands, hours and lanes do what they say."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.channels.commands import Command, command_of
from handoff.channels.lanes import Lanes
from handoff.channels.parts import length, split
from handoff.quiet_hours import is_open


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


@pytest.mark.parametrize(
    ("departement", "hour_utc", "opened"),
    [
        ("974", 8, True),
        ("974", 4, False),
        ("974", 15, False),
        ("971", 13, True),
        ("971", 11, False),
        ("987", 20, False),
        ("69", 4, False),
    ],
)
def test_their_hours_are_those_of_where_they_are(departement: str, hour_utc: int, opened: bool) -> None:
    assert is_open("8-18", datetime(2026, 1, 15, hour_utc, tzinfo=UTC), departement) is opened


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
