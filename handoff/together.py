"""Tasks that live and end together.

``asyncio.TaskGroup`` would do, but for a fault of Python 3.11: a task that is cancelled while ``wait_for``
has its result at hand (redis-py sends each command that way) goes on as if nothing had been asked. A group
then waits for it for ever. Here whoever goes on is asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
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


@asynccontextmanager
async def running_beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs work beside what follows, and ends it with that."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        await end(tasks)


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancels tasks and waits until they have ended, whatever they end with.

    Whoever is cancelled meanwhile ends these first: nothing may outlive what started it.
    """
    every = set(tasks)
    left, cancelled = every, None
    while left:
        for task in left:
            task.cancel()
        try:
            await asyncio.wait(left, timeout=ASK_AGAIN_SECONDS)
        except asyncio.CancelledError as error:
            cancelled = error
        left = {task for task in left if not task.done()}
    for task in every:
        if not task.cancelled():
            task.exception()  # asked for, or asyncio logs that nobody did
    if cancelled is not None:
        raise cancelled
