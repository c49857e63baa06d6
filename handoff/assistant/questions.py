"""Several questions in one message: each gets its own answer."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from handoff.assistant.rasa import RankedTopic
from handoff.conversation import StrippedText

MOST_QUESTIONS: Final = 4
LEAST_CHARACTERS: Final = 8
# A part of a message is heard only when it is surely about something: half a sentence misleads.
SURE: Final = 0.5

_BETWEEN: Final = re.compile(
    r"[.?!;\n]+"
    r"|(?:,|\b(?:et|pi?s)\b) (?=(?:aussi|puis|sinon|au fait|est[- ]ce|comment|cmt|pourquoi|où|ou est|combien"
    r"|quand|qui|c'est quoi|cest quoi|c quoi|je peux|jpeux|on peut|j'?ai|il y a|ya)\b)"
    r"|\b(?:et aussi|et puis|et sinon|sinon|autre question|au fait)\b"
    r"|\b(?:and|y) (?=(?:also|how|can|what|where|también|cómo|puedo|qué|dónde)\b)",
    re.IGNORECASE,
)

Rank = Callable[[StrippedText], Awaitable[Sequence[RankedTopic]]]


def questions_of(text: StrippedText) -> list[StrippedText]:
    """The parts of a message that may be questions of their own; empty when it is all of a piece."""
    ends = [(match.start(), match.end()) for match in _BETWEEN.finditer(text.value)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text.value)]
    parts = [
        text.piece(start, stop)
        for start, stop in zip(starts, stops, strict=True)
        if len(text.value[start:stop].strip()) >= LEAST_CHARACTERS
    ]
    return parts if 2 <= len(parts) <= MOST_QUESTIONS else []


async def rank_questions(rank: Rank, text: StrippedText) -> list[RankedTopic]:
    """The topics of a message, best first: that of the whole, then those of its parts, then the others."""
    whole = list(await rank(text))
    heard = [
        best for part in questions_of(text) for best in (await rank(part))[:1] if best.confidence >= SURE
    ]
    ranking = whole[:1]
    for each in [*heard, *whole[1:]]:
        if each.topic not in (ranked.topic for ranked in ranking):
            ranking.append(each)
    return ranking
