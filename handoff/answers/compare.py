"""Differences between two versions of a card, field by field, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from handoff.answers.cards import Card

# Texts that share fewer of their words are shown one after the other: word by word would be a jumble.
LEAST_SHARED = 0.6

_WORDS = re.compile(r"\s+|[\w'’-]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: in both versions, only in the new one, or only in the old one."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field (a dotted path) that is not the same in both versions."""

    field: str
    pieces: tuple[Piece, ...]


def content_of(card: Card) -> dict[str, Any]:
    """A card as the studio keeps it: plain values, nothing that is empty."""
    return card.model_dump(mode="json", exclude_none=True)


def differences(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> list[Difference]:
    """What changed between two contents, in the order of the fields; everything when there was none."""
    before = dict(_flat("", _readable(old))) if old else {}
    after = dict(_flat("", _readable(new)))
    return [
        Difference(name, compare_words(before.get(name, ""), after.get(name, "")))
        for name in dict.fromkeys([*after, *before])
        if before.get(name, "") != after.get(name, "")
    ]


def compare_words(old: str, new: str) -> tuple[Piece, ...]:
    """The two texts as one, in pieces."""
    left, right = _WORDS.findall(old), _WORDS.findall(new)
    if old and new and _shared(old, new) < LEAST_SHARED:
        return (Piece("removed", old), Piece("added", new))
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(left[a:b])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(left[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(right[c:d])))
    return tuple(pieces)


def _shared(old: str, new: str) -> float:
    """How many words of both are the same, in the same order (0 to 1)."""
    return SequenceMatcher(None, old.split(), new.split(), autojunk=False).ratio()


def _readable(content: Mapping[str, Any]) -> dict[str, Any]:
    """Short lists as one field each: who reads a difference sees the list before and after."""
    lists = {
        name: "\n".join(map(str, content[name]))
        for name in ("resources", "needs_review", "audience")
        if isinstance(content.get(name), list)
    }
    steps = [
        f"{step.get('label', '')} → {step.get('topic') or step.get('kind', '')}"
        for step in content.get("next_steps", [])
    ]
    return {**content, **lists, "next_steps": "\n".join(steps)}


def _flat(path: str, content: Any) -> Iterator[tuple[str, str]]:
    if isinstance(content, dict):
        for name, each in content.items():
            yield from _flat(f"{path}.{name}".strip("."), each)
    elif isinstance(content, list):
        for place, each in enumerate(content):
            yield from _flat(f"{path}.{place}", each)
    elif content is not None:
        yield path, str(content)
