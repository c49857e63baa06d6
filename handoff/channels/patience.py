"""Once more when the app asks to wait, for what is said past the log: nobody comes back to it later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from handoff.channels.channel import TryLaterError

ATTEMPTS = 3
LONGEST_SECONDS = 20.0  # a sender's lane is held meanwhile

Result = TypeVar("Result")


async def patiently(call: Callable[[], Awaitable[Result]]) -> Result:
    """Raises TryLaterError when the app wants to wait for longer, and what the call raises."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await call()
        except TryLaterError as error:
            if error.seconds > LONGEST_SECONDS:
                raise
            await asyncio.sleep(error.seconds)
    return await call()
