"""What bears a town's name and is no place: a ham, a club, a colour, Paris Hilton.

Only what can hardly be meant as a place: a place that is taken for a thing stays readable.
"""

from __future__ import annotations

import re
from typing import Final

from handoff.place_names.word_lists import word_set

# What may stand before a town.
BEFORE_A_TOWN: Final = word_set(
    """
    a de d sur vers en ds dans from in to jusqu jusqua depuis direction pour hors entre et near au aux
    du
    """
)
# After the town: a bet, a team, a name.
_NO_PLACE_AFTER: Final = re.compile(r" (?:sportifs?|en ligne|tenus?|hilton)(?![a-z])")
_A_CLUB_AFTER_PARIS: Final = re.compile(r" (?:saint[ -]?germain|sg|fc|fashion)(?![a-z]| des | en )")
# Before it: "jambon de bayonne", "le maillot de lens".
_NAMED_AFTER_TOWNS: Final = re.compile(
    r"(?<![a-z])(?:jambon|savon|moutarde|saucisses?|nougats?|calissons?|betises?|camembert|brie|pruneaux?"
    r"|madeleines?|dentelles?|porcelaine|couteaux?|parfums?|quiche|tarte|biscuits?|gateaux?|cidre"
    r"|maillots?|supporter\w*|fans?|joueurs?|oreal)(?: de| d)?[ ']$"
)
# "Une robe bordeaux".
_COLOURS: Final = frozenset({"bordeaux"})
_COLOURED: Final = word_set(
    """
    robe jupe pull veste vestes manteau pantalon jean haut top chemise chemisier echarpe bonnet sac chaussures
    baskets rideaux canape voiture cheveux ongles vernis rouge couleur teinte velours cuir
    """
)


def is_named_after_a_town(folded: str, start: int, end: int) -> bool:
    """Whether the stretch that names a town names a thing, whoever found it."""
    name, before = folded[start:end], folded[max(0, start - 30) : start]
    if name in _COLOURS:
        words = before.split()
        return bool(words) and before.endswith(" ") and words[-1] in _COLOURED
    if _NAMED_AFTER_TOWNS.search(before):
        return True
    # The tagger may have taken both words for the place.
    town = name.split(" ", 1)[0]
    after = start + len(town)
    if town == "paris" and _A_CLUB_AFTER_PARIS.match(folded, after):
        return True
    return bool(_NO_PLACE_AFTER.match(folded, after) or _NO_PLACE_AFTER.match(folded, end))
