"""Replies to one message by what it is about. The words are the service's: these are custom payloads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation_so_far import (
    FOLLOW_UP,
    NOT_UNDERSTOOD,
    OUT_OF_SCOPE,
    PERSON,
    SMALL_TALK,
    intent_of,
    misunderstood_in_a_row,
    nearest_topics,
    topics_offered,
)
from actions.follow_up import follow_up, yes_to_what

TOPICS_OFFERED = 3

# Offered when the message gives no hint: what there is here, who to call, where to go.
TOPICS_WITHOUT_HINT = ["que_peux_tu_faire", "numeros_utiles", "trouver_aide_proche"]

Events = list[dict[str, Any]]


def reply_to(tracker: Tracker) -> dict[str, Any]:
    """The payload that answers the last message."""
    intent = intent_of(tracker.latest_message)
    if intent in ("", NOT_UNDERSTOOD):
        return not_understood(tracker)
    if intent in FOLLOW_UP:
        return follow_up(tracker) or not_understood(tracker)
    if intent == PERSON:
        return {"handoff": "requested"}
    if intent == OUT_OF_SCOPE:
        return {"out_of_scope": True}
    if intent == "oui":
        return yes_to_what(tracker) or {"small_talk": intent}
    if intent == "non" and topics_offered(tracker.events):
        return not_understood(tracker)
    if intent in SMALL_TALK:
        return {"small_talk": intent}
    return {"answer": intent}


def not_understood(tracker: Tracker) -> dict[str, Any]:
    """The nearest topics; at the second time in a row the service offers a person first."""
    stage = 2 if misunderstood_in_a_row(tracker.events) else 1
    # A "no" to what was offered: the same again would be no help.
    refused = intent_of(tracker.latest_message) == "non"
    nearest = [] if refused else nearest_topics(tracker, TOPICS_OFFERED)
    topics = nearest or TOPICS_WITHOUT_HINT
    return {"fallback": {"stage": stage, "topics": topics}}


class _Reply(Action, ABC):
    """Replies to the last message. One class a rule, so that a rule reads as what it does."""

    # Abstract, or Rasa's SDK would register this class as an action.
    @abstractmethod
    def name(self) -> str: ...

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(json_message=reply_to(tracker))
        return []


class AnswerTopic(_Reply):
    """{"answer": topic}"""

    def name(self) -> str:
        return "action_answer"


class RequestPerson(_Reply):
    """{"handoff": "requested"}"""

    def name(self) -> str:
        return "action_request_person"


class MakeSmallTalk(_Reply):
    """{"small_talk": intent}"""

    def name(self) -> str:
        return "action_small_talk"


class SayOutOfScope(_Reply):
    """{"out_of_scope": true}"""

    def name(self) -> str:
        return "action_out_of_scope"


class FollowUp(_Reply):
    """{"follow_up": {"topic", "about", "again"}}, or what else fits when nothing was shown before."""

    def name(self) -> str:
        return "action_follow_up"


class SayNotUnderstood(Action):
    """{"fallback": {"stage": 1 or 2, "topics": [...]}}, whatever the message was taken for."""

    def name(self) -> str:
        return "action_not_understood"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(json_message=not_understood(tracker))
        return []
