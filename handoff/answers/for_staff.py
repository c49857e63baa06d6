"""The published cards as a counsellor looks through them."""

from __future__ import annotations

from collections.abc import Mapping

from handoff.answers.cards import CardLibrary


def card_list(library: CardLibrary, language: str) -> list[Mapping[str, str]]:
    """Topic, theme, title and the words that stand open of every card, by title."""
    rows = [
        {
            "topic": card.topic,
            "theme": card.theme,
            "title": card.button_title(language),
            "text": card.words(language=language).short,
        }
        for card in library.cards
    ]
    return sorted(rows, key=lambda row: row["title"].casefold())
