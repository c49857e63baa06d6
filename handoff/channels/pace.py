"""How fast one conversation may write. Nothing is dropped: the page waits and sends again."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

REMEMBERED_CONVERSATIONS = 10_000


class Pace:
    """A token bucket a conversation, in this process's memory."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_ms(self, conversation_id: str) -> int:
        """0 when a message may pass now (and it is counted), else how long to wait, in ms."""
        now = time.monotonic()
        tokens, at = self._buckets.pop(conversation_id, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - at) * self._per_second)
        passes = tokens >= 1
        self._buckets[conversation_id] = (tokens - 1 if passes else tokens, now)
        if len(self._buckets) > REMEMBERED_CONVERSATIONS:
            self._buckets.popitem(last=False)
        return 0 if passes else int((1 - tokens) / self._per_second * 1000) + 1

    async def passed(self, conversation_id: str) -> float:
        """Waits until one more may pass; the seconds it took."""
        started = time.monotonic()
        while wait_ms := self.wait_ms(conversation_id):
            await asyncio.sleep(wait_ms / 1000)
        return time.monotonic() - started
