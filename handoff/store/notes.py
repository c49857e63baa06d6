"""What staff write to each other about a conversation: private notes, whispers, words of a transfer.

Kept apart from the log, so that no page of a young person can ever be fed with them; encrypted under
the conversation's key and erased with it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from handoff.conversation import StrippedText
from handoff.errors import ConversationUnknownError
from handoff.store import keys, scripts
from handoff.store.connection import RedisClient, redis_faults
from handoff.store.conversations import ConversationStore

MOST_NOTES = 100


class NoteKind(StrEnum):
    """Why it was written."""

    PRIVATE = "private"
    WHISPER = "whisper"  # from whoever looks along
    TRANSFER = "transfer"
    COACH = "coach"  # training only


@dataclass(frozen=True, slots=True)
class Note:
    """One note. ``by`` is the name of its writer, who is staff."""

    kind: NoteKind
    by: str
    text: StrippedText
    at: datetime


class Notes:
    """Raises StoreUnavailableError when Redis is away, ConversationUnknownError when there is none."""

    def __init__(self, redis: RedisClient, store: ConversationStore, lifetime: timedelta) -> None:
        self._redis = redis
        self._store = store
        self._ttl_ms = int(lifetime.total_seconds() * 1000)
        self._note = redis.register_script(scripts.NOTE)

    async def add(self, conversation_id: str, kind: NoteKind, by: str, text: StrippedText) -> None:
        """Keeps a note; the oldest go when there are too many."""
        row = {
            "kind": kind.value,
            "by": by,
            "at": datetime.now(UTC).isoformat(),
            "text": text.value,
            "removed": text.removed,
        }
        cipher = await self._store.cipher(conversation_id)
        sealed = cipher.seal(json.dumps(row, ensure_ascii=False).encode())
        both = [keys.state(conversation_id), keys.notes(conversation_id)]
        async with redis_faults():
            result = await self._note(keys=both, args=[sealed, self._ttl_ms, MOST_NOTES])
        if result[0] == b"unknown":
            raise ConversationUnknownError
        await self._store.announce(conversation_id)

    async def of(self, conversation_id: str) -> list[Note]:
        """Every note of a conversation, oldest first."""
        cipher = await self._store.cipher(conversation_id)
        async with redis_faults():
            entries = await self._redis.lrange(keys.notes(conversation_id), 0, -1)
        return [_note(json.loads(cipher.open(entry))) for entry in entries]


def _note(row: dict[str, str]) -> Note:
    text = StrippedText.from_log(row["text"], tuple(row["removed"]))
    return Note(NoteKind(row["kind"]), row["by"], text, datetime.fromisoformat(row["at"]))
