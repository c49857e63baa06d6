"""The published answers and the newest examples, as one set."""

from __future__ import annotations

import json

from handoff.answers.cards import CardLibrary
from handoff.answers.compare import content_of
from handoff.answers.folder import WholeSet
from handoff.records.card_records import CardRecords
from handoff.records.example_records import ExampleRecords


async def live_set(records: CardRecords, examples: ExampleRecords, library: CardLibrary) -> WholeSet:
    """What young people read, and what the next training learns where it was changed."""
    cards = {card.topic: content_of(card) for card in library.files()}
    cards |= {topic: json.loads(card) for topic, card in (await records.live()).items()}
    edited = {topic: each.examples for topic, each in (await examples.latest()).items()}
    return WholeSet(cards, edited)
