"""The door: a young person's words go in, a ``StrippedText`` comes out.

``Stripper`` is synchronous and thread-safe, opens no connection and logs nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig
from presidio_anonymizer.entities import RecognizerResult as AnonymizerResult

from handoff.conversation import Mark, StrippedText
from handoff.place_names.normalise import NormalisedText, fold, normalise
from handoff.place_names.which_place import WhichPlace
from handoff.privacy.birth_dates import age_at
from handoff.privacy.engine import Analysis, Match, PrivacyEngine
from handoff.privacy.kinds import (
    DATE_REPLACEMENT,
    DOB,
    FIXED_REPLACEMENTS,
    PERSON,
    PLACE_REPLACEMENT,
    POSTCODE_CITY,
)
from handoff.privacy.language import MASK
from handoff.privacy.message_language import surely
from handoff.privacy.placeholders import Placeholders, highest_person
from handoff.privacy.pseudonyms import Pseudonyms
from handoff.privacy.recognisers.fr_place import FoundPlace

# What is replaced changes what is seen in the rest, so what is left is read again until nothing new is
# found: once is nearly always enough.
MOST_READINGS = 6
# No store takes these, and they show nothing.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Span:
    """``start`` and ``end`` count code points of the text as it was given."""

    start: int
    end: int
    kind: str
    replacement: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one reading of a text found, in offsets of the clean text."""

    text: NormalisedText
    matches: list[Match]
    places: list[FoundPlace]
    departement: str | None
    departements: tuple[str, ...]
    highest_person: int
    readable: str  # the clean text without our replacements


class Stripper:
    """Load once (a few seconds), then ``strip`` takes a few milliseconds a message."""

    def __init__(self, engine: PrivacyEngine) -> None:
        self._engine = engine
        self._placeholders = Placeholders(engine.table.labels())
        self._which_place = WhichPlace(engine.table)
        self._pseudonyms = Pseudonyms()
        self._anonymizer = AnonymizerEngine()  # type: ignore[no-untyped-call]

    @classmethod
    def load(cls, tagger_folder: Path) -> Stripper:
        """Reads the models and the tables from disk. Raises TaggerMissingError."""
        return cls(PrivacyEngine.load(tagger_folder))

    def strip(self, text: str, *, session: bytes = b"") -> StrippedText:
        """The text with personal data replaced. Never raises on any ``str``.

        ``session`` (the conversation's id) keeps a person's number from one message to the next.
        """
        first = self._read(text)
        spans, last = self._all_spans(text, first, session)
        value = _UNPRINTABLE.sub("", self._replace(text, spans))
        kinds = tuple(dict.fromkeys(span.kind for span in spans))
        marks = tuple(Mark(span.start, span.end, span.replacement) for span in spans)
        return StrippedText.from_privacy(
            value, kinds, first.departement, marks, surely(last.readable), first.departements
        )

    def spans(self, text: str) -> list[Span]:
        """What ``strip`` would replace, in order."""
        return self._all_spans(text, self._read(text), b"")[0]

    def forget(self, session: bytes) -> None:
        """Call when a conversation is erased: its persons' numbers go too."""
        self._pseudonyms.forget(session)

    def _all_spans(self, text: str, reading: _Reading, session: bytes) -> tuple[list[Span], _Reading]:
        """All that ``reading`` and the readings of what it leaves find; the last of these readings.

        What is read is the stripped text itself, until nothing more is found in it: so a text stripped
        twice does not change.
        """
        spans = found = self._spans(reading, session)
        for _ in range(MOST_READINGS):
            if not found:
                break
            reading = self._read(self._replace(text, spans))
            found = self._spans(reading, session)
            spans = in_original(spans, found)
        return spans, reading

    def _read(self, text: str) -> _Reading:
        normalised = normalise(text)
        placeholders = self._placeholders.find(normalised.clean)
        masked = self._placeholders.mask(normalised.clean, placeholders)
        analysis = self._engine.read(masked)
        earlier = [self._placeholders.departement(each) for each in placeholders]
        departement = self._departement(analysis, earlier)
        return _Reading(
            text=normalised,
            matches=analysis.matches,
            places=analysis.places,
            departement=departement,
            departements=self._several(analysis, normalised.clean, departement),
            highest_person=highest_person(placeholders),
            readable=masked.replace(MASK, " "),
        )

    def _departement(self, analysis: Analysis, earlier: list[str | None]) -> str | None:
        """A commune or postcode first, then a département named plainly, then an earlier replacement."""
        if analysis.places:
            return analysis.places[0].departement
        if analysis.departements:
            return analysis.departements[0].code
        return next((code for code in earlier if code), None)

    def _several(self, analysis: Analysis, clean: str, departement: str | None) -> tuple[str, ...]:
        """The départements to choose from, when the place may be in several."""
        if analysis.places and not analysis.departements:
            place = analysis.places[0]
            return self._which_place.of_town(clean[place.start : place.end])
        return self._which_place.of_region(clean) if departement is None else ()

    def _spans(self, reading: _Reading, session: bytes) -> list[Span]:
        clean = reading.text.clean
        persons = [clean[match.start : match.end] for match in reading.matches if match.kind == PERSON]
        numbers = self._pseudonyms.number(persons, session, reading.highest_person) if persons else {}
        spans: list[Span] = []
        for match in reading.matches:
            start, end = reading.text.original_span(match.start, match.end)
            if spans and start < spans[-1].end:
                # Two matches meet within one character of the original ("½").
                spans[-1] = replace(spans[-1], end=max(end, spans[-1].end))
                continue
            spans.append(Span(start, end, match.kind, self._replacement(match, reading, numbers)))
        return spans

    def _replacement(self, match: Match, reading: _Reading, numbers: dict[str, int]) -> str:
        matched = reading.text.clean[match.start : match.end]
        if match.kind == PERSON:
            return f"[PERSONNE_{numbers[matched]}]"
        if match.kind == DOB:
            age = age_at(fold(matched), date.today())
            return DATE_REPLACEMENT if age is None else f"[ÂGE: {age} ans]"
        if match.kind == POSTCODE_CITY:
            inside = (place for place in reading.places if match.start <= place.start < match.end)
            place = next(inside, None)
            known = self._engine.table.departements.get(place.departement) if place else None
            return f"[LIEU: {known.label}]" if known else PLACE_REPLACEMENT
        return FIXED_REPLACEMENTS[match.kind]

    def _replace(self, text: str, spans: list[Span]) -> str:
        if not spans:
            return text
        planned = iter([span.replacement for span in reversed(spans)])
        # Presidio replaces from the end of the text to its beginning, one call a span.
        operators = {"DEFAULT": OperatorConfig("custom", {"lambda": lambda _: next(planned)})}
        results = [AnonymizerResult(span.kind, span.start, span.end, 1.0) for span in spans]
        return self._anonymizer.anonymize(text, results, operators, merge_entities_with_spaces=False).text


def in_original(spans: list[Span], later: list[Span]) -> list[Span]:
    """``spans`` of a text and the ``later`` ones of that text with ``spans`` replaced, all in the text."""
    if not later:
        return spans
    added = [
        replace(
            each,
            start=_place_in_original(spans, each.start),
            end=_place_in_original(spans, each.end, after=True),
        )
        for each in later
    ]
    kept = [span for span in spans if not any(new.start < span.end and span.start < new.end for new in added)]
    return sorted([*kept, *added], key=lambda span: span.start)


def _place_in_original(spans: list[Span], at: int, after: bool = False) -> int:
    """An offset of the replaced text in the text: a replacement that it falls into is taken whole."""
    moved = 0
    for span in spans:
        start = span.start + moved
        end = start + len(span.replacement)
        if at <= start:
            break
        if at < end:
            return span.end if after else span.start
        moved += len(span.replacement) - (span.end - span.start)
    return at - moved
