"""Telegram's limits: 30 messages a second, and "too many requests", which holds for all that we send."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class WholeBotLimiter(AIORateLimiter):
    """What Telegram refuses for so many seconds is asked for by nothing of ours before they are over.

    python-telegram-bot's own lets others go on as soon as any request ends. Nothing sleeps here: whoever asks
    too early is told how long to wait, and may be another process's turn by then.
    """

    def __init__(self) -> None:
        super().__init__(max_retries=0)
        self._not_before = 0.0

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Answer:
        async def asked_in_time(*args: Any, **kwargs: Any) -> Answer:
            self._refuse_too_early()  # again: it may have stood in the queue
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                after = error.retry_after
                seconds = after.total_seconds() if isinstance(after, timedelta) else after
                self._not_before = max(self._not_before, time.monotonic() + seconds)
                raise

        self._refuse_too_early()
        return await super().process_request(asked_in_time, args, kwargs, endpoint, data, rate_limit_args)

    def _refuse_too_early(self) -> None:
        left = self._not_before - time.monotonic()
        if left > 0:
            raise RetryAfter(timedelta(seconds=left))
