"""Explicit phrases (data/distress/lexicon.yml): what must be seen whatever the classifier says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from handoff.conversation import Category, RiskLevel
from handoff.distress.fold import fold


@dataclass(frozen=True, slots=True)
class Phrase:
    """A kind of phrase: the least level of a message that says it."""

    level: RiskLevel
    category: Category
    reason: str
    patterns: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None


class Lexicon:
    """Finds explicit phrases in a text."""

    def __init__(
        self,
        phrases: tuple[Phrase, ...],
        never: tuple[re.Pattern[str], ...],
        everyday: tuple[re.Pattern[str], ...],
    ) -> None:
        self._phrases = phrases
        self._never = never
        self._everyday = everyday

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """Reads the file. Raises KeyError, ValueError or re.error on a faulty one: loud at start."""
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        phrases = tuple(
            Phrase(
                RiskLevel(row["level"]),
                Category(row["category"]),
                row["reason"],
                tuple(re.compile(pattern) for pattern in row["patterns"]),
                re.compile(row["unless"]) if "unless" in row else None,
            )
            for row in content["phrases"]
        )
        return cls(
            phrases,
            tuple(re.compile(pattern) for pattern in content["never"]),
            tuple(re.compile(pattern) for pattern in content["everyday"]),
        )

    def find(self, text: str) -> list[Phrase]:
        """The kinds of phrase said, highest level first."""
        folded = fold(text)
        if any(pattern.search(folded) for pattern in self._never):
            return []
        found = [phrase for phrase in self._phrases if _says(phrase, folded)]
        return sorted(found, key=lambda phrase: -phrase.level)

    def is_everyday(self, text: str) -> bool:
        """Whether the whole message is an exaggeration that everybody uses."""
        folded = fold(text).strip(" .!?…")
        return any(pattern.fullmatch(folded) for pattern in self._everyday)


def _says(phrase: Phrase, folded: str) -> bool:
    if phrase.unless is not None and phrase.unless.search(folded):
        return False
    return any(pattern.search(folded) for pattern in phrase.patterns)
