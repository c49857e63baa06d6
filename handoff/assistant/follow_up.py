"""What a card holds about one thing that is asked of it afterwards: the rest, the price, an age, parents.

Nothing is made up: an answer is a whole paragraph of the card, or its help lines, or that we don't know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handoff.answers.cards import Words
from handoff.resources.directory import Resource

PARAGRAPHS_SHOWN: Final = 2

# What a paragraph says when it is about that, in the languages of the cards.
_TELLS: Final = {
    "cout": re.compile(r"gratuit|rembours|sans payer|\bfree\b|refund|\bgratis\b|reembols", re.IGNORECASE),
    "age": re.compile(
        r"\d ?(?:ans|años|years)\b|(?:under|over|at|turn) (?:the age of )?\d\d\b|\b(?:tout âge|any age)\b",
        re.IGNORECASE,
    ),
    "parents": re.compile(r"\bparent|\b(?:mère|père|mother|father|madre|padres?)\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What to say: a sentence of data/texts (``follow_up.<key>``), words of the card, help lines."""

    key: str
    excerpt: str = ""
    lines: tuple[Resource, ...] = ()


def look_up(words: Words, resources: Sequence[Resource], about: str, again: bool) -> Found:
    """What a card (``words``, ``resources``) holds ``about`` something; ``again`` when its rest was told."""
    match about:
        case "apres" | "plus":
            return _rest(words, about, again)
        case "lequel":
            return Found("lequel", lines=tuple(resources)) if resources else Found("lequel_inconnu")
        case "horaires":
            open_at = tuple(each for each in resources if each.hours)
            return Found("horaires", lines=open_at) if open_at else _unknown(resources)
        case "cout":
            priced = tuple(each for each in resources if each.cost)
            excerpt = paragraphs_about(words, about)
            return Found(about, excerpt, priced) if excerpt or priced else _unknown(resources)
        case "age" | "parents":
            excerpt = paragraphs_about(words, about)
            return Found(about, excerpt) if excerpt else _unknown(resources)
        case _:
            return Found("oui")


def paragraphs_about(words: Words, about: str) -> str:
    """The first paragraphs of a card that speak of it; "" when none does."""
    paragraphs = f"{words.short}\n{words.more or ''}".splitlines()
    return "\n".join([each for each in paragraphs if _TELLS[about].search(each)][:PARAGRAPHS_SHOWN])


def _rest(words: Words, about: str, again: bool) -> Found:
    if again:
        return Found("rien_de_plus")
    return Found(about, words.more) if words.more else Found("pas_de_suite")


def _unknown(resources: Sequence[Resource]) -> Found:
    return Found("inconnu", lines=tuple(resources))
