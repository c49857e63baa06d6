"""A message of the log as what a messaging app shows: plain words, cut at the ends of sentences."""

from __future__ import annotations

import re
from typing import Protocol

from handoff.channels.channel import Channel, Part
from handoff.conversation import Author, Button, HelpLine, Message

MORE = "#more:"
_BREAKS = (re.compile(r"\n+"), re.compile(r"[.!?…]+[»”\")]?\s+"), re.compile(r"\s+"))


class PartWords(Protocol):
    """The sentences around a message."""

    def from_team(self, text: str) -> str: ...
    def more(self) -> str: ...
    def choose(self) -> str: ...
    def choices(self) -> str: ...
    def facts(self, line: HelpLine) -> list[str]: ...


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


def parts_of(message: Message, channel: Channel, words: PartWords, covered: bool = False) -> list[Part]:
    """What to send for one message. A young person's own message has no parts."""
    if message.author is Author.YOUNG_PERSON or message.for_staff:
        return []
    text = message.text.value
    if message.author is Author.COUNSELLOR:
        text = words.from_team(text)
    blocks = [text, *(help_line(line, words) for line in message.help_lines)]
    buttons = list(message.buttons)
    if message.more:
        buttons.append(Button(words.more(), MORE + message.position))
    return letter("\n\n".join(blocks), tuple(buttons), channel, words, covered)


def letter(
    text: str, buttons: tuple[Button, ...], channel: Channel, words: PartWords, covered: bool = False
) -> list[Part]:
    """Words and buttons as parts; the buttons come with the last words."""
    kept = tuple(each for each in buttons if len(each.payload.encode()) <= channel.longest_payload)
    if kept and not channel.has_buttons:
        numbered = "\n".join(f"{number}. {each.label}" for number, each in enumerate(kept, 1))
        text = f"{text}\n\n{words.choose()}\n{numbered}"
    pieces = split(text, channel.longest_text)
    return [
        Part(piece, kept if last else (), covered, words.choices() if kept and last else "")
        for piece, last in ((piece, index == len(pieces)) for index, piece in enumerate(pieces, 1))
    ]


def help_line(line: HelpLine, words: PartWords) -> str:
    """A resource in three lines: its name, what it costs and when it answers, where it is on the web."""
    rows = [line.name, " · ".join(words.facts(line)), line.chat_url or line.url or ""]
    return "\n".join(row for row in rows if row)
