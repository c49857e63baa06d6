"""The Rasa server over HTTP: one turn of dialogue, or one message understood.

Only stripped text is sent. Anything that is not a usable answer in time is RasaUnavailableError.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import httpx

from handoff.conversation import StrippedText
from handoff.errors import RasaUnavailableError


@dataclass(frozen=True, slots=True)
class AnswerTopic:
    topic: str


@dataclass(frozen=True, slots=True)
class SmallTalk:
    kind: str


@dataclass(frozen=True, slots=True)
class PersonRequested:
    pass


@dataclass(frozen=True, slots=True)
class AskPlace:
    """``choices``: the codes of the places that the words may have meant."""

    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowResources:
    departement: str | None
    topic: str | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    stage: int
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutOfScope:
    pass


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something is asked about the answer shown before: ``handoff.assistant.follow_up``."""

    topic: str
    about: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Choose:
    """A "oui" or "lequel ?" to several topics: which one?"""

    topics: tuple[str, ...]


Payload = (
    AnswerTopic
    | SmallTalk
    | PersonRequested
    | AskPlace
    | ShowResources
    | NotUnderstood
    | OutOfScope
    | FollowUp
    | Choose
)

# Words about an earlier answer ("et après ?"). Without one they are no topic.
FOLLOW_UP_PREFIX = "suite_"
# Nor is "what else is there", after a search.
NO_TOPICS = frozenset({"nlu_fallback", "d_autres"})


@dataclass(frozen=True, slots=True)
class RankedTopic:
    """An intent and Rasa's confidence in it (0 to 1)."""

    topic: str
    confidence: float


class RasaClient:
    """Speaks to one Rasa address; keeps its connections open. ``timed``: around each call, by its name."""

    def __init__(
        self,
        url: str,
        timeout_seconds: float,
        timed: Callable[[str], AbstractContextManager[None]] = lambda _call: nullcontext(),
    ) -> None:
        self._timed = timed
        self._client = httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(timeout_seconds))

    async def close(self) -> None:
        await self._client.aclose()

    async def turn(self, conversation_id: str, text: StrippedText, payload: str = "") -> tuple[Payload, ...]:
        """One turn of dialogue: what Rasa wants said. ``payload`` ("/topic") goes in place of the text."""
        body = {
            "sender": conversation_id,
            "message": payload or text.value,
            "metadata": {"departement": text.departement, "departements": list(text.departements)},
        }
        with self._timed("turn"):
            answer = await self._post("/webhooks/rest/webhook", body)
        if not isinstance(answer, list):
            raise RasaUnavailableError("not a list of messages")
        payloads = tuple(_payload(message.get("custom")) for message in answer if isinstance(message, dict))
        if not payloads:
            raise RasaUnavailableError("no answer")
        return payloads

    async def rank(self, text: StrippedText) -> list[RankedTopic]:
        """The topics that a message may be about, best first."""
        with self._timed("rank"):
            answer = await self._post("/model/parse", {"text": text.value})
        try:
            return [
                RankedTopic(intent["name"], float(intent["confidence"]))
                for intent in answer["intent_ranking"]
                if intent["name"] not in NO_TOPICS and not intent["name"].startswith(FOLLOW_UP_PREFIX)
            ]
        except (KeyError, TypeError) as error:
            raise RasaUnavailableError("not a ranking") from error

    async def is_ready(self) -> bool:
        """Whether a model is loaded."""
        try:
            answer = await self._client.get("/status")
            return answer.status_code == httpx.codes.OK and bool(answer.json().get("model_id"))
        except (httpx.HTTPError, ValueError):
            return False

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        try:
            answer = await self._client.post(path, json=body)
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise RasaUnavailableError(type(error).__name__) from error


def _payload(custom: object) -> Payload:
    """A custom payload of the bot as one of our types. Raises RasaUnavailableError on anything else."""
    match custom:
        case {"answer": str(topic)}:
            return AnswerTopic(topic)
        case {"small_talk": str(kind)}:
            return SmallTalk(kind)
        case {"handoff": "requested"}:
            return PersonRequested()
        case {"ask_place": True, "choices": [*codes]}:
            return AskPlace(tuple(str(code) for code in codes))
        case {"ask_place": True}:
            return AskPlace()
        case {
            "resources": {
                "departement": str() | None as departement,
                "topic": str() | None as topic,
                "page": int(page),
            }
        }:
            return ShowResources(departement, topic, page)
        case {"fallback": {"stage": int(stage), "topics": [*topics]}}:
            return NotUnderstood(stage, tuple(str(topic) for topic in topics))
        case {"out_of_scope": True}:
            return OutOfScope()
        case {"follow_up": {"topic": str(topic), "about": str(about), "again": bool(again)}}:
            return FollowUp(topic, about, again)
        case {"choose": {"topics": [*topics]}}:
            return Choose(tuple(str(topic) for topic in topics))
        case _:
            raise RasaUnavailableError("unknown payload")
