"""Several questions in one message are told apart, and a sentence is not cut for nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.assistant.questions import questions_of, rank_questions
from handoff.assistant.rasa import RankedTopic
from handoff.conversation import StrippedText


def parts(text: str) -> list[str]:
    return [part.value for part in questions_of(StrippedText.from_privacy(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "c'est anonyme ici ? et comment je porte plainte sans mes parents",
            ["c'est anonyme ici", "et comment je porte plainte sans mes parents"],
        ),
        (
            "je suis enceinte et est-ce que je peux avorter",
            ["je suis enceinte", "est-ce que je peux avorter"],
        ),
        ("c anonyme et je peux effacer la conv apres", ["c anonyme", "je peux effacer la conv apres"]),
        ("is it anonymous and how do i report him", ["is it anonymous", "how do i report him"]),
        ("mon copain me frappe et me prend mon argent", []),
        ("ok", []),
        ("", []),
    ],
)
def test_questions_are_told_apart(text: str, expected: list[str]) -> None:
    assert [part.removeprefix("et ") for part in parts(text)] == [e.removeprefix("et ") for e in expected]


@given(st.text(max_size=400))
def test_every_part_is_in_the_message(text: str) -> None:
    assert all(part in text for part in parts(text))


async def test_the_second_question_is_ranked_before_the_also_rans() -> None:
    async def rank(text: StrippedText) -> list[RankedTopic]:
        if text.value.startswith("comment"):
            return [RankedTopic("porter_plainte", 0.9), RankedTopic("anonymat", 0.1)]
        return [RankedTopic("anonymat", 0.6), RankedTopic("hors_sujet", 0.3), RankedTopic("salut", 0.1)]

    text = StrippedText.from_privacy("c'est anonyme ici, comment je porte plainte")
    assert [each.topic for each in await rank_questions(rank, text)] == [
        "anonymat",
        "porter_plainte",
        "hors_sujet",
        "salut",
    ]
