"""The names of countries, folded: never personal in the languages that most messages are in."""

from __future__ import annotations

from typing import Final

from babel import Locale

from handoff.place_names.normalise import fold

# Monaco is a town as well.
COUNTRIES: Final = frozenset(
    fold(name)
    for language in ("fr", "en", "es")
    for code, name in Locale(language).territories.items()
    if code.isalpha() and code != "MC"
)
