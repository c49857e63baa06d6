"""Messages are taken and answered though their page goes away, in the order of those of a conversation."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from handoff.channels.pace import Pace
from handoff.conversation import RiskLevel
from handoff.errors import StoreUnavailableError, places_of
from handoff.receive_message import Incoming, MessagePath, Received
from handoff.together import end

logger = logging.getLogger(__name__)

Done = TypeVar("Done")

FINISH_SECONDS = 5


class Answering:
    """Runs the path outside of the socket's life: who writes that they are in danger may leave at once."""

    def __init__(self, path: MessagePath, timed: Callable[[float], None] = lambda _seconds: None) -> None:
        self._path = path
        self._timed = timed
        self._last: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def take(self, conversation_id: str, incoming: Incoming, pace: Pace | None = None) -> Received:
        """Stores a message and begins to answer it, even if whoever waits for this is cancelled meanwhile.

        ``pace``: answered not faster than this, unless there is danger now.
        Raises ConversationUnknownError, StoreUnavailableError.
        """
        return await asyncio.shield(self._keep(self._take(conversation_id, incoming, pace)))

    async def finish(self) -> None:
        """Waits for what is under way (at shut-down), then ends it: the keeper answers what is left."""
        give_up_at = time.monotonic() + FINISH_SECONDS
        while self._tasks and (left := give_up_at - time.monotonic()) > 0:
            await asyncio.wait(self._tasks, timeout=left)
        await end(self._tasks)

    async def _take(self, conversation_id: str, incoming: Incoming, pace: Pace | None) -> Received:
        received = await self._path.receive(conversation_id, incoming)
        task = self._keep(self._respond(received, self._last.get(conversation_id), pace))
        self._last[conversation_id] = task
        task.add_done_callback(lambda done: self._forget(conversation_id, done))
        return received

    def _keep(self, work: Coroutine[Any, Any, Done]) -> asyncio.Task[Done]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

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
