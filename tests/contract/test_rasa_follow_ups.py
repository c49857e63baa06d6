"""What is asked about an answer: Rasa remembers which topic was shown, as an id, and what is asked of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.rasa_conversation import NOT_UNDERSTOOD, RasaConversation

ABOUT = ("apres", "plus", "lequel", "cout", "horaires", "age", "parents")


@pytest.fixture
def talk(rasa: Any) -> RasaConversation:
    return RasaConversation(rasa.url)


def follow_up(topic: str, about: str, again: bool = False) -> list[dict[str, Any]]:
    return [{"follow_up": {"topic": topic, "about": about, "again": again}}]


@pytest.mark.parametrize("about", ABOUT)
def test_what_is_asked_is_asked_of_the_topic_shown_last(talk: RasaConversation, about: str) -> None:
    talk.say("/sextorsion")
    talk.say("/ivg")
    assert talk.say(f"/suite_{about}") == follow_up("ivg", about)


def test_the_topic_stays_through_small_talk_and_other_follow_ups(talk: RasaConversation) -> None:
    talk.say("/ivg")
    talk.say("/suite_cout")
    talk.say("/merci")
    talk.say(NOT_UNDERSTOOD)
    assert talk.say("/suite_parents") == follow_up("ivg", "parents")


def test_the_rest_of_an_answer_is_told_once(talk: RasaConversation) -> None:
    talk.say("/ivg")
    assert talk.say("/suite_apres") == follow_up("ivg", "apres")
    assert talk.say("/suite_plus") == follow_up("ivg", "plus", again=True)
    talk.say("/preuves")
    assert talk.say("/suite_plus") == follow_up("preuves", "plus")


def test_help_nearby_is_a_topic_too(talk: RasaConversation) -> None:
    talk.say('/choisir_lieu{"departement":"69"}')
    assert talk.say("/suite_cout") == follow_up("trouver_aide_proche", "cout")


def test_yes_after_an_answer_asks_to_what(talk: RasaConversation) -> None:
    talk.say("/ivg")
    assert talk.say("/oui") == follow_up("ivg", "oui")


def test_yes_after_small_talk_is_small_talk(talk: RasaConversation) -> None:
    talk.say("/ivg")
    talk.say("/merci")
    assert talk.say("/oui") == [{"small_talk": "oui"}]


@pytest.mark.parametrize("said", ["/oui", "/suite_lequel"])
def test_yes_to_several_topics_asks_which(talk: RasaConversation, said: str) -> None:
    offered = talk.say(NOT_UNDERSTOOD)[0]["fallback"]["topics"]
    assert talk.say(said) == [{"choose": {"topics": offered}}]
    assert talk.say(said) == [{"choose": {"topics": offered}}]


def test_no_to_several_topics_brings_a_person_first(talk: RasaConversation) -> None:
    talk.say(NOT_UNDERSTOOD)
    assert talk.say("/non")[0]["fallback"]["stage"] == 2


def test_someone_who_asks_on_during_the_search_for_a_place_gets_an_answer(talk: RasaConversation) -> None:
    talk.say("/ivg")
    talk.say("/trouver_aide_proche")
    assert talk.say("/suite_cout") == follow_up("ivg", "cout")


@pytest.mark.parametrize("about", ABOUT)
def test_without_an_answer_before_topics_are_offered(talk: RasaConversation, about: str) -> None:
    assert set(talk.say(f"/suite_{about}")[0]) == {"fallback"}


def test_a_whole_question_is_answered_though_it_looks_like_a_follow_up(talk: RasaConversation) -> None:
    (payload,) = talk.say("ils vont prévenir mes parents ?")
    assert set(payload) <= {"answer", "fallback"}


def test_two_conversations_do_not_share_a_topic(rasa: Any) -> None:
    first, second = RasaConversation(rasa.url), RasaConversation(rasa.url)
    first.say("/ivg")
    second.say("/preuves")
    assert first.say("/suite_apres") == follow_up("ivg", "apres")
    assert second.say("/suite_apres") == follow_up("preuves", "apres")
