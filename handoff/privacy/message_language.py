"""Which language a message is written in, and which words are ordinary in it.

French is the rule: a message counts as English or Spanish only when most of its words are known
there and fewer are in French. Tables: the simplemma package (MIT), on disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import simplemma
from simplemma.language_detector import LanguageDetector
from simplemma.strategies.dictionaries import DefaultDictionaryFactory

FRENCH: Final = "fr"
OTHERS: Final = ("en", "es")
LEAST_KNOWN: Final = 0.6  # share of the words of a message
LEAST_LEAD: Final = 0.15  # over French

_detector = LanguageDetector((FRENCH, *OTHERS))


def load() -> None:
    """Reads the tables, which would otherwise cost the first message half a second."""
    language_of("bonjour, hello, hola")


def language_of(clean: str) -> str:
    """ "fr", "en" or "es"."""
    known = _detector.proportion_in_each_language(clean)
    best = max(OTHERS, key=lambda language: known.get(language, 0.0))
    sure = known.get(best, 0.0) >= LEAST_KNOWN and known[best] - known.get(FRENCH, 0.0) >= LEAST_LEAD
    return best if sure else FRENCH


def is_ordinary(word: str, language: str) -> bool:
    """Whether a word, as typed, is in that language's dictionary."""
    return simplemma.is_known(word.lower(), lang=language)


def dictionary(language: str) -> Iterator[str]:
    """Every word of a language's dictionary; names, which have a capital, are left out."""
    return (word for word in DefaultDictionaryFactory().get_dictionary(language) if word.islower())
