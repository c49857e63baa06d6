"""What a tracker says about the conversation: pure functions over its events."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

NOT_UNDERSTOOD = "nlu_fallback"
OUT_OF_SCOPE = "hors_sujet"
PERSON = "parler_humain"
HELP_NEARBY = "trouver_aide_proche"
CHOOSE_PLACE = "choisir_lieu"
MORE_HELP = "d_autres"
SMALL_TALK = frozenset(
    {
        "salut",
        "merci",
        "au_revoir",
        "oui",
        "non",
        "je_ne_sais_pas",
        "insulte",
        "test_robot",
        "tristesse_vague",
    }
)
# What is asked about the answer shown before: the intents of data/nlu/follow_up.yml.
FOLLOW_UP = frozenset(
    {
        "suite_apres",
        "suite_plus",
        "suite_lequel",
        "suite_cout",
        "suite_horaires",
        "suite_age",
        "suite_parents",
    }
)
NOT_TOPICS = SMALL_TALK | FOLLOW_UP | {NOT_UNDERSTOOD, OUT_OF_SCOPE, CHOOSE_PLACE, MORE_HELP}

# What a follow-up may be about: these two tell the rest of the card.
TELLS_MORE = frozenset({"apres", "plus"})

# What this service says of itself: no subject to look for help with.
ABOUT_THE_SERVICE = frozenset(
    {
        "bot_ou_humain",
        "anonymat",
        "limites_secret",
        "effacer_conversation",
        "horaires_attente",
        "que_peux_tu_faire",
        "numeros_utiles",
    }
)
# How many messages back a subject still counts.
SUBJECT_MESSAGES = 8

FIND_HELP = "find_help"

# Metropolitan departments (2A and 2B for Corsica), overseas departments and territories.
DEPARTEMENT = re.compile(r"0[1-9]|[13-8][0-9]|2[1-9AB]|9[0-5]|97[1-8]|98[678]")


def intent_of(message: dict[str, Any]) -> str:
    """The intent of a message, "" when it has none."""
    return (message.get("intent") or {}).get("name") or ""


def place_in(message: dict[str, Any]) -> str | None:
    """The department that a message names: in a place's button, or as the service found it in the text."""
    pressed = [
        each.get("value") for each in message.get("entities") or () if each.get("entity") == "departement"
    ]
    found = (message.get("metadata") or {}).get("departement")
    codes = (each for each in (*pressed, found) if isinstance(each, str) and DEPARTEMENT.fullmatch(each))
    return next(codes, None)


def payloads_said(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The custom payloads said so far, the last one first. They hold ids and no words."""
    data = (event.get("data") or {} for event in reversed(events) if event["event"] == "bot")
    return [each["custom"] for each in data if isinstance(each.get("custom"), dict)]


def places_to_choose(message: dict[str, Any]) -> list[str]:
    """The departments that the words may mean, when they mean several: two towns of one name, a region."""
    pressed = any(each.get("entity") == "departement" for each in message.get("entities") or ())
    found = (message.get("metadata") or {}).get("departements")
    codes = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    return [] if pressed else [each for each in codes if DEPARTEMENT.fullmatch(each)]


def subject_so_far(events: list[dict[str, Any]]) -> str | None:
    """What the young person last asked about, for help that fits it; None when it was nothing special."""
    said = [event for event in events if event["event"] == "user"]
    for event in reversed(said[-SUBJECT_MESSAGES:]):
        intent = intent_of(event.get("parse_data") or {})
        if intent and intent not in NOT_TOPICS | ABOUT_THE_SERVICE | {HELP_NEARBY, PERSON}:
            return intent
    return None


def misunderstood_in_a_row(events: list[dict[str, Any]]) -> int:
    """How many of the last replies, one after the other, only offered topics to choose from."""
    count = 0
    for payload in payloads_said(events):
        if not {"fallback", "choose"} & set(payload):
            break
        count += 1
    return count


def topic_shown(events: list[dict[str, Any]]) -> str | None:
    """The topic that the conversation is about: the last one that was shown, whatever was said since."""
    for payload in payloads_said(events):
        if "answer" in payload:
            return str(payload["answer"])
        if "follow_up" in payload:
            return str(payload["follow_up"]["topic"])
        if "resources" in payload:
            return HELP_NEARBY
    return None


def told_more(events: list[dict[str, Any]]) -> bool:
    """Whether all that the card of the current topic holds was told already."""
    for payload in payloads_said(events):
        if "answer" in payload or "resources" in payload:
            return False
        if payload.get("follow_up", {}).get("about") in TELLS_MORE:
            return True
    return False


def topics_offered(events: list[dict[str, Any]]) -> list[str]:
    """The topics that the last reply offered to choose from; none when it offered none."""
    last = next(iter(payloads_said(events)), {})
    offer = last.get("fallback") or last.get("choose") or {}
    return [str(topic) for topic in offer.get("topics", ())]


def messages_since_place_was_asked(events: list[dict[str, Any]]) -> int:
    """How many messages came since the form opened (0 in the turn that opens it)."""
    count = 0
    for event in reversed(events):
        if event["event"] == "active_loop" and event.get("name") == FIND_HELP:
            break
        count += event["event"] == "user"
    return count


def nearest_topics(tracker: Tracker, how_many: int) -> list[str]:
    """The topics nearest to the last message, best first; none when it was a button."""
    ranking = tracker.latest_message.get("intent_ranking") or ()
    names = [each.get("name") for each in ranking]
    return [name for name in names if name and name not in NOT_TOPICS and name != PERSON][:how_many]
