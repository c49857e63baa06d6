"""Slows guessing down without a lock that a stranger could close on somebody else."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

FREE_TRIES = 4
LONGEST_DELAY_SECONDS = 60.0
FORGOTTEN_AFTER_SECONDS = 3600.0
MOST_REMEMBERED = 20_000


class SignInPace:
    """A delay per source and account, that grows with each wrong try: 1, 2, 4 … 60 seconds.

    Only the source that guesses is delayed: from elsewhere, the account signs in as ever. Kept in
    this process's memory, never written or logged; measured by a clock that does not jump.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def seconds_to_wait(self, address: str, login: str) -> float:
        """0 when a try is welcome now."""
        count, at = self._tries.get(_key(address, login), (0, 0.0))
        if count < FREE_TRIES:
            return 0.0
        delay = min(2.0 ** (count - FREE_TRIES), LONGEST_DELAY_SECONDS)
        return max(0.0, at + delay - self._clock())

    def wrong(self, address: str, login: str) -> None:
        """Notes a wrong try."""
        now, key = self._clock(), _key(address, login)
        count, at = self._tries.pop(key, (0, now))
        self._tries[key] = (1 if now - at > FORGOTTEN_AFTER_SECONDS else count + 1, now)
        while len(self._tries) > MOST_REMEMBERED:
            self._tries.popitem(last=False)

    def right(self, address: str, login: str) -> None:
        """Forgets the wrong tries."""
        self._tries.pop(_key(address, login), None)


def _key(address: str, login: str) -> tuple[str, str]:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address, login
    # Whoever has one IPv6 address has 2**64 of them.
    return (str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address), login
