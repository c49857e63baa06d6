"""What Rasa says to a press or to words: always a payload, never a text."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.contract.rasa_conversation import SMALL_TALK, TOPICS, RasaConversation


@pytest.fixture
def talk(rasa: Any) -> RasaConversation:
    return RasaConversation(rasa.url)


@pytest.mark.parametrize("topic", sorted(set(TOPICS) - {"parler_humain", "trouver_aide_proche"}))
def test_pressing_a_topic_gives_the_answer_of_that_topic(talk: RasaConversation, topic: str) -> None:
    assert talk.say(f"/{topic}") == [{"answer": topic}]


def test_pressing_the_person_button_asks_for_a_person(talk: RasaConversation) -> None:
    assert talk.say("/parler_humain") == [{"handoff": "requested"}]


@pytest.mark.parametrize("words", ["je veux parler à quelqu'un", "je peux parler a une vraie personne stp"])
def test_someone_who_asks_for_a_person_in_words_gets_one(talk: RasaConversation, words: str) -> None:
    assert talk.say(words) == [{"handoff": "requested"}]


def test_a_person_may_be_asked_for_again_and_again(talk: RasaConversation) -> None:
    assert [talk.say("/parler_humain") for _ in range(3)] == [[{"handoff": "requested"}]] * 3


@pytest.mark.parametrize("kind", SMALL_TALK)
def test_small_talk_is_answered_as_small_talk(talk: RasaConversation, kind: str) -> None:
    assert talk.say(f"/{kind}") == [{"small_talk": kind}]


@pytest.mark.parametrize(
    ("words", "payload"),
    [
        ("salut", {"small_talk": "salut"}),
        ("merci beaucoup", {"small_talk": "merci"}),
        ("il menace d'envoyer mes nudes à tout le monde si je paye pas", {"answer": "sextorsion"}),
        ("je sais pas où dormir ce soir", {"answer": "ou_dormir"}),
        ("est-ce que c'est anonyme ici ?", {"answer": "anonymat"}),
        ("t'es un robot ?", {"answer": "bot_ou_humain"}),
        ("j'ai envie de mourir", {"answer": "idees_noires"}),
    ],
)
def test_plain_words_are_understood(talk: RasaConversation, words: str, payload: dict[str, str]) -> None:
    assert talk.say(words) == [payload]


def test_what_is_none_of_our_business_is_said_to_be_so(talk: RasaConversation) -> None:
    assert talk.say("/hors_sujet") == [{"out_of_scope": True}]


def test_a_message_is_ranked_against_every_topic(rasa: Any) -> None:
    parsed = httpx.post(f"{rasa.url}/model/parse", json={"text": "on me fait du chantage"}, timeout=10).json()
    ranking = parsed["intent_ranking"]
    confidences = [each["confidence"] for each in ranking]
    assert confidences == sorted(confidences, reverse=True)
    assert {each["name"] for each in ranking} >= {*TOPICS, *SMALL_TALK, "hors_sujet"}


def test_a_message_without_a_sender_is_refused(rasa: Any) -> None:
    answer = httpx.post(f"{rasa.url}/webhooks/rest/webhook", json={"message": "/salut"}, timeout=10)
    assert answer.status_code == httpx.codes.BAD_REQUEST


def test_two_conversations_do_not_mix(rasa: Any) -> None:
    first, second = RasaConversation(rasa.url), RasaConversation(rasa.url)
    assert first.say("/trouver_aide_proche") == [{"ask_place": True}]
    assert second.say("/oui") == [{"small_talk": "oui"}]
    assert first.say("/oui") == [{"ask_place": True}]
