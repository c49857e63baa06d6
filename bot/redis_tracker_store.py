"""Rasa's memory of a conversation, in Redis: what was understood and done, never what was said."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from redis.exceptions import RedisError

from bot import redis_connection

logger = logging.getLogger(__name__)

KEY_PREFIX = "rasa:tracker:"

# The rules, the form and the count of misunderstandings look back a few turns at most; a turn's time
# grows with what is kept (measured: 30 ms for the first, 64 ms for the 150th when all was).
KEPT_TURNS = 12

# Of each event, all that the dialogue needs. Anything else may hold words and is not written.
# ``recherche`` holds a département's code, a topic's id and a page: no word of anybody.
KEPT_SLOTS = frozenset({"departement", "requested_slot", "recherche"})
KEPT_OF_USER_EVENT = ("event", "timestamp", "message_id", "input_channel", "model_id", "assistant_id")
KEPT_OF_INTENT = ("name", "confidence")
KEPT_OF_ENTITY = ("entity", "value")
PLACE = "departement"


class TextlessRedisTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Trackers without any text, each with an expiry that every message renews."""

    def __init__(self, domain: Domain | None, event_broker: EventBroker | None = None, **kwargs: Any) -> None:
        self._redis = redis_connection.connect(decode_responses=True)
        self._ttl_seconds = redis_connection.tracker_ttl_seconds()
        super().__init__(domain, event_broker, **kwargs)

    @staticmethod
    def serialise_tracker(tracker: DialogueStateTracker) -> str:
        """The tracker as JSON, without what anybody said."""
        dialogue = tracker.as_dialogue().as_dict()
        dialogue["events"] = [
            without_text(event) for event in last_turns(dialogue["events"], KEPT_TURNS) if is_kept(event)
        ]
        return json.dumps(dialogue)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Writes the tracker. When Redis is down the turn is forgotten, not kept elsewhere."""
        try:
            self._redis.set(
                KEY_PREFIX + tracker.sender_id, self.serialise_tracker(tracker), ex=self._ttl_seconds
            )
        except RedisError as error:
            # Raised, it would make Rasa keep the tracker, words and all, in memory for ever.
            logger.error("a tracker was not saved: %s", type(error).__name__)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of a conversation. Raises RedisError."""
        stored = self._redis.get(KEY_PREFIX + sender_id)
        return self.deserialise_tracker(sender_id, stored) if stored else None

    async def keys(self) -> Iterable[str]:
        """The conversations that have a tracker."""
        return [key.removeprefix(KEY_PREFIX) for key in self._redis.scan_iter(match=KEY_PREFIX + "*")]


def last_turns(events: list[dict[str, Any]], how_many: int) -> list[dict[str, Any]]:
    """The events of the last turns, from the wait that came before the first of them."""
    turns = [index for index, event in enumerate(events) if event["event"] == "user"]
    if len(turns) <= how_many:
        return events
    first = turns[-how_many]
    while first > 0 and events[first].get("name") != "action_listen":
        first -= 1
    return events[first:]


def is_kept(event: dict[str, Any]) -> bool:
    """Whether an event is written at all. One slot of Rasa's own repeats what came with the first message."""
    return event["event"] != "slot" or event["name"] in KEPT_SLOTS


def without_text(event: dict[str, Any]) -> dict[str, Any]:
    """An event as the dialogue needs it: intents, the place and times stay; words go."""
    if event["event"] == "user":
        return _user_event_without_text(event)
    if event["event"] == "bot":
        return {**event, "text": None}
    return event


def _user_event_without_text(event: dict[str, Any]) -> dict[str, Any]:
    parsed = event.get("parse_data") or {}
    intent = _only(parsed.get("intent") or {}, KEPT_OF_INTENT)
    found = [each for each in parsed.get("entities") or () if each.get("entity") == PLACE]
    entities = [_only(each, KEPT_OF_ENTITY) for each in found]
    place = (event.get("metadata") or {}).get(PLACE)
    return {
        **_only(event, KEPT_OF_USER_EVENT),
        "text": None,
        "metadata": {PLACE: place} if place else {},
        "parse_data": {"intent": intent, "entities": entities, "text": None, "intent_ranking": [intent]},
    }


def _only(values: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}
