"""What is asked about the answer shown before ("et après ?", "c'est gratuit ?"): which topic, what of it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from actions.conversation_so_far import (
    FOLLOW_UP,
    HELP_NEARBY,
    NOT_TOPICS,
    PERSON,
    TELLS_MORE,
    intent_of,
    payloads_said,
    told_more,
    topic_shown,
    topics_offered,
)

PREFIX = "suite_"

# Words that could follow anything are taken for a whole question only when they clearly are one.
CLEAR = 0.4

Payload = dict[str, Any]


def follow_up(tracker: Tracker) -> Payload | None:
    """What to look for, and in which topic; None when nothing was shown and the words say too little."""
    about = intent_of(tracker.latest_message).removeprefix(PREFIX)
    offered = topics_offered(tracker.events)
    if about == "lequel" and offered:
        return {"choose": {"topics": offered}}
    topic = topic_shown(tracker.events)
    if topic is None:
        return _as_a_whole_question(tracker.latest_message)
    again = about in TELLS_MORE and told_more(tracker.events)
    return {"follow_up": {"topic": topic, "about": about, "again": again}}


def yes_to_what(tracker: Tracker) -> Payload | None:
    """A "oui" to what was just offered or shown: to which of it? None when there was nothing of the kind."""
    offered = topics_offered(tracker.events)
    if offered:
        return {"choose": {"topics": offered}}
    last = next(iter(payloads_said(tracker.events)), {})
    topic = topic_shown(tracker.events)
    if topic is None or not {"answer", "follow_up"} & set(last):
        return None
    return {"follow_up": {"topic": topic, "about": "oui", "again": False}}


def _as_a_whole_question(message: dict[str, Any]) -> Payload | None:
    """The topic of these words when they are not about an earlier answer."""
    ranking = message.get("intent_ranking") or ()
    others = [each for each in ranking if each.get("name") not in FOLLOW_UP]
    total = sum(each["confidence"] for each in others)
    best = next((each for each in others if each["name"] not in NOT_TOPICS), None)
    if best is None or best["name"] == HELP_NEARBY or best["confidence"] < CLEAR * total:
        return None
    return {"handoff": "requested"} if best["name"] == PERSON else {"answer": best["name"]}
