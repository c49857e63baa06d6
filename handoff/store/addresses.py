"""Where a messaging app answers: found by a keyed hash, kept encrypted, gone with the conversation.

The app's own id of a person (a Telegram id, a phone number) is never stored as it is. Its keyed hash finds
the conversation; the address itself is encrypted with the conversation's data key, so that erasing the
conversation erases the way back to the person.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from handoff.conversation import Conversation
from handoff.errors import ConversationUnknownError
from handoff.store import keys, scripts
from handoff.store.cipher import MasterKey
from handoff.store.connection import RedisClient, redis_faults
from handoff.store.conversations import START, ConversationStore, now_ms

# Apps deliver again for at most a day (Telegram: 24 h; WhatsApp goes on longer, its messages then open anew).
HANDLED_FOR_MS = int(timedelta(hours=25).total_seconds() * 1000)
LEASE_MS = 6_000


@dataclass(frozen=True, slots=True)
class Address:
    """The way to one person, and how far the log was delivered there.

    ``position`` and ``part``: everything up to that position was sent, and so many parts of the next message.
    ``left``: the person said stop; the hours in which they agreed to be written to ("8-18", "any", "never").
    ``clock``: the département overseas on whose clock those hours are read; "" for Paris.
    ``choices``: what the last numbered list offered, where the app has no buttons.
    """

    conversation_id: str
    channel: str
    to: str
    position: str = START
    part: int = 0
    heard_at_ms: int = 0
    left: str = ""
    left_at: str = START
    clock: str = ""
    blocked: bool = False
    covered: bool = False
    knocked: bool = False
    choices: tuple[str, ...] = ()


def senders(master_key: MasterKey, channel: str, to: str) -> list[str]:
    """The names by which a sender is found, that of the newest master key first.

    Under an older key too: whoever wrote before it was changed stays who they are.
    """
    return [f"{channel}:{each}" for each in master_key.keyed_hashes(channel, to)]


async def lead_to(redis: RedisClient, conversation_id: str, names: Sequence[str], ttl_ms: int) -> bool:
    """The first of a sender's names leads to their conversation, the older ones nowhere any more.

    False: the conversation was erased meanwhile, and no name of it is left.
    """
    newest, *older = map(keys.sender, names)
    async with redis.pipeline(transaction=False) as pipe:
        pipe.set(newest, conversation_id, px=ttl_ms)
        pipe.exists(keys.data_key(conversation_id))
        _, there = await pipe.execute()
    for name in older if there else (newest, *older):
        await redis.delete(name)
    return bool(there)


class Addresses:
    """Reads and writes of addresses. Raises StoreUnavailableError when Redis is away."""

    def __init__(
        self, redis: RedisClient, store: ConversationStore, master_key: MasterKey, lifetime: timedelta
    ) -> None:
        self._redis = redis
        self._store = store
        self._master = master_key
        self._ttl_ms = int(lifetime.total_seconds() * 1000)
        self._lead = redis.register_script(scripts.LEAD)
        self._write = redis.register_script(scripts.WRITE_ADDRESS)

    def fingerprint(self, channel: str, value: str) -> str:
        """Stands for something of the app's (a person, a message) wherever it must be known again."""
        return self._master.keyed_hashes(channel, value)[0]

    # -- who writes ------------------------------------------------------------------------

    async def find(self, channel: str, to: str) -> Conversation | None:
        """The conversation of whoever writes from there, if there is one."""
        async with redis_faults():
            names = senders(self._master, channel, to)
            found = [await self._redis.get(keys.sender(sender)) for sender in names]
        for conversation_id in filter(None, found):
            with contextlib.suppress(ConversationUnknownError):
                return await self._store.get(conversation_id.decode())
        return None

    async def find_or_open(self, channel: str, to: str) -> Conversation:
        """Their conversation, a new one when there is none. Two processes that open at once agree on one."""
        found = await self.find(channel, to)
        if found is not None:
            return found
        conversation_id, _ = await self._store.open(channel)
        key = keys.sender(senders(self._master, channel, to)[0])
        async with redis_faults():
            # A name that points to an erased conversation is free again.
            before = await self._redis.get(key)
            if before is not None and not await self._redis.exists(keys.data_key(before.decode())):
                await self._redis.delete(key)
            won = await self._redis.set(key, conversation_id, nx=True, px=self._ttl_ms)
        if won:
            return await self._store.get(conversation_id)
        await self._store.erase(conversation_id)
        return await self.find_or_open(channel, to)

    async def heard(
        self, conversation: Conversation, to: str, number: str = "", *, stays_away: bool = False
    ) -> None:
        """They wrote: the way back is open (again). ``number``: of their message, to delete it there.

        ``stays_away``: what they wrote is that they leave; whoever left before is not back by that.
        Raises ConversationUnknownError.
        """
        conversation_id, channel = conversation.id, conversation.channel
        names, now = senders(self._master, channel, to), now_ms()
        fields: dict[str, str | bytes | int] = {"from": names[0], "channel": channel, "heard_at": now}
        if not conversation.turns:  # later it is there already
            fields["to"] = (await self._store.cipher(conversation_id)).seal(to.encode())
        fields |= {"blocked": "", "knocked": ""} if stays_away else {"blocked": "", "knocked": "", "left": ""}
        if not await self._keep(conversation_id, fields, number):
            raise ConversationUnknownError
        async with redis_faults():
            if not await lead_to(self._redis, conversation_id, names, self._ttl_ms):
                raise ConversationUnknownError
            await self._redis.zadd(keys.reachable(channel), {conversation_id: now})

    async def of(self, channel: str, conversation_id: str) -> Address | None:
        """The way to the person of a conversation; None when it is no conversation of this app.

        Raises ConversationUnknownError when it was one and is gone.
        """
        async with redis_faults(), self._redis.pipeline(transaction=False) as pipe:
            pipe.zscore(keys.reachable(channel), conversation_id)
            pipe.hgetall(keys.address(conversation_id))
            pipe.get(keys.data_key(conversation_id))
            listed, fields, wrapped = await pipe.execute()
        return None if listed is None else self._address(conversation_id, fields, wrapped)

    async def get(self, conversation_id: str) -> Address:
        """The way to the person of a conversation. Raises ConversationUnknownError."""
        async with redis_faults(), self._redis.pipeline(transaction=False) as pipe:
            pipe.hgetall(keys.address(conversation_id))
            pipe.get(keys.data_key(conversation_id))
            fields, wrapped = await pipe.execute()
        return self._address(conversation_id, fields, wrapped)

    def _address(self, conversation_id: str, fields: dict[bytes, bytes], wrapped: bytes | None) -> Address:
        if b"to" not in fields or wrapped is None:
            raise ConversationUnknownError
        cipher = self._master.cipher(conversation_id, wrapped)
        choices = fields.get(b"choices")
        return Address(
            conversation_id,
            fields[b"channel"].decode(),
            cipher.open(fields[b"to"]).decode(),
            fields.get(b"position", START.encode()).decode(),
            int(fields.get(b"part", 0)),
            int(fields.get(b"heard_at", 0)),
            fields.get(b"left", b"").decode(),
            fields.get(b"left_at", START.encode()).decode(),
            fields.get(b"clock", b"").decode(),
            b"blocked" in fields,
            b"covered" in fields,
            b"knocked" in fields,
            tuple(cipher.open(choices).decode().split("\n")) if choices else (),
        )

    async def write(self, conversation_id: str, **fields: str | int) -> None:
        """Writes fields of an address ("" forgets one), unless the conversation is gone meanwhile."""
        await self._keep(conversation_id, fields)

    async def offer(self, conversation_id: str, payloads: tuple[str, ...]) -> None:
        """Remembers what a numbered list offered. Raises ConversationUnknownError."""
        cipher = await self._store.cipher(conversation_id)
        await self._keep(conversation_id, {"choices": cipher.seal("\n".join(payloads).encode())})

    # -- what was delivered ------------------------------------------------------------------

    async def delivered(self, conversation_id: str, position: str, part: int = 0, number: str = "") -> bool:
        """Everything up to ``position`` was sent, and ``part`` parts of the next message.

        ``number``: the app's number of the last one, where it can be deleted from the phone.
        Never moves back: another process may have got further meanwhile.
        False: the conversation was erased meanwhile, and nothing was written.
        """
        return await self._keep(conversation_id, {}, number, (position, part))

    async def on_phone(self, conversation_id: str, number: str) -> bool:
        """A message with this number of the app's is on their phone. False: the conversation is erased."""
        return await self._keep(conversation_id, {}, number)

    async def _keep(
        self,
        conversation_id: str,
        fields: Mapping[str, str | bytes | int],
        number: str = "",
        reached: tuple[str, int | str] = ("", ""),
    ) -> bool:
        """One step in Redis: an erased conversation stays so, whatever was under way. False when it is."""
        at = [keys.data_key(conversation_id), keys.address(conversation_id), keys.delivered(conversation_id)]
        pairs = [each for pair in fields.items() for each in pair]
        async with redis_faults():
            return bool(await self._write(keys=at, args=[self._ttl_ms, number, *reached, *pairs]))

    async def reachable(self, channel: str) -> list[str]:
        """The conversations of an app; those that expired are dropped from the list."""
        key = keys.reachable(channel)
        async with redis_faults():
            await self._redis.zremrangebyscore(key, "-inf", now_ms() - 2 * self._ttl_ms)
            return [each.decode() for each in await self._redis.zrange(key, 0, -1)]

    async def unreachable(self, channel: str, conversation_id: str) -> None:
        """The conversation is gone."""
        async with redis_faults():
            await self._redis.zrem(keys.reachable(channel), conversation_id)

    # -- once, and by one process -------------------------------------------------------------

    async def was_handled(self, channel: str, arrival_id: str) -> bool:
        """Whether this delivery of the app was handled before."""
        async with redis_faults():
            return bool(await self._redis.exists(self._handled(channel, arrival_id)))

    async def mark_handled(self, channel: str, arrival_id: str) -> None:
        async with redis_faults():
            await self._redis.set(self._handled(channel, arrival_id), b"1", px=HANDLED_FOR_MS)

    async def leads(self, channel: str, name: str) -> bool:
        """Whether the process of this name is the one that sends for an app, for ``LEASE_MS`` from now."""
        async with redis_faults():
            return bool(await self._lead(keys=[keys.leader(channel)], args=[name, LEASE_MS]))

    async def resign(self, channel: str, name: str) -> None:
        """Lets another process send at once."""
        async with redis_faults():
            if await self._redis.get(keys.leader(channel)) == name.encode():
                await self._redis.delete(keys.leader(channel))

    def _handled(self, channel: str, arrival_id: str) -> str:
        return keys.handled(channel, self.fingerprint(channel, f"delivery {arrival_id}"))
