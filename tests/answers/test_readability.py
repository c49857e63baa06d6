"""A text that a fourteen-year-old would stumble over is found."""

from __future__ import annotations

from handoff.answers.readability import LEAST_EASE, ease

PLAIN = "Tu as le droit de dire non. Même si tu as dit oui avant. Parle à quelqu'un. Le 119 t'écoute."
OFFICIAL = (
    "Conformément aux dispositions réglementaires applicables en matière d'administration judiciaire, "
    "l'établissement d'une procédure contradictoire préalablement à l'intervention institutionnelle "
    "constitue une condition impérative de recevabilité."
)


def test_short_sentences_of_everyday_words_are_easy_and_officialese_is_not() -> None:
    assert ease(PLAIN) > LEAST_EASE["jeune"]
    assert ease(OFFICIAL) < LEAST_EASE["pro"]


def test_accents_emoji_and_nothing_at_all_have_a_score() -> None:
    for text in ("", "🙂", "é", "119"):
        assert isinstance(ease(text), int)
