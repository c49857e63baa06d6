"""Many conversations at once, without their words, in one round trip: what a staff process shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from handoff.conversation import Conversation, Reader
from handoff.store import keys
from handoff.store.cipher import CipherError, MasterKey
from handoff.store.connection import RedisClient, redis_faults
from handoff.store.conversations import PAGE_SILENT_MS, ConversationStore, conversation_of
from handoff.store.indexes import waiting_score

AT_ONCE = 200  # conversations a round trip


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A conversation as lists show it. ``detail_for``: the counsellor a given detail waits for."""

    conversation: Conversation
    page_open: bool
    detail_for: int | None


class Overview:
    """Raises StoreUnavailableError when Redis is away."""

    def __init__(self, redis: RedisClient, master_key: MasterKey, store: ConversationStore) -> None:
        self._redis = redis
        self._master = master_key
        self._store = store

    async def all_ids(self) -> list[str]:
        """Conversations that wait or that a counsellor holds."""
        async with redis_faults():
            return [*await self._store.indexes.waiting(), *await self._store.indexes.held()]

    async def load(self, conversation_ids: Collection[str]) -> dict[str, Glimpse]:
        """Those that still exist and wait or are held, by id."""
        found: dict[str, Glimpse] = {}
        ids = list(conversation_ids)
        for start in range(0, len(ids), AT_ONCE):
            found |= await self._load(ids[start : start + AT_ONCE])
        return found

    async def _load(self, ids: list[str]) -> dict[str, Glimpse]:
        async with redis_faults(), self._redis.pipeline(transaction=False) as pipe:
            for each in ids:
                pipe.hgetall(keys.state(each))
                pipe.get(keys.data_key(each))
                pipe.zscore(keys.ONLINE, each)
                pipe.hget(keys.shared_detail(each), "for")
            answers = await pipe.execute()
        alive_since = self._store.now_ms() - PAGE_SILENT_MS
        found = {}
        for number, each in enumerate(ids):
            fields, wrapped, seen_at, detail_for = answers[4 * number : 4 * number + 4]
            if wrapped is None or fields.get(b"reader") not in (b"waiting", b"counsellor"):
                continue
            try:
                conversation = conversation_of(each, fields, self._master.cipher(each, wrapped))
            except CipherError:
                continue  # one unreadable conversation must not hide the others
            page_open = seen_at is not None and seen_at >= alive_since
            found[each] = Glimpse(conversation, page_open, int(detail_for) if detail_for else None)
        return found


def in_order(waiting: Collection[Glimpse]) -> list[Glimpse]:
    """The waiting list, by the rule of ``handoff.store.indexes``."""

    def score(glimpse: Glimpse) -> int:
        conversation = glimpse.conversation
        since = conversation.waiting_since
        at_ms = int(since.timestamp() * 1000) if since else 0
        gone = conversation.gone_since is not None
        return waiting_score(conversation.level, at_ms, conversation.returned, gone)

    return sorted((each for each in waiting if each.conversation.reader is Reader.WAITING), key=score)
