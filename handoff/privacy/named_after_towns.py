"""What bears a town's name and is no place: a ham, a club, a colour, Paris Hilton."""

from __future__ import annotations

import re
from typing import Final

from handoff.privacy.word_lists import word_set

# What may stand before a town.
BEFORE_A_TOWN: Final = word_set(
    """
    a de d sur vers en ds dans from in to jusqu jusqua depuis direction pour hors entre et near au aux
    du
    """
)
# "paris sportifs", "paris tenu", "lens a perdu": a bet, a team.
_NO_PLACE_AFTER: Final = re.compile(
    r" (?:sportifs?|en ligne|tenus?|hilton|saint[ -]?germain|sg|fc|fashion|a (?:perdu|gagne|marque))(?![a-z])"
)
# "jambon de bayonne", "savon de marseille", "le maillot de lens": what is named after a town.
_NAMED_AFTER_TOWNS: Final = re.compile(
    r"(?<![a-z])(?:jambon|savon|moutarde|saucisses?|nougats?|calissons?|betises?|camembert|brie|pruneaux?"
    r"|madeleines?|dentelles?|porcelaine|couteaux?|parfums?|quiche|tarte|biscuits?|gateaux?|vins?|bleu|cidre"
    r"|maillots?|supporter\w*|fans?|joueurs?|matchs?|oreal)(?: de| d)?[ ']$"
)
_COLOURS: Final = frozenset({"bordeaux"})


def is_named_after_a_town(folded: str, start: int, end: int) -> bool:
    """ "Jambon de Bayonne", "Paris Hilton", "une robe bordeaux": no place, whoever found one."""
    before = folded[max(0, start - 30) : start]
    if folded[start:end] in _COLOURS and re.search(r"[a-z] $", before):
        return before.split()[-1] not in BEFORE_A_TOWN
    # The tagger may have taken both words for the place.
    ends = [end, *(at for at in range(start, end) if folded[at] == " ")]
    return bool(_NAMED_AFTER_TOWNS.search(before)) or any(_NO_PLACE_AFTER.match(folded, at) for at in ends)
