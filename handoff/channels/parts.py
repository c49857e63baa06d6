"""A message of the log as what a messaging app shows: plain words, cut at the ends of sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from handoff.channels.channel import Part
from handoff.conversation import LINK_PAYLOAD, Author, Button, HelpLine, Message

MORE = "#more:"  # and a position: the long version of the message there
CHOICE = "#choice:"  # and a position, ":" and a number: a button of the message there, too long for the app
_BREAKS = (re.compile(r"\n+"), re.compile(r"[.!?…]+[»”\")]?\s+"), re.compile(r"\s+"))


class PartWords(Protocol):
    """The sentences around a message."""

    def from_team(self, text: str) -> str: ...
    def more(self) -> str: ...
    def choose(self) -> str: ...
    def choices(self) -> str: ...
    def link(self, label: str, address: str) -> str: ...
    def facts(self, line: HelpLine) -> list[str]: ...


class AppLimits(Protocol):
    """What an app takes (``Channel``)."""

    @property
    def longest_text(self) -> int: ...
    @property
    def longest_payload(self) -> int: ...
    @property
    def has_buttons(self) -> bool: ...


def length(text: str) -> int:
    """In UTF-16 units, as the apps count (an emoji is two)."""
    return len(text) + sum(ord(char) > 0xFFFF for char in text)


def split(text: str, longest: int) -> list[str]:
    """Pieces of at most ``longest`` UTF-16 units, cut at a line, a sentence, a word, or where it must be."""
    pieces = []
    text = text.strip()
    while length(text) > longest:
        end = _longest_prefix(text, longest)
        window = text[:end]
        cut = next((ends[-1] for pattern in _BREAKS if (ends := _ends(pattern, window))), end)
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text] if text else pieces


def _longest_prefix(text: str, longest: int) -> int:
    end = min(len(text), longest)
    while length(text[:end]) > longest:
        end -= 1
    return end


def _ends(pattern: re.Pattern[str], window: str) -> list[int]:
    """Where a piece may end; not in the first third, which would make many short pieces."""
    return [match.end() for match in pattern.finditer(window) if match.end() > len(window) // 3]


def parts_of(message: Message, channel: AppLimits, words: PartWords, covered: bool = False) -> list[Part]:
    """What to send for one message. A young person's own message has no parts."""
    if message.author is Author.YOUNG_PERSON or message.for_staff:
        return []
    text = message.text.value
    if message.author is Author.COUNSELLOR:
        text = words.from_team(text)
    blocks = [text, *(help_line(line, words) for line in message.help_lines), *_links(message, words)]
    buttons = _choices(message, channel)
    if message.more:
        buttons.append(Button(words.more(), MORE + message.position))
    return letter("\n\n".join(blocks), tuple(buttons), channel, words, covered)


def _links(message: Message, words: PartWords) -> list[str]:
    """Links are words: touchable in every app, with buttons or without."""
    addresses = ((each.label, each.payload.removeprefix(LINK_PAYLOAD)) for each in message.buttons)
    # Without an address of the service (no setting names it) there is nothing to open from an app.
    return [words.link(label, address) for label, address in addresses if address.startswith("http")]


def _choices(message: Message, channel: AppLimits) -> list[Button]:
    """The buttons that are answers. One too long for the app says where in the log its own words are."""
    return [
        each
        if len(each.payload.encode()) <= channel.longest_payload
        else Button(each.label, f"{CHOICE}{message.position}:{number}")
        for number, each in enumerate(message.buttons)
        if not each.payload.startswith(LINK_PAYLOAD)
    ]


def chosen(payload: str, log: Sequence[Message]) -> str | None:
    """What a button of a message stands for; None when its message is gone."""
    position, _, number = payload.removeprefix(CHOICE).partition(":")
    buttons = next((each.buttons for each in log if each.position == position), ())
    return buttons[int(number)].payload if number.isdecimal() and int(number) < len(buttons) else None


def letter(
    text: str, buttons: tuple[Button, ...], channel: AppLimits, words: PartWords, covered: bool = False
) -> list[Part]:
    """Words and buttons as parts; the buttons come with the last words."""
    if buttons and not channel.has_buttons:
        numbered = "\n".join(f"{number}. {each.label}" for number, each in enumerate(buttons, 1))
        text = f"{text}\n\n{words.choose()}\n{numbered}"
    pieces = split(text, channel.longest_text)
    return [
        Part(piece, buttons if last else (), covered, words.choices() if buttons and last else "")
        for piece, last in ((piece, index == len(pieces)) for index, piece in enumerate(pieces, 1))
    ]


def help_line(line: HelpLine, words: PartWords) -> str:
    """A resource in a few lines: its name, how to reach it, its cost, what happens there, where it is."""
    what_for = (line.expect or line.use_when) if line.id else None  # of what was searched for, as on the page
    rows = [line.name, " · ".join(words.facts(line)), what_for, line.address, line.chat_url or line.url]
    return "\n".join(row for row in rows if row)
