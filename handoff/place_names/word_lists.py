"""Lists of words as they are kept in our code: in a string, folded, in any order."""

from __future__ import annotations


def word_set(listed: str) -> frozenset[str]:
    """Words separated by spaces or line feeds."""
    return frozenset(listed.split())


def phrase_set(listed: str) -> frozenset[str]:
    """Phrases separated by bars, wherever the lines break."""
    return frozenset(" ".join(phrase.split()) for phrase in listed.split("|"))
