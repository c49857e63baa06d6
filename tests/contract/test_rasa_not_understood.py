"""What Rasa could not place: three topics first, then a person."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.rasa_conversation import NOT_UNDERSTOOD, TOPICS, RasaConversation


@pytest.fixture
def talk(rasa: Any) -> RasaConversation:
    return RasaConversation(rasa.url)


def stage_of(payloads: list[dict[str, Any]]) -> int:
    (payload,) = payloads
    topics = payload["fallback"]["topics"]
    assert len(set(topics)) == 3
    assert set(topics) <= set(TOPICS)
    return int(payload["fallback"]["stage"])


def test_someone_not_understood_twice_in_a_row_is_at_the_second_stage(talk: RasaConversation) -> None:
    assert [stage_of(talk.say(NOT_UNDERSTOOD)) for _ in range(3)] == [1, 2, 2]


@pytest.mark.parametrize("between", ["/merci", "/sextorsion", "/parler_humain", "/hors_sujet"])
def test_someone_understood_in_between_starts_again(talk: RasaConversation, between: str) -> None:
    assert stage_of(talk.say(NOT_UNDERSTOOD)) == 1
    talk.say(between)
    assert stage_of(talk.say(NOT_UNDERSTOOD)) == 1


def test_misunderstandings_are_counted_in_a_long_conversation_too(talk: RasaConversation) -> None:
    for _ in range(20):
        talk.say("/merci")
    assert [stage_of(talk.say(NOT_UNDERSTOOD)) for _ in range(2)] == [1, 2]


@pytest.mark.parametrize(
    "payload", ["/unknown_intent", "/session_start", "/restart", "/back", "", "   ", "/", "//"]
)
def test_a_press_that_means_nothing_is_not_understood_rather_than_an_error(
    talk: RasaConversation, payload: str
) -> None:
    assert stage_of(talk.say(payload)) == 1


def test_a_message_that_is_no_text_is_not_understood(talk: RasaConversation) -> None:
    answer = talk.post(None).json()
    assert [set(each["custom"]) for each in answer] == [{"fallback"}]


def test_someone_whose_words_begin_with_a_slash_is_read(talk: RasaConversation) -> None:
    assert talk.say("/ je veux parler à quelqu'un") == [{"handoff": "requested"}]


def test_a_message_of_four_thousand_characters_is_answered(talk: RasaConversation) -> None:
    assert len(talk.say("je sais plus quoi faire " * 160)) == 1


@pytest.mark.parametrize("odd", ["🙃🙃🙃", "\ud83d", "a\x00b", "ﷺ" * 300, "مرحبا", "{}", "[](x)", "\\n"])
def test_odd_characters_are_answered(talk: RasaConversation, odd: str) -> None:
    assert len(talk.say(odd)) == 1
