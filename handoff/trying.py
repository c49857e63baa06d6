"""What the assistant would do with a sentence, for content leads: the same parts that answer, no log.

Wiring. Nothing is stored: no conversation is opened, and what Rasa and the pseudonyms remember
of the try is erased with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from anyio import to_thread

from handoff.assistant.assistant import Assistant
from handoff.assistant.questions import rank_questions
from handoff.assistant.rasa import RasaClient
from handoff.assistant.words import ServiceWords
from handoff.conversation import Audience, Conversation, Reader, StrippedText
from handoff.errors import RasaUnavailableError
from handoff.tried import replies_to, title_of, topics_shown
from handoff.understanding import Understanding

SHOWN_NEIGHBOURS = 5

ForgetTracker = Callable[[str], Awaitable[None]]


class Trying:
    """Answers a sentence as the service would, and says why."""

    def __init__(
        self,
        understanding: Understanding,
        rasa: RasaClient,
        assistant: Assistant,
        words: ServiceWords,
        forget_tracker: ForgetTracker,
    ) -> None:
        self._understanding = understanding
        self._rasa = rasa
        self._assistant = assistant
        self._words = words
        self._forget_tracker = forget_tracker

    async def sentence(self, text: str, audience: str) -> dict[str, Any]:
        """Stripped text, level and reasons, topics best first, place, and what would be said."""
        trial = uuid.uuid4().hex
        try:
            stripped = await self._understanding.strip(text, trial)
            verdict = await self._understanding.weigh(stripped)
            topics, by_rasa = await self._topics(stripped)
            conversation = Conversation(
                trial,
                Reader.ASSISTANT,
                level=verdict.level,
                language=stripped.language or "fr",
                audience=Audience(audience),
            )
            replies = await replies_to(self._assistant, self._words, conversation, stripped, verdict)
        finally:
            self._understanding.forget(trial)
            await self._forget_tracker(trial)
        return {
            "stripped": stripped.value,
            "removed": list(stripped.removed),
            "place": stripped.departement,
            "language": stripped.language,
            "level": int(verdict.level),
            "category": verdict.category.value,
            "score": verdict.score,
            "reasons": list(verdict.reasons),
            "topics": topics_shown(self._words.library, topics),
            "by_rasa": by_rasa,
            "replies": [asdict(reply) for reply in replies],
        }

    async def neighbours(
        self, examples: Sequence[str], also: Sequence[tuple[str, str]] = ()
    ) -> list[list[dict[str, Any]]]:
        """For each example, stripped first, those that mean nearly the same, with their topics.

        ``also``: (topic, example) pairs of the studio, which no file holds yet.
        """
        trial = uuid.uuid4().hex
        try:
            stripped = [await self._understanding.strip(each, trial) for each in examples]
        finally:
            self._understanding.forget(trial)
        found = await to_thread.run_sync(
            self._understanding.nearest.neighbours, stripped, SHOWN_NEIGHBOURS, also
        )
        return [
            [
                {
                    "topic": near.topic,
                    "title": title_of(self._words.library, near.topic),
                    "example": near.example,
                    "similarity": near.similarity,
                }
                for near in nears
            ]
            for nears in found
        ]

    async def _topics(self, text: StrippedText) -> tuple[list[tuple[str, float]], bool]:
        try:
            ranking = await rank_questions(self._rasa.rank, text)
            return [(each.topic, each.confidence) for each in ranking], True
        except RasaUnavailableError:
            return await to_thread.run_sync(self._understanding.nearest.rank, text), False
