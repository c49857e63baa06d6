"""Presidio put together: our recognisers in a registry, the tagger, the analyzer.

Nothing here reaches the network: the tagger and every table are on disk. Presidio's own recognisers
are not loaded (its e-mail recogniser would fetch a list of domain endings).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult

from handoff.place_names.departements import DepartementReader, NamedDepartement
from handoff.place_names.place_table import PlaceTable
from handoff.privacy.kinds import ADDRESS, HANDLE, PERSON, POSTCODE_CITY, PRIORITY, SCHOOL
from handoff.privacy.language import LANGUAGE, FrenchArtifacts, FrenchNlpEngine
from handoff.privacy.lexicon import Lexicon
from handoff.privacy.name_table import NameTable
from handoff.privacy.named_after_towns import is_named_after_a_town
from handoff.privacy.nearby_words import NearbyWordsEnhancer
from handoff.privacy.recognisers.bank_account import BankAccountRecognizer
from handoff.privacy.recognisers.bank_card import BankCardRecognizer
from handoff.privacy.recognisers.birth_date import BirthDateRecognizer
from handoff.privacy.recognisers.email_address import EmailAddressRecognizer
from handoff.privacy.recognisers.fr_address import FrAddressRecognizer
from handoff.privacy.recognisers.fr_number_plate import FrNumberPlateRecognizer
from handoff.privacy.recognisers.fr_place import FoundPlace, FrPlaceRecognizer
from handoff.privacy.recognisers.fr_school import FrSchoolRecognizer
from handoff.privacy.recognisers.fr_social_security_number import FrSocialSecurityNumberRecognizer
from handoff.privacy.recognisers.handle import HandleRecognizer
from handoff.privacy.recognisers.identity_document import IdentityDocumentRecognizer
from handoff.privacy.recognisers.ip_address import IpAddressRecognizer
from handoff.privacy.recognisers.person import PersonRecognizer
from handoff.privacy.recognisers.phone_number import PhoneNumberRecognizer
from handoff.privacy.recognisers.spelled_phone_number import SpelledPhoneNumberRecognizer
from handoff.privacy.recognisers.tagged import TaggedRecognizer
from handoff.privacy.recognisers.web_address import WebAddressRecognizer
from handoff.privacy.tagger.tagger import Tagger, WordTag

SCORE_THRESHOLD = 0.5
# What rules found by words alone falls when the tagger is this sure that no word of it is personal data,
# unless the rules are surer ("je m'appelle …").
DOUBTED = frozenset({PERSON, POSTCODE_CITY, SCHOOL, ADDRESS, HANDLE})
SURELY_NOTHING = 0.9
BEYOND_DOUBT = 0.8
SURELY_A_NAME = 0.85


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of the clean text that holds personal data."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one reading of a text found."""

    matches: list[Match]
    places: list[FoundPlace]
    departements: list[NamedDepartement]


class PrivacyEngine:
    """One reading of a clean text."""

    def __init__(self, nlp: FrenchNlpEngine, lexicon: Lexicon, names: NameTable, table: PlaceTable) -> None:
        self._reader = DepartementReader(table)
        self.table = table
        self._nlp = nlp
        self._places = FrPlaceRecognizer(table, lexicon, names)
        recognisers: list[EntityRecognizer] = [
            PhoneNumberRecognizer(),
            SpelledPhoneNumberRecognizer(),
            EmailAddressRecognizer(),
            WebAddressRecognizer(),
            FrSocialSecurityNumberRecognizer(),
            BankAccountRecognizer(),
            BankCardRecognizer(),
            FrNumberPlateRecognizer(),
            IpAddressRecognizer(),
            IdentityDocumentRecognizer(),
            BirthDateRecognizer(),
            FrAddressRecognizer(lexicon, names, table),
            FrSchoolRecognizer(lexicon, names, table),
            HandleRecognizer(lexicon, names),
            self._places,
            PersonRecognizer(lexicon, names, table),
            TaggedRecognizer(lexicon, names, table),
        ]
        self._analyzer = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=recognisers, supported_languages=[LANGUAGE]),
            nlp_engine=nlp,
            supported_languages=[LANGUAGE],
            context_aware_enhancer=NearbyWordsEnhancer(),
            default_score_threshold=SCORE_THRESHOLD,
        )

    @classmethod
    def load(cls, tagger_folder: Path) -> PrivacyEngine:
        """Takes a few seconds. Raises TaggerMissingError."""
        nlp = FrenchNlpEngine(Tagger.load(tagger_folder))
        nlp.load()
        lexicon = Lexicon.load()
        table = PlaceTable.load()
        return cls(nlp, lexicon, NameTable.load(lexicon, table), table)

    def read(self, clean: str) -> Analysis:
        """Everything found in the text, overlaps settled, in order."""
        artifacts: FrenchArtifacts = self._nlp.process_text(clean, LANGUAGE)
        artifacts.departements = self._reader.mentions(artifacts.folded)
        results = self._analyzer.analyze(clean, LANGUAGE, entities=list(PRIORITY), nlp_artifacts=artifacts)
        found = [
            Match(result.start, result.end, result.entity_type)
            for result in results
            if not _is_doubted(result, artifacts)
        ]
        places = [
            place
            for place in self._places.find_places(artifacts)
            if any(match.start < place.end and place.start < match.end for match in found)
            and not _are_a_name(_tags_in(place.start, place.end, artifacts))
        ]
        return Analysis(settle(found), places, artifacts.departements)


def _is_doubted(result: RecognizerResult, artifacts: FrenchArtifacts) -> bool:
    """Whether rules took ordinary words for a name, a place or a school: the tagger reads the sentence."""
    if result.entity_type not in DOUBTED:
        return False
    if artifacts.clean.rfind("[", 0, result.start) > artifacts.clean.rfind("]", 0, result.start):
        return False  # a forged replacement, which the tagger takes for one of ours
    inside = _tags_in(result.start, result.end, artifacts)
    if result.entity_type == POSTCODE_CITY and (
        _are_a_name(inside) or is_named_after_a_town(artifacts.folded, result.start, result.end)
    ):
        return True
    if result.score >= BEYOND_DOUBT:
        return False
    return bool(inside) and all(tag.nothing >= SURELY_NOTHING for tag in inside)


def _tags_in(start: int, end: int, artifacts: FrenchArtifacts) -> list[WordTag]:
    return [
        tag
        for word, tag in zip(artifacts.words, artifacts.tags, strict=True)
        if word.start < end and start < word.end
    ]


def _are_a_name(tags: list[WordTag]) -> bool:
    """A person who is called like a town: the tagger's own recogniser finds them."""
    return bool(tags) and all(tag.kind == PERSON and tag.share >= SURELY_A_NAME for tag in tags)


def settle(found: list[Match]) -> list[Match]:
    """Overlapping matches become one, under the name of the kind that comes first in ``PRIORITY``."""
    rank = {kind: place for place, kind in enumerate(PRIORITY)}
    settled: list[Match] = []
    for match in sorted(found, key=lambda match: (match.start, match.end)):
        last = settled[-1] if settled else None
        if last is None or match.start >= last.end:
            settled.append(match)
            continue
        kind = min(last.kind, match.kind, key=lambda kind: rank[kind])
        settled[-1] = Match(last.start, max(last.end, match.end), kind)
    return settled
