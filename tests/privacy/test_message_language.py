"""English and Spanish are told from French, which is the rule."""

from __future__ import annotations

import pytest

from handoff.privacy.message_language import is_ordinary, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("j'ai peur de rentrer chez moi", "fr"),
        ("slt c koi le 119", "fr"),
        ("jss en pls la", "fr"),
        ("", "fr"),
        ("👋 12", "fr"),
        ("i need somebody to talk to please", "en"),
        ("my father hits me when he is drunk", "en"),
        ("tengo miedo de volver a casa", "es"),
        ("mi hermana no quiere comer desde hace días", "es"),
    ],
)
def test_the_language_of_a_message(text: str, language: str) -> None:
    assert language_of(text) == language


def test_ordinary_words_of_a_language() -> None:
    assert is_ordinary("Twice", "en")
    assert is_ordinary("llevan", "es")
    assert not is_ordinary("Yanis", "en")
