"""Which messages got no good answer. Places only: their words stay in the conversation's own log, encrypted,
and go when it goes."""

from __future__ import annotations

from typing import Final

from handoff.conversation import Author, StrippedText
from handoff.store import keys, serialise
from handoff.store.cipher import ConversationCipher
from handoff.store.connection import RedisClient

FIELD: Final = "missed"
MOST_OF_ONE: Final = 20  # places kept of one conversation, the newest
MOST_CONVERSATIONS: Final = 1000  # read at once, the newest
LOOKED_THROUGH: Final = 16  # entries before a "ça ne m'a pas aidé", of every author


class MissedMessages:
    """The places of such messages. Callers wrap these in ``redis_faults``."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    async def note(self, conversation_id: str, position: str, now_ms: int) -> None:
        """Notes the message at a position. A place noted twice counts once."""
        places = [each for each in await self._places(conversation_id) if each != position]
        if not await self._redis.exists(keys.state(conversation_id)):
            return
        await self._redis.hset(
            keys.state(conversation_id), FIELD, " ".join([*places, position][-MOST_OF_ONE:])
        )
        await self._redis.zadd(keys.MISSED, {conversation_id: now_ms})

    async def note_before(
        self, conversation_id: str, position: str, cipher: ConversationCipher, now_ms: int
    ) -> None:
        """Notes the last message that the young person typed before a position, if there is one."""
        log = keys.log(conversation_id)
        entries = await self._redis.xrevrange(log, max=f"({position}", count=LOOKED_THROUGH)
        for place, fields in entries:
            if typed_words(place.decode(), cipher.open(fields[b"m"])) is not None:
                await self.note(conversation_id, place.decode(), now_ms)
                return

    async def conversations(self) -> list[str]:
        """The conversations that have some, newest first."""
        members = await self._redis.zrevrange(keys.MISSED, 0, MOST_CONVERSATIONS - 1)
        return [member.decode() for member in members]

    async def words(self, conversation_id: str, cipher: ConversationCipher) -> list[StrippedText]:
        """What the young person typed at the places noted."""
        found = []
        for place in await self._places(conversation_id):
            for _, fields in await self._redis.xrange(keys.log(conversation_id), min=place, max=place):
                found.append(typed_words(place, cipher.open(fields[b"m"])))
        return [text for text in found if text is not None]

    async def forget(self, conversation_id: str) -> None:
        """The conversation is gone."""
        await self._redis.zrem(keys.MISSED, conversation_id)

    async def _places(self, conversation_id: str) -> list[str]:
        value = await self._redis.hget(keys.state(conversation_id), FIELD)
        return value.decode().split() if value else []


def typed_words(place: str, raw: bytes) -> StrippedText | None:
    """The words of an entry that a young person typed; None for a pressed button and for everybody else."""
    message = serialise.load(place, raw)
    typed = message.author is Author.YOUNG_PERSON and not message.pressed
    return message.text if typed and isinstance(message.text, StrippedText) else None
