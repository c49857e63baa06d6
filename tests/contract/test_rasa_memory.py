"""What Rasa keeps of a conversation: intents and times, for a while; never words."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import redis

from tests.contract.rasa_conversation import NOT_UNDERSTOOD, RasaConversation

SECRET = "zoulouville"


@pytest.fixture
def kept(redis_url: str) -> Any:
    """The Redis that Rasa uses."""
    client = redis.Redis.from_url(redis_url, decode_responses=True)
    yield client
    client.close()


@pytest.fixture
def talk(rasa: Any) -> RasaConversation:
    return RasaConversation(rasa.url)


def everything_in(kept: Any) -> str:
    """All that Redis holds for Rasa, as one text."""
    keys = sorted(kept.scan_iter("rasa:*"))
    return "\n".join(f"{key} {kept.get(key)}" for key in keys)


def test_no_word_of_a_young_person_stays_in_redis(talk: RasaConversation, kept: Any) -> None:
    talk.say(f"on me fait du chantage à {SECRET}")
    talk.say("/trouver_aide_proche")
    talk.say(f"j'habite à {SECRET}")
    talk.say(f"/ {SECRET}")
    httpx.post(
        f"{talk.url}/webhooks/rest/webhook",
        json={
            "sender": talk.sender,
            "message": "/merci",
            "metadata": {"departement": SECRET, "name": SECRET},
        },
        timeout=10,
    )
    everything = everything_in(kept)
    assert talk.sender in everything, "nothing was kept: the test would prove nothing"
    assert SECRET not in everything
    assert "chantage" not in everything


def test_what_was_understood_stays(talk: RasaConversation, kept: Any) -> None:
    talk.say("/sextorsion")
    tracker = json.loads(kept.get(f"rasa:tracker:{talk.sender}"))
    understood = [e["parse_data"]["intent"]["name"] for e in tracker["events"] if e["event"] == "user"]
    assert understood == ["sextorsion"]


def test_what_rasa_keeps_expires(talk: RasaConversation, kept: Any) -> None:
    talk.say("/salut")
    assert 0 < kept.ttl(f"rasa:tracker:{talk.sender}") <= 7 * 86_400
    assert all(kept.ttl(key) > 0 for key in kept.scan_iter("rasa:*"))


def test_no_lock_stays_behind(talk: RasaConversation, kept: Any) -> None:
    talk.say("/salut")
    assert not kept.exists(f"rasa:lock:{talk.sender}")


def test_a_long_conversation_does_not_grow_without_end(talk: RasaConversation, kept: Any) -> None:
    sizes = []
    for _ in range(3):
        for _ in range(15):
            talk.say("/merci")
        sizes.append(len(kept.get(f"rasa:tracker:{talk.sender}")))
    assert sizes[2] < 1.1 * sizes[1]


def test_an_erased_conversation_starts_anew(talk: RasaConversation, kept: Any) -> None:
    assert talk.say(NOT_UNDERSTOOD)[0]["fallback"]["stage"] == 1
    kept.delete(f"rasa:tracker:{talk.sender}")
    assert talk.say(NOT_UNDERSTOOD)[0]["fallback"]["stage"] == 1
