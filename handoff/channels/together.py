"""Tasks that live and end together.

``asyncio.TaskGroup`` would do, but for a fault of Python 3.11: a task that is cancelled while ``wait_for``
has its result at hand (redis-py sends each command that way) goes on as if nothing had been asked. A group
then waits for it for ever. Here whoever goes on is asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

ASK_AGAIN_SECONDS = 0.5


class Together:
    """Tasks of which the first error ends all."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._error: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def create_task(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._error.done():
            self._error.set_exception(error)

    async def until_one_fails(self) -> None:
        """Raises the first error; by then all have ended. When cancelled, too."""
        try:
            await self._error
        finally:
            await end(self._tasks)
            self._error.cancel()


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancels tasks and waits until they have ended, whatever they end with."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=ASK_AGAIN_SECONDS)
