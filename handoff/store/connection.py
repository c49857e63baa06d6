"""One Redis client a process, and one error for "Redis does not answer"."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import (
    ClusterDownError,
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError

from handoff.errors import StoreUnavailableError

# Redis answers, and cannot write now: its disk or its memory is full, or it is not the one that writes.
# Some have a class in redis-py, some none, and what a script meets is in the words of its error.
_CANNOT_WRITE = (OutOfMemoryError, ReadOnlyError, ClusterDownError, MasterDownError, TryAgainError)
_CANNOT_WRITE_CODE = re.compile(r"\b(?:MISCONF|OOM|READONLY|NOREPLICAS|CLUSTERDOWN|MASTERDOWN|TRYAGAIN)\b")

# redis-py types every answer as bytes or text or both; without decode_responses it is always bytes.
RedisClient = Any

# A young person waits for the outcome: better say "unavailable" with the help lines than hang.
CONNECT_TIMEOUT_SECONDS = 1.0
ANSWER_TIMEOUT_SECONDS = 2.0
# Redis answers one command after another: more connections only wait there instead of here. Who finds them
# all in use waits for one; redis-py's own pool would raise, and a crowd would be told "unavailable".
MOST_CONNECTIONS = 50


def connect(url: str) -> RedisClient:
    """A client for ``url`` (redis://, rediss:// or unix://). Connects at the first command."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MOST_CONNECTIONS,
        timeout=ANSWER_TIMEOUT_SECONDS,
        socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
        socket_timeout=ANSWER_TIMEOUT_SECONDS,
        health_check_interval=15,
        # One quick second try covers a connection that died while it lay in the pool.
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.05), 1),
        retry_on_error=[RedisConnectionError],
    )
    return Redis.from_pool(pool)


async def answers(redis: RedisClient) -> bool:
    """Whether the server answers now."""
    try:
        return bool(await redis.ping())
    except (RedisError, OSError):
        return False


@asynccontextmanager
async def redis_faults() -> AsyncIterator[None]:
    """Turns what redis raises when the server is away, loading, full or read-only into our one error."""
    try:
        yield
    except ResponseError as error:
        if isinstance(error, _CANNOT_WRITE) or _CANNOT_WRITE_CODE.search(str(error)):
            raise StoreUnavailableError(type(error).__name__) from error
        raise  # a bug of ours, not an outage
    except (RedisError, OSError) as error:
        raise StoreUnavailableError(type(error).__name__) from error
