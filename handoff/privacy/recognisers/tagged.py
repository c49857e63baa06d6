"""What the tagger is sure of: names, places and what is told in words, whatever the rules say.

What has a form of its own (e-mails, keys, addresses of machines) is left to its recogniser.
"""

from __future__ import annotations

import re
from typing import Any, Final

from presidio_analyzer import EntityRecognizer, RecognizerResult

from handoff.place_names.place_table import PlaceTable
from handoff.place_names.word_lists import word_set
from handoff.privacy.countries import COUNTRIES
from handoff.privacy.helplines import is_public
from handoff.privacy.kinds import ADDRESS, DOB, HANDLE, ID_DOCUMENT, PERSON, PHONE, POSTCODE_CITY, SCHOOL
from handoff.privacy.language import LANGUAGE, FrenchArtifacts
from handoff.privacy.lexicon import Lexicon
from handoff.privacy.name_table import NameTable
from handoff.privacy.tagger.tagger import WordTag
from handoff.privacy.words import Word

KINDS: Final = (PERSON, ADDRESS, POSTCODE_CITY, SCHOOL, HANDLE, DOB, PHONE, ID_DOCUMENT)
# From which share on a word is personal data; more is asked of a word that is in the dictionary and no name.
SURE: Final = 0.35
SURE_OF_ORDINARY: Final = 0.8
SCORE: Final = 0.8  # of every result: what is not sure enough is no result
# What may stand between two words of one stretch.
_JOINS: Final = {PERSON: " -'", POSTCODE_CITY: " -'", ADDRESS: " -'.,/"}
_OTHERS: Final = " -'.:/@_"
# Where a stretch neither starts nor ends.
_OUTSIDE: Final = word_set("a au aux et en dans sur chez ce c cest est il elle qui que")
SHORTEST_PHONE_DIGITS: Final = 6
SHORTEST_PHONE_WORDS: Final = 4  # "zéro six trente neuf …"
LONGEST_ACRONYM: Final = 4
_DIGITS: Final = re.compile(r"\d[\d .\-/]*")


class TaggedRecognizer(EntityRecognizer):
    """Stretches of words of one kind."""

    def __init__(self, lexicon: Lexicon, names: NameTable, places: PlaceTable) -> None:
        self._lexicon = lexicon
        self._names = names
        self._places = places
        super().__init__(supported_entities=list(KINDS), supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load: the tags come with the text."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: type(self).__name__,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return [
            RecognizerResult(kind, words[0].start, words[-1].end, SCORE, recognition_metadata=metadata)
            for kind, words in self._stretches(nlp_artifacts)
            if self._counts(kind, words, nlp_artifacts)
        ]

    def _stretches(self, artifacts: FrenchArtifacts) -> list[tuple[str, list[Word]]]:
        found: list[tuple[str, list[Word]]] = []
        for word, tag in zip(artifacts.words, artifacts.tags, strict=True):
            if tag.kind not in KINDS or not self._is_sure(word, tag):
                continue
            joins = _JOINS.get(tag.kind, _OTHERS)
            last = found[-1] if found and found[-1][0] == tag.kind else None
            if last and not artifacts.clean[last[1][-1].end : word.start].strip(joins):
                last[1].append(word)
            else:
                found.append((tag.kind, [word]))
        return [(kind, trimmed) for kind, words in found if (trimmed := _trimmed(words))]

    def _is_sure(self, word: Word, tag: WordTag) -> bool:
        return 1 - tag.nothing >= SURE and (
            tag.share >= SURE_OF_ORDINARY or not self._is_ordinary(word, tag.kind)
        )

    def _is_ordinary(self, word: Word, kind: str) -> bool:
        """Whether the word is of the dictionary (for a place: or a first name), and no name of the kind."""
        if kind == POSTCODE_CITY and self._names.is_first_name(word.text):
            return not self._places.is_commune(word.text)
        if word.capital or word.text not in self._lexicon:
            return False
        if kind == PERSON:
            return not self._names.may_be_first_name(word.text)
        return kind == POSTCODE_CITY and not self._places.is_commune(word.text)

    def _counts(self, kind: str, words: list[Word], artifacts: FrenchArtifacts) -> bool:
        start, end = words[0].start, words[-1].end
        if kind == PHONE:
            return _is_private_phone(words, artifacts.clean)
        text = artifacts.folded[start:end]
        if kind in (PERSON, POSTCODE_CITY, SCHOOL) and not any(map(str.isalpha, text)):
            return False
        if kind in (PERSON, POSTCODE_CITY) and (text in COUNTRIES or _is_acronym(words, artifacts.clean)):
            return False
        return kind != POSTCODE_CITY or not any(
            each.start <= start and end <= each.end for each in artifacts.departements
        )


def _is_acronym(words: list[Word], clean: str) -> bool:
    """ "ASE", "OQTF", in a text that is not all in capitals."""
    raw = words[0].raw
    return len(words) == 1 and 1 < len(raw) <= LONGEST_ACRONYM and raw.isupper() and not clean.isupper()


def _trimmed(words: list[Word]) -> list[Word]:
    inside = [number for number, word in enumerate(words) if word.text not in _OUTSIDE]
    return words[inside[0] : inside[-1] + 1] if inside else []


def _is_private_phone(words: list[Word], clean: str) -> bool:
    """Long enough for a phone, and no part of a number of help."""
    start, end = words[0].start, words[-1].end
    runs = [each for each in _DIGITS.finditer(clean) if each.start() < end and start < each.end()]
    if not runs:
        return len(words) >= SHORTEST_PHONE_WORDS
    if any(is_public(each.group()) for each in runs):
        return False
    groups = [group for each in runs for group in re.findall(r"\d+", each.group())]
    if all(is_public(group) for group in groups):
        return False
    return sum(map(len, groups)) >= SHORTEST_PHONE_DIGITS
