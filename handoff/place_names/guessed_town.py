"""Which town is meant by words that somebody surely meant as one: "kimper", "montpel", "aixenprovence".

Only for words that the tagger reads as a place (``recognisers/fr_place.py``): anything resembles some town.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz, process

from handoff.place_names.place_sound import sound_of
from handoff.place_names.place_table import Commune

POPULATION: Final = 4_000
LEAST_LETTERS: Final = 4
# Of two towns with the same beginning, the one this many times as large is meant.
FAR_LARGER: Final = 2.5
# Hundredths of the sound's letters that must agree; of those this close to the best the largest is meant.
ALIKE: Final = 82
LEAST_ALIKE: Final = 6  # letters of the sound: shorter ones resemble too many
CLOSE: Final = 4
EQUAL: Final = 1.0  # of letters' likenesses, in hundredths
_SAINT: Final = re.compile(r"^ste?(?=[a-z]{3})")


class GuessedTowns:
    """Reads the table once. Each guess is an exact look-up first and about a millisecond at worst."""

    def __init__(self, communes: Iterable[Commune]) -> None:
        self._exact: dict[str, Commune] = {}
        self._glued: dict[str, Commune] = {}
        self._by_sound: dict[str, list[Commune]] = {}
        self._by_beginning: dict[str, list[Commune]] = {}
        for commune in communes:
            name = " ".join(commune.words)
            _keep_larger(self._exact, name, commune)
            if commune.population < POPULATION:
                continue
            _keep_larger(self._glued, "".join(commune.words), commune)
            self._by_sound.setdefault(_sound(commune.words), []).append(commune)
            self._by_beginning.setdefault(name[:LEAST_LETTERS], []).append(commune)
        self._sounds = list(self._by_sound)

    def sounding(self, words: Sequence[str], named: Collection[str] = ()) -> Commune | None:
        """The town of this name, sound or beginning. ``words``: folded, "st" written out.

        ``named``: the départements that the text names, whose towns come first.
        """
        name, glued = " ".join(words), "".join(words)
        known = self._exact.get(name) or self._glued.get(glued) or self._glued.get(_SAINT.sub("saint", glued))
        if len(glued) < LEAST_LETTERS or not glued.isalpha() or (known and known.population >= POPULATION):
            return known
        begun = self._begun(name)
        if known:
            village = begun is None or begun.population < FAR_LARGER * POPULATION
            return known if village else begun
        heard = self._by_sound.get(_sound(words), [])
        return _most_alike(glued, _first_in([*heard, begun] if begun else heard, named))

    def _begun(self, name: str) -> Commune | None:
        """The town that far more people live in than in any other with this beginning."""
        begun = [
            each
            for each in self._by_beginning.get(name[:LEAST_LETTERS], ())
            if " ".join(each.words).startswith(name)
        ]
        begun.sort(key=lambda each: -each.population)
        if not begun:
            return None
        others = (each for each in begun[1:] if each.departement != begun[0].departement)
        second = next(others, None)
        if second is not None and begun[0].population < FAR_LARGER * second.population:
            return None
        there = (each for each in begun if each.departement == begun[0].departement)
        likely = [each for each in there if each.population * FAR_LARGER >= begun[0].population]
        return min(likely, key=lambda each: len("".join(each.words)))

    def alike(self, words: Sequence[str], named: Collection[str] = ()) -> Commune | None:
        """The largest of the towns that sound most alike. Arguments as above."""
        sound = _sound(words)
        if len(sound) < LEAST_ALIKE or not sound.isalpha():
            return None
        near = process.extract(sound, self._sounds, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=5)
        if not near:
            return None
        best = near[0][1]
        likely = [town for each, score, _ in near if score >= best - CLOSE for town in self._by_sound[each]]
        return max(_first_in(likely, named), key=lambda each: each.population)


def _first_in(towns: list[Commune], named: Collection[str]) -> list[Commune]:
    return [each for each in towns if each.departement in named] or towns


def _most_alike(letters: str, towns: Sequence[Commune]) -> Commune | None:
    """ "reim" is Reims, though Rennes sounds the same and "nanter" Nanterre; of equals the largest."""
    if not towns:
        return None
    by_likeness = [(fuzz.ratio(letters, "".join(town.words)), town) for town in towns]
    best = max(likeness for likeness, _ in by_likeness)
    return max(
        (town for likeness, town in by_likeness if likeness > best - EQUAL), key=lambda each: each.population
    )


def _keep_larger(table: dict[str, Commune], key: str, commune: Commune) -> None:
    known = table.get(key)
    if known is None or commune.population > known.population:
        table[key] = commune


def _sound(words: Sequence[str]) -> str:
    return "".join(map(sound_of, words))
