"""One Redis address for all of Rasa, and how long what it keeps there lives."""

from __future__ import annotations

import os
from typing import Any

from redis import Redis

URL_VARIABLE = "REDIS_URL"
TRACKER_TTL_VARIABLE = "REPERE_TRACKER_TTL_SECONDS"

# A conversation ends half an hour after its last message, and is erased a day later.
DEFAULT_TRACKER_TTL_SECONDS = 88_200

# Rasa calls Redis from its event loop: while one call hangs, nobody is answered.
TIMEOUT_SECONDS = 1.0


def connect(**options: Any) -> Redis:
    """A client for REDIS_URL: ``redis://``, ``rediss://`` or ``unix:///path?db=0``."""
    url = os.environ.get(URL_VARIABLE) or "redis://127.0.0.1:6379/0"
    return Redis.from_url(
        url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, **options
    )


def tracker_ttl_seconds() -> int:
    """After how many seconds without a message a tracker is gone. Raises ValueError when not a number."""
    return int(os.environ.get(TRACKER_TTL_VARIABLE) or DEFAULT_TRACKER_TTL_SECONDS)
