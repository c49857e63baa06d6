"""Who is told when a conversation changes: one subscription a process, many listeners.

A notice only says "look again": listeners read the log from their own position, so a notice that
is lost (Redis restarted) costs a moment, never a message.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Iterator

from redis.exceptions import RedisError

from handoff.store import keys
from handoff.store.connection import RedisClient

logger = logging.getLogger(__name__)

RETRY_SECONDS = 0.5
EVERYTHING = "*"  # listen to every conversation


def news_of(conversation_id: str, what: str = "changed") -> str:
    """What is told on CHANGES."""
    return f"{conversation_id} {what}"


class Listener:
    """Wakes up when something changed; ``hints`` holds what (``typing:counsellor``, ``erased`` …)."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.hints: set[str] = set()

    def wake(self, hint: str) -> None:
        self.hints.add(hint)
        self._event.set()

    async def changed(self, at_most_seconds: float) -> set[str]:
        """Waits for a notice, or for the time: a look now and then mends a lost notice."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), at_most_seconds)
        self._event.clear()
        hints, self.hints = self.hints, set()
        return hints


class Feed:
    """The process's one subscription. ``run`` for as long as the process lives."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)

    @contextlib.contextmanager
    def listen(self, conversation_id: str = EVERYTHING) -> Iterator[Listener]:
        listener = Listener()
        self._listeners[conversation_id].add(listener)
        try:
            yield listener
        finally:
            self._listeners[conversation_id].discard(listener)
            if not self._listeners[conversation_id]:
                del self._listeners[conversation_id]

    async def run(self) -> None:
        """Listens until cancelled; comes back by itself when Redis was away."""
        while True:
            try:
                await self._follow()
            except (RedisError, OSError) as error:
                logger.warning("feed: Redis is away (%s), trying again", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe(keys.CHANGES)
            self._wake_all("changed")  # whatever was missed while we were away
            while True:
                notice = await pubsub.get_message(timeout=1.0)
                if notice is not None:
                    conversation_id, _, hint = notice["data"].decode().partition(" ")
                    self._tell(conversation_id, hint)

    def _tell(self, conversation_id: str, hint: str) -> None:
        for name in (conversation_id, EVERYTHING):
            for listener in tuple(self._listeners.get(name, ())):
                listener.wake(hint if name != EVERYTHING else f"{conversation_id} {hint}")

    def _wake_all(self, hint: str) -> None:
        for listeners in tuple(self._listeners.values()):
            for listener in tuple(listeners):
                listener.wake(hint)
