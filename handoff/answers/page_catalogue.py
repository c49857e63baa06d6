"""The labels of the young people's pages, in every language there is: ``data/texts/ui.<language>.yml``.

Names, directions and durations of languages come from Babel. Translators work in gettext files
(``page_translation``); docs/decisions/0060 says why these are not gettext files themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.units import format_unit

from handoff.answers.texts import TextError
from handoff.conversation import Audience

STAFF_SECTIONS = frozenset({"staff", "account", "figures"})


@dataclass(frozen=True, slots=True)
class PageLanguage:
    """A language as the page offers it: its own name, and the direction it is written in."""

    code: str
    name: str
    direction: str  # "ltr" or "rtl"

    @classmethod
    def of(cls, code: str) -> PageLanguage:
        """Raises TextError for a code that is no language."""
        try:
            locale = Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            raise TextError(f"no such language: {code}") from None
        return cls(code, (locale.get_display_name(code) or code).capitalize(), locale.text_direction)


class PageCatalogue:
    """Labels by language and audience. What a language lacks is read in the first one."""

    def __init__(self, by_language: Mapping[str, Mapping[str, Any]]) -> None:
        self._content = dict(by_language)
        self.languages = tuple(PageLanguage.of(code) for code in self._content)
        self.default = self.languages[0].code

    @classmethod
    def load(cls, folder: Path, languages: Sequence[str]) -> PageCatalogue:
        """The languages named, the first of which is whole. Raises TextError."""
        if not languages:
            raise TextError("no language for the page")
        try:
            return cls(
                {
                    code: yaml.safe_load((folder / f"ui.{code}.yml").read_text(encoding="utf-8"))
                    for code in languages
                }
            )
        except (OSError, yaml.YAMLError) as error:
            raise TextError(str(error)) from None

    def language(self, code: str) -> PageLanguage:
        """The language of this code, or the first one."""
        return next((each for each in self.languages if each.code == code), self.languages[0])

    def choose(self, asked: str | None, accepted: str) -> PageLanguage:
        """The language asked for; else the one a browser likes best (``Accept-Language``); else the first."""
        known = {each.code for each in self.languages}
        wanted = [asked or "", *_preferred(accepted)]
        return self.language(next((code for code in wanted if code in known), self.default))

    def labels(self, code: str, audience: Audience = Audience.YOUNG_PERSON) -> dict[str, str]:
        """Every label of the chat page."""
        formal = {} if audience is Audience.YOUNG_PERSON else self.section(code, "chat_vous")
        own = {} if audience is Audience.YOUNG_PERSON else self.section(code, f"chat_{audience.value}")
        return {**self.section(code, "chat"), **formal, **own}

    def starts(self, code: str, audience: Audience) -> dict[str, str]:
        """The starting points: topic → the words of whoever would tap it."""
        return dict(self.section(code, "starts")[audience.value])

    def start_label(self, code: str, topic: str) -> str | None:
        """The words of a starting point, whoever it is for; None when the topic is none."""
        found = (points.get(topic) for points in self.section(code, "starts").values())
        return next((label for label in found if label), None)

    def section(self, code: str, name: str) -> dict[str, Any]:
        """A part of the catalogue, completed from the first language."""
        first = self._content[self.default].get(name) or {}
        return {**first, **(self._content[self.language(code).code].get(name) or {})}

    def duration(self, code: str, length: timedelta) -> str:
        """ "30 minutes", "24 heures et 30 minutes": exact to the minute, in the reader's language."""
        hours, minutes = divmod(math.ceil(length.total_seconds() / 60), 60)
        counts = {"duration-hour": hours, "duration-minute": minutes}
        parts = [format_unit(count, unit, locale=code) for unit, count in counts.items() if count]
        return format_list(parts, locale=code)

    def missing(self) -> Iterator[tuple[str, str]]:
        """(language, key) of everything that the first language says and another does not."""
        for code, content in self._content.items():
            for name, first in self._content[self.default].items():
                if name in STAFF_SECTIONS and name not in content:
                    continue  # the staff's pages are in fewer languages; those begun are whole
                have = set(_keys(content.get(name) or {}))
                yield from ((code, f"{name}.{key}") for key in _keys(first) if key not in have)


def _keys(content: Mapping[str, Any]) -> Iterator[str]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from (f"{key}.{below}" for below in _keys(value))
        else:
            yield key


def _preferred(accepted: str) -> list[str]:
    """Codes of an ``Accept-Language`` header without their country, best first."""
    weighed: list[tuple[float, str]] = []
    for part in accepted.split(",")[:20]:
        code, _, weight = part.partition(";q=")
        try:
            weighed.append((float(weight or 1), code.strip().split("-")[0].lower()))
        except ValueError:
            continue
    return [code for _, code in sorted(weighed, key=lambda each: -each[0])]
