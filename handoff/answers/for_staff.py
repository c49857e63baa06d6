"""The published cards as a counsellor looks through them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from handoff.answers.cards import Card, CardLibrary


def card_list(library: CardLibrary, language: str, today: date) -> list[Mapping[str, str]]:
    """Topic, theme, title and the words that stand open of every card, by title.

    An expired card is marked, and shows what is sent in its place: its safe form.
    """
    rows = [_row(card, language, card.is_expired(today)) for card in library.cards]
    return sorted(rows, key=lambda row: row["title"].casefold())


def _row(card: Card, language: str, expired: bool) -> dict[str, str]:
    words = card.words(language=language)
    return {
        "topic": card.topic,
        "theme": card.theme,
        "title": card.button_title(language),
        "text": (words.safe or "") if expired else words.short,
        "expired": "yes" if expired else "",
    }
