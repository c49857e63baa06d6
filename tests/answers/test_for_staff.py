"""The cards as a counsellor looks through them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handoff.answers.cards import Card, CardLibrary
from handoff.answers.for_staff import card_list

TODAY = date(2026, 11, 30)
SHORT, SAFE = "Le numéro d'hier répond à toute heure.", "Pour en parler, appelle le 119."


def card(expires_on: date | None) -> Card:
    return Card.model_validate(
        {
            "topic": "essai",
            "theme": "essais",
            "title": {"fr": "Essai"},
            "audience": ["jeune"],
            "risk": 0,
            "status": "published",
            "author": "Sam",
            "reviewed_on": TODAY,
            "review_by": TODAY,
            "expires_on": expires_on,
            "texts": {"fr": {"jeune": {"short": SHORT, "safe": SAFE}}},
            "next_steps": [{"label": "Parler", "kind": "handoff"}],
            "resources": [],
        }
    )


@pytest.mark.parametrize(
    ("expires_on", "text", "expired"),
    [(None, SHORT, ""), (TODAY, SHORT, ""), (TODAY - timedelta(days=1), SAFE, "yes")],
)
def test_an_expired_card_is_marked_and_shows_what_is_sent(
    expires_on: date | None, text: str, expired: str
) -> None:
    (row,) = card_list(CardLibrary([card(expires_on)]), "fr", TODAY)
    assert (row["text"], row["expired"]) == (text, expired)
