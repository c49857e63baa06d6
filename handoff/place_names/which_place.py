"""Which départements a place may be in, when its name alone does not say: Saint-Denis, Bretagne.

Only for asking "which one?" in the search for help: what is stripped is decided in ``handoff.privacy``.
"""

from __future__ import annotations

import re

from handoff.place_names.normalise import fold
from handoff.place_names.place_table import PlaceTable, fold_place

# A namesake this many times smaller is not what was meant.
FAR_SMALLER = 10
MOST_CHOICES = 6
_REGION_NAMES = {
    "idf": "Île-de-France",
    "region parisienne": "Île-de-France",
    "paca": "Provence-Alpes-Côte d'Azur",
    "provence": "Provence-Alpes-Côte d'Azur",
    "corse": "Corse",
}


class WhichPlace:
    """Reads the table once; each look-up is a dictionary's."""

    def __init__(self, table: PlaceTable) -> None:
        self._table = table
        by_region: dict[str, list[str]] = {}
        for departement in table.departements.values():
            by_region.setdefault(departement.region, []).append(departement.code)
        names = {" ".join(fold_place(region)): region for region in by_region} | _REGION_NAMES
        self._regions = {
            name: tuple(by_region[region]) for name, region in names.items() if len(by_region[region]) > 1
        }
        longest_first = sorted(self._regions, key=len, reverse=True)
        said = "|".join(name.replace(" ", r"[\s\-']{1,2}") for name in longest_first)
        self._region = re.compile(rf"(?<![a-z])(?P<name>{said})(?![a-z])")

    def of_town(self, name: str) -> tuple[str, ...]:
        """The départements of the towns of this name, the largest first; none when one town stands out."""
        words = fold_place(name)
        people: dict[str, int] = {}
        for commune in self._table.starting_with(*words[:2]) if words else ():
            if commune.words == words:
                people[commune.departement] = max(people.get(commune.departement, 0), commune.population)
        largest = max(people.values(), default=0)
        likely = [code for code, count in people.items() if count * FAR_SMALLER >= largest]
        likely.sort(key=lambda code: -people[code])
        return tuple(likely[:MOST_CHOICES]) if len(likely) > 1 else ()

    def of_whole_region(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The départements of the region that these folded words are the name of; none without."""
        return self._regions.get(" ".join(words), ())

    def of_region(self, clean: str) -> tuple[str, ...]:
        """The départements of the region that a text names; none without."""
        found = self._region.search(fold(clean))
        return self._regions[" ".join(re.findall("[a-z]+", found["name"]))] if found else ()
