"""Answers to the question asked at the end: one tap, no words, counted once a conversation."""

from __future__ import annotations

from handoff.store import keys
from handoff.store.connection import RedisClient, redis_faults


class ExitAnswers:
    """What ``ConversationStore.count_exit_answer`` counted, until it is counted for good in SQL."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    async def take(self) -> dict[str, int]:
        """What was counted since the last time, and starts again from nothing."""
        async with redis_faults(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hgetall(keys.EXIT_ANSWERS)
            pipe.delete(keys.EXIT_ANSWERS)
            counted, _ = await pipe.execute()
        return {answer.decode(): int(count) for answer, count in counted.items()}

    async def put_back(self, counted: dict[str, int]) -> None:
        """They could not be counted for good: kept for the next time."""
        async with redis_faults(), self._redis.pipeline(transaction=True) as pipe:
            for answer, count in counted.items():
                pipe.hincrby(keys.EXIT_ANSWERS, answer, count)
            await pipe.execute()
