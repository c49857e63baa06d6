"""Birth dates. Other dates, weekdays and durations stay readable."""

from __future__ import annotations

import re
from datetime import date

from handoff.privacy.birth_dates import (
    ENGLISH_DATE,
    ISO_DATE,
    MONTH_AND_YEAR,
    MONTH_NUMBER_AND_YEAR,
    NUMERIC_DATE,
    SAID_DATE,
    SAID_NUMBERS,
    SPACED_DATE,
    WRITTEN_DATE,
    age_at,
)
from handoff.privacy.kinds import DOB
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.recognisers.word_based import WordBasedRecognizer

_ANY_DATE = re.compile(
    "|".join(
        (
            ISO_DATE,
            NUMERIC_DATE,
            SPACED_DATE,
            WRITTEN_DATE,
            ENGLISH_DATE,
            SAID_DATE,
            SAID_NUMBERS,
            MONTH_AND_YEAR,
            MONTH_NUMBER_AND_YEAR,
        )
    )
)
_BEFORE = re.compile(
    r"(?<![a-z])(?:nee?s?|naissance|naiss|naisance|ddn|anniv|anniversaire|born|birthday|birth|dob"
    r"|nac[ií]|nacid[oa]|cumple"
    r"|cumpleanos|bday|bapteme|(?:je |j)sui?s d[ue]|chuis d[ue]|elle est du|il est du|majeure? le"
    r"|aurai \d\d ans le|date)(?![a-z])[^.!?\n]{0,30}$"
)
_AFTER = re.compile(
    r"^[^.!?\n]{0,20}(?<![a-z])(?:naissance|anniv|anniversaire|birthday|je suis nee?|jsuis nee?)(?![a-z])"
)
# "la loi du 5 mars 2007" was not born.
_OF_A_LAW = re.compile(r"(?:loi|decret|arrete|circulaire|ordonnance|convention|jugement|plan) du $")
_YEAR = re.compile(r"(?:19|20)\d\d")
# A full date without a word about birth is taken for one when it gives the age of those who write here.
YOUNGEST, OLDEST = 8, 25


class BirthDateRecognizer(WordBasedRecognizer):
    """Announced by a word ("né le", "anniv"), or a full date that gives the age of a teenager."""

    kind = DOB

    def find(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        folded = artifacts.folded
        found: list[tuple[int, int, float]] = []
        for match in _ANY_DATE.finditer(folded):
            before = folded[max(0, match.start() - 60) : match.start()]
            after = folded[match.end() : match.end() + 40]
            if _BEFORE.search(before) or _AFTER.search(after):
                found.append((*match.span(), 0.9))
            elif (
                _YEAR.search(match.group())
                and len(re.findall(r"\d+", match.group())) > 1
                and not _OF_A_LAW.search(before)
            ):
                age = age_at(match.group(), date.today())
                if age is not None and YOUNGEST <= age <= OLDEST:
                    found.append((*match.span(), 0.6))
        return found
