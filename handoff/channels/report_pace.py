"""How often a report may be made at this door, all visitors together: nothing tells them apart here."""

from __future__ import annotations

import time
from collections.abc import Callable

BURST = 30
PER_SECOND = 0.5


class ReportPace:
    """A bucket of tokens for the whole process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tokens = float(BURST)
        self._at = clock()

    def may_report(self) -> bool:
        now = self._clock()
        self._tokens = min(float(BURST), self._tokens + (now - self._at) * PER_SECOND)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
