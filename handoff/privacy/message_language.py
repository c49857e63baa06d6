"""Which language a message is written in, and which words are ordinary in it.

French is the rule: a message counts as English or Spanish only when most of its words are known
there and fewer are in French. Tables: the simplemma package (MIT), on disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import simplemma
from simplemma.language_detector import LanguageDetector
from simplemma.strategies.dictionaries import DefaultDictionaryFactory

FRENCH: Final = "fr"
OTHERS: Final = ("en", "es")
LEAST_KNOWN: Final = 0.6  # share of the words of a message
LEAST_LEAD: Final = 0.15  # over French


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OWN_WORDS: Final = {
    "en": _words(
        "i im my the he she they is are was were you to what how do did does have has had and "
        "with can help need want hello hi hey someone about from if he's she's don i'm it "
        "this that"
    ),
    "es": _words(
        "mi mis el los las una y con quiero estoy tengo hola ayuda por para como qué soy muy "
        "yo pero porque cuando novio novia amiga amigo esto ella él del al hay cómo necesito "
        "puedo"
    ),
    "fr": _words(
        "je j jai jsuis c'est cest c est pas ma mon mes le la les des du et il elle on une "
        "qui que quoi avec pour dans sur bonjour salut slt svp stp ça sa moi toi suis ai"
    ),
}

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


def surely(clean: str) -> str | None:
    """ "fr", "en" or "es" when the words leave no doubt: what to answer in. "ok" says nothing.

    Dictionaries are not enough ("je vends mon corps" is made of English words): a small word that
    only this language has must be there too.
    """
    known = _detector.proportion_in_each_language(clean)
    words = set(re.findall(r"[^\W\d_]+", clean.lower()))
    for language in (*OTHERS, FRENCH):
        others = max(known.get(other, 0.0) for other in _OWN_WORDS if other != language)
        if words & _OWN_WORDS[language] and known.get(language, 0.0) >= max(LEAST_KNOWN, others):
            return language
    return None


def is_ordinary(word: str, language: str) -> bool:
    """Whether a word, as typed, is in that language's dictionary."""
    return simplemma.is_known(word.lower(), lang=language)


def dictionary(language: str) -> Iterator[str]:
    """Every word of a language's dictionary; names, which have a capital, are left out."""
    return (word for word in DefaultDictionaryFactory().get_dictionary(language) if word.islower())
