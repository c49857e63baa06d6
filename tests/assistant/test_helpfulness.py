"""“Ça t'a aidé ?”: not after every answer, never twice in a row, never in danger."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.assistant.helpfulness import check_pressed, check_typed, is_due
from handoff.assistant.rasa import AnswerTopic, FollowUp, Payload, SmallTalk
from handoff.conversation import Conversation, Reader, RiskLevel

CONVERSATION = Conversation("c" * 32, Reader.ASSISTANT)
levels = st.sampled_from(RiskLevel)


@given(
    st.lists(st.tuples(levels, st.integers(0, 3), st.integers(1, 2), st.sampled_from(RiskLevel)), max_size=30)
)
def test_it_is_never_asked_twice_in_a_row_nor_in_danger(
    answers: list[tuple[RiskLevel, int, int, RiskLevel]],
) -> None:
    conversation, asked_before = CONVERSATION, False
    for level, card_risk, cards, safety_shown in answers:
        conversation = replace(conversation, safety_shown=safety_shown)
        asked = is_due(conversation, level, card_risk)
        assert not (asked and asked_before)
        assert not (asked and (level >= RiskLevel.HIGH or card_risk >= RiskLevel.HIGH))
        conversation = replace(conversation, cards_shown=conversation.cards_shown + cards)
        asked_before = asked


def test_it_is_asked_after_the_first_answer_but_not_beside_another_question_or_a_person() -> None:
    assert is_due(CONVERSATION, RiskLevel.NONE, 0)
    assert not is_due(CONVERSATION, RiskLevel.CONCERN, 0), "the open question of level 1 comes first"
    assert is_due(replace(CONVERSATION, safety_shown=RiskLevel.CONCERN), RiskLevel.CONCERN, 0)
    assert not is_due(replace(CONVERSATION, reader=Reader.WAITING), RiskLevel.NONE, 0)


def test_a_button_says_which_topic_and_whether_it_helped() -> None:
    assert check_pressed("#helped:ivg") == ("ivg", True)
    assert check_pressed("#not_helped:ivg") == ("ivg", False)
    assert check_pressed("/ivg") is None


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (SmallTalk("oui"), True),
        (FollowUp("ivg", "oui"), True),
        (SmallTalk("non"), False),
        (SmallTalk("merci"), None),
        (AnswerTopic("preuves"), None),
        (FollowUp("ivg", "cout"), None),
    ],
)
def test_a_typed_answer_counts_right_after_the_question_only(payload: Payload, expected: bool | None) -> None:
    asked = replace(CONVERSATION, checked_topic="ivg", checked_turn=3)
    assert check_typed(replace(asked, turns=4), [payload]) is expected
    assert check_typed(replace(asked, turns=5), [payload]) is None
    assert check_typed(replace(asked, turns=4, checked_topic=""), [payload]) is None
