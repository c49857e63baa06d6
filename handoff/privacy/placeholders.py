"""Our own replacements, recognised so that a text stripped twice does not change."""

from __future__ import annotations

import re

from handoff.privacy.kinds import DATE_REPLACEMENT, FIXED_REPLACEMENTS, PLACE_REPLACEMENT
from handoff.privacy.language import MASK

# Whatever stands inside a replacement is out of every recogniser's sight, so the form is strict: a
# place must be one of ours, and no number longer than an age fits in.
_FIXED = "|".join(
    re.escape(text) for text in (*FIXED_REPLACEMENTS.values(), DATE_REPLACEMENT, PLACE_REPLACEMENT)
)


class Placeholders:
    """Finds and masks replacements. ``place_labels``: every "Rhône (69)" that may stand in one."""

    def __init__(self, place_labels: dict[str, str]) -> None:
        self._place_labels = place_labels
        self._pattern = re.compile(
            rf"{_FIXED}|\[PERSONNE_(?P<person>\d{{1,4}})\]|\[ÂGE: \d{{1,3}} ans\]|\[LIEU:"
            rf" (?P<place>[^\[\]\n]{{1,60}})\]"
        )

    def find(self, clean: str) -> list[re.Match[str]]:
        """Every replacement of ours in the text, in order."""
        if "[" not in clean:
            return []
        return [
            found
            for found in self._pattern.finditer(clean)
            if found["place"] is None or found["place"] in self._place_labels
        ]

    def departement(self, found: re.Match[str]) -> str | None:
        """The département a replacement names, if it is a place."""
        return self._place_labels.get(found["place"]) if found["place"] else None

    @staticmethod
    def mask(clean: str, found: list[re.Match[str]]) -> str:
        """The text with the replacements blotted out, of the same length."""
        for match in found:
            clean = clean[: match.start()] + MASK * len(match.group()) + clean[match.end() :]
        return clean


def highest_person(found: list[re.Match[str]]) -> int:
    """The highest n of the ``[PERSONNE_n]`` among these, 0 without."""
    return max((int(match["person"]) for match in found if match["person"]), default=0)
