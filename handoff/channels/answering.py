"""Answers that go on when the page goes away, in the order of the messages of a conversation."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from handoff.channels.pace import Pace
from handoff.conversation import RiskLevel
from handoff.errors import StoreUnavailableError, places_of
from handoff.receive_message import MessagePath, Received
from handoff.together import end

logger = logging.getLogger(__name__)


class Answering:
    """Runs ``MessagePath.respond`` outside of the socket's life, in the order of the messages."""

    def __init__(self, path: MessagePath, timed: Callable[[float], None] = lambda _seconds: None) -> None:
        self._path = path
        self._timed = timed
        self._last: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, received: Received, pace: Pace | None = None) -> None:
        """Answers this message once the earlier ones of its conversation are answered.

        ``pace``: and not faster than this, unless there is danger now.
        """
        conversation_id = received.receipt.conversation_id
        task = asyncio.create_task(self._respond(received, self._last.get(conversation_id), pace))
        self._last[conversation_id] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: self._forget(conversation_id, done))

    async def finish(self) -> None:
        """Waits for the answers under way (at shut-down), then ends them: the keeper answers what is left."""
        if self._tasks:
            _, left = await asyncio.wait(self._tasks, timeout=5)
            await end(left)

    async def _respond(
        self, received: Received, earlier: asyncio.Task[None] | None, pace: Pace | None
    ) -> None:
        started = time.perf_counter()
        if earlier is not None:
            await asyncio.wait([earlier])
        if pace is not None and received.verdict.level < RiskLevel.IMMINENT:
            started += await pace.passed(received.receipt.conversation_id)
        try:
            await self._path.respond(received)
            self._timed(time.perf_counter() - started)
        except StoreUnavailableError:
            logger.warning("Redis went away while answering; the keeper will see to it")
        except Exception as error:
            # The message stays marked as without an outcome: the keeper shows the help lines.
            logger.error("answering failed: %s", places_of(error))

    def _forget(self, conversation_id: str, task: asyncio.Task[None]) -> None:
        if self._last.get(conversation_id) is task:
            del self._last[conversation_id]
