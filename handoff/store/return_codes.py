"""Coming back from any device: a short code, made only when asked for, that opens one conversation.

Redis holds a fingerprint of the code made with a key that is not in Redis, so a copy of Redis gives no code.
Wrong tries are counted for the whole service, by the minute: no address of anybody is needed for it.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from handoff.errors import ConversationUnknownError, TooManyTriesError
from handoff.store import keys
from handoff.store.cipher import MasterKey
from handoff.store.connection import RedisClient, redis_faults
from handoff.store.conversations import ConversationStore, now_ms

# No vowel, so no word; no 0, 1 or l, so nothing to mistake. 27^10 = 2 × 10^14 codes.
ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
CODE_CHARACTERS = 10
# At most 86,400 wrong tries a day: with 1,000 codes in use, one chance in two million to hit one of them.
WRONG_TRIES_A_MINUTE = 60
MINUTE_MS = 60_000


class ReturnCodes:
    """One code a conversation at most. Raises StoreUnavailableError when Redis is away."""

    def __init__(
        self, redis: RedisClient, store: ConversationStore, master_key: MasterKey, lifetime: timedelta
    ) -> None:
        self._redis = redis
        self._store = store
        self._master = master_key
        self._ttl_ms = int(lifetime.total_seconds() * 1000)

    async def give(self, conversation_id: str) -> str:
        """A new code ("bcdfg-hjkmn"); an earlier one stops working. The conversation lives as long as it.

        Raises ConversationUnknownError.
        """
        await self._store.get(conversation_id)
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))
        fingerprint = self._master.fingerprints(code)[0]
        async with redis_faults():
            await self._store.forget_return_code(conversation_id)
            await self._redis.set(keys.return_code(fingerprint), conversation_id, px=self._ttl_ms)
            await self._redis.hset(keys.state(conversation_id), "return_code", fingerprint)
            for key in keys.of_log(conversation_id):
                if 0 < await self._redis.pttl(key) < self._ttl_ms:
                    await self._redis.pexpire(key, self._ttl_ms)
        half = CODE_CHARACTERS // 2
        return f"{code[:half]}-{code[half:]}"

    async def use(self, typed: str) -> tuple[str, str]:
        """The conversation of a code, and a token of its own for this device.

        Raises ConversationUnknownError (wrong, expired and erased answer alike), TooManyTriesError.
        """
        code = "".join(letter for letter in typed.lower() if letter in ALPHABET)
        minute, passed_ms = divmod(now_ms(), MINUTE_MS)
        tries = keys.return_tries(minute)
        async with redis_faults():
            if int(await self._redis.get(tries) or 0) >= WRONG_TRIES_A_MINUTE:
                raise TooManyTriesError(MINUTE_MS - passed_ms)
            # One by one: the keys may lie on different nodes of a cluster.
            under = [
                await self._redis.get(keys.return_code(each)) for each in self._master.fingerprints(code)
            ]
            found = next((each for each in under if each is not None), None)
            if found is None or len(code) != CODE_CHARACTERS:
                await self._redis.incr(tries)
                await self._redis.pexpire(tries, 2 * MINUTE_MS)
                raise ConversationUnknownError
        conversation_id = found.decode()
        return conversation_id, await self._store.token_of_another_device(conversation_id)
