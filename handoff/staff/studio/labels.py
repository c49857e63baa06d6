"""The studio's own sentences (data/texts/studio.fr.yml)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from handoff.answers.cards import Fault


class Labels:
    """Sentences by dotted key. A key that is missing is shown as it is: a page is never refused for it."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content

    @classmethod
    def load(cls, folder: Path, language: str) -> Labels:
        """Reads ``studio.<language>.yml``. Raises OSError or yaml.YAMLError."""
        return cls(yaml.safe_load((folder / f"studio.{language}.yml").read_text(encoding="utf-8")))

    def __call__(self, key: str, **words: object) -> str:
        """One sentence, with its words filled in."""
        found: Any = self._content
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return str(found).format(**words) if isinstance(found, str | int) else key

    def keys(self, part: str) -> list[str]:
        """The names under a key, in the order of the file."""
        return list(self._content[part])

    def fault(self, fault: Fault) -> str:
        """What is wrong, for who wrote it."""
        sentence = self(f"fault.{fault.code}", detail=fault.detail)
        return sentence if sentence != f"fault.{fault.code}" else self("fault.refused")

    def field(self, path: str) -> str:
        """The name of a field of a card: ``texts.fr.jeune.short`` → "Texte court (jeune, français)"."""
        texts = re.fullmatch(r"texts\.(\w+)(?:\.(\w+)(?:\.(\w+))?)?", path)
        if texts:
            language, audience, name = texts.groups()
            name = self(f"field.{name}") if name else self("field.texts")
            parts: Iterable[str] = (
                *((self(f"audience.{audience}"),) if audience else ()),
                self(f"language.{language}"),
            )
            return f"{name} ({', '.join(parts)})"
        first, _, rest = path.partition(".")
        if first == "title" and rest:
            return f"{self('field.title')} ({self(f'language.{rest}')})"
        place, _, part = rest.partition(".")
        number = f" {int(place) + 1}" if place.isdigit() else ""
        name = self(f"field.{first}") + number
        return f"{name}, {self(f'field.{part}')}" if part else name
