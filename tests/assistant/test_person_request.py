"""Who asks for a person in so many words gets one; who asks what we are gets an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.assistant.assistant import folded
from handoff.assistant.person_request import asks_for_person


@pytest.mark.parametrize(
    "text",
    [
        "je veux parler à une vraie personne",
        "jpeux parler a un humain ?? ou j'peux parler à un humain",
        "Je voudrais discuter avec une intervenante",
        "pas un robot stp, un humain",
        "une vraie personne svp",
        "on peut avoir un vrai humain",
        "j'aimerais parler avec quelqu'un de l'équipe",
        "can i talk to a real person",
        "quiero hablar con una persona de verdad",
    ],
)
def test_a_request_is_seen(text: str) -> None:
    assert asks_for_person(folded(text))


@pytest.mark.parametrize(
    "text",
    [
        "t'es une vraie personne ou un robot ?",
        "est-ce que je parle à un robot",
        "je suis une vraie personne moi",
        "c'est quoi un conseiller principal d'éducation",
        "personne ne veut parler avec moi",
        "je veux parler de mon copain",
        "",
    ],
)
def test_a_question_about_us_or_anything_else_is_not_one(text: str) -> None:
    assert not asks_for_person(folded(text))


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    asks_for_person(folded(text))
