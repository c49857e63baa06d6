"""Conversations in Redis: the encrypted log, who reads now, and the indexes over them."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from handoff.conversation import (
    FRENCH,
    MOVES,
    Audience,
    Author,
    Category,
    Conversation,
    Message,
    Owed,
    Reader,
    RiskLevel,
    StrippedText,
)
from handoff.errors import (
    AnsweredMeanwhileError,
    ConversationUnknownError,
    MoveRefusedError,
    NotYourTurnError,
)
from handoff.store import keys, scripts, serialise
from handoff.store.cipher import ConversationCipher, MasterKey
from handoff.store.connection import RedisClient, redis_faults
from handoff.store.contacts import Contacts
from handoff.store.feed import news_of
from handoff.store.indexes import Indexes
from handoff.store.missed import MissedMessages, typed_words
from handoff.store.waits import Waits

TOKEN_BYTES = 32
PAGE_SILENT_MS = 15_000  # a page that gave no sign of life for so long is taken for gone
LAST_ENTRIES = 16  # of the log, of every author, looked through for the young person's last words
START = "0-0"  # the position before the first message
CLEARED_BY_A_MOVE = (
    "returned",
    "escalated",
    "help_since",
    "away_since",
    "unseen_since",
    "gone_since",
    "owed",
)


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return int(datetime.now(UTC).timestamp() * 1000)


def from_ms(value: bytes | None) -> datetime | None:
    return datetime.fromtimestamp(int(value) / 1000, UTC) if value else None


def _ms(moment: datetime | None) -> int | None:
    return round(moment.timestamp() * 1000) if moment else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class ConversationStore:
    """Every read and write of conversations. Raises StoreUnavailableError when Redis is away."""

    def __init__(
        self,
        redis: RedisClient,
        master_key: MasterKey,
        lifetime: timedelta,
        counsellor_lease: timedelta,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._clock = clock
        self._redis = redis
        self._master = master_key
        self._ttl_ms = int(lifetime.total_seconds() * 1000)
        self._lease_ms = int(counsellor_lease.total_seconds() * 1000)
        self._append = redis.register_script(scripts.APPEND)
        self._move = redis.register_script(scripts.MOVE)
        self._pass = redis.register_script(scripts.PASS)
        self._mark_read = redis.register_script(scripts.MARK_READ)
        self._once = redis.register_script(scripts.ONCE)
        self._write = redis.register_script(scripts.WRITE)
        self.indexes = Indexes(redis)
        self.waits = Waits(redis)
        self.contacts = Contacts(redis, self._ttl_ms)
        self._missed = MissedMessages(redis)

    # -- life and death ------------------------------------------------------------------

    async def open(self, channel: str) -> tuple[str, str]:
        """A new conversation. Returns its id and the token that alone gives access to it."""
        conversation_id = secrets.token_hex(16)
        secret = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock()
        fields = {
            "reader": Reader.ASSISTANT.value,
            "channel": channel,
            "created_at": now,
            "last_message_at": now,
            "token_hash": _hash(secret),
        }
        async with redis_faults(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(keys.state(conversation_id), mapping=fields)
            pipe.pexpire(keys.state(conversation_id), self._ttl_ms)
            pipe.set(
                keys.data_key(conversation_id),
                self._master.new_data_key(conversation_id),
                px=self._ttl_ms,
            )
            await pipe.execute()
            await self.indexes.touch(conversation_id, now)
        return conversation_id, f"{conversation_id}.{secret}"

    async def by_token(self, token: str) -> Conversation:
        """The conversation of a token.

        Raises ConversationUnknownError: forged, expired and erased answer alike.
        """
        conversation_id, _, secret = token.partition(".")
        if not (len(conversation_id) == 32 and conversation_id.isalnum() and conversation_id.isascii()):
            raise ConversationUnknownError
        async with redis_faults():
            stored = await self._redis.hmget(keys.state(conversation_id), "token_hash", "return_token_hash")
        if not any(hmac.compare_digest((each or b"").decode(), _hash(secret)) for each in stored):
            raise ConversationUnknownError
        return await self.get(conversation_id)

    async def token_of_another_device(self, conversation_id: str) -> str:
        """A second token, for whoever came back with a code; an earlier second one stops working."""
        secret = secrets.token_urlsafe(TOKEN_BYTES)
        await self.get(conversation_id)
        await self.write(conversation_id, return_token_hash=_hash(secret))
        return f"{conversation_id}.{secret}"

    async def forget_return_code(self, conversation_id: str) -> None:
        """The conversation's return code, if it has one, opens nothing any more."""
        async with redis_faults():
            fingerprint = await self._redis.hget(keys.state(conversation_id), "return_code")
            if fingerprint:
                await self._redis.delete(keys.return_code(fingerprint.decode()))

    async def get(self, conversation_id: str) -> Conversation:
        """What is known of a conversation. Raises ConversationUnknownError."""
        async with redis_faults(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hgetall(keys.state(conversation_id))
            pipe.get(keys.data_key(conversation_id))
            fields, wrapped = await pipe.execute()
        if not fields.get(b"reader") or wrapped is None:
            raise ConversationUnknownError
        return conversation_of(conversation_id, fields, self._master.cipher(conversation_id, wrapped))

    async def erase(self, conversation_id: str) -> list[str]:
        """Deletes everything about a conversation, Rasa's tracker too. All that is its own goes in one step.

        Returns the app's numbers of the messages on their phone, both sides, for an app that can delete
        them: read in that step, as nothing is added to them after it.
        """
        async with redis_faults():
            await self.contacts.erased(conversation_id, self._clock())
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.lrange(keys.delivered(conversation_id), 0, -1)
                pipe.hget(keys.address(conversation_id), "from")
                pipe.hget(keys.state(conversation_id), "return_code")
                pipe.delete(*keys.of_conversation(conversation_id))
                on_phone, sender, return_code, _ = await pipe.execute()
            if sender:
                await self._redis.delete(keys.sender(sender.decode()))
            if return_code:
                await self._redis.delete(keys.return_code(return_code.decode()))
            await self.forget_tracker(conversation_id)
            await self.indexes.forget(conversation_id)
            await self.announce(conversation_id, "erased")
        return [each.decode() for each in on_phone]

    async def forget_tracker(self, conversation_id: str) -> None:
        """Deletes what Rasa keeps of a conversation."""
        async with redis_faults():
            await self._redis.delete(keys.RASA_TRACKER_PREFIX + conversation_id)

    # -- the log -------------------------------------------------------------------------

    async def append(
        self,
        conversation_id: str,
        message: Message,
        *,
        counsellor_id: int | None = None,
        answers: str = "",
        only_if_pending: str = "",
        seen_counsellor: str = "",
        also: dict[str, str | int] | None = None,
    ) -> tuple[str, bool]:
        """Stores a message and returns its position, and whether it was there already.

        ``answers``: position of the young person's message this one is an outcome of.
        ``only_if_pending``: write only while that message still waits for an outcome.
        ``seen_counsellor``: write only if no counsellor's message came after this position.
        ``also``: fields of the state written in the same step (``level`` only ever rises).
        Raises ConversationUnknownError, NotYourTurnError (somebody else owns the conversation),
        AnsweredMeanwhileError.
        """
        cipher = await self.cipher(conversation_id)
        now = self._clock()
        pairs: list[str | int] = [part for pair in (also or {}).items() for part in pair]
        arguments: list[Any] = [
            message.client_id or "",
            message.author.value,
            counsellor_id or "",
            answers,
            only_if_pending,
            cipher.seal(serialise.dump(message)),
            self._ttl_ms,
            now,
            seen_counsellor,
            *pairs,
        ]
        async with redis_faults():
            if message.author is Author.YOUNG_PERSON:
                # Before the message itself: whatever dies after this line, the keeper will look.
                await self.indexes.expect_outcome(conversation_id, now)
            result = await self._append(keys=keys.of_new_message(conversation_id), args=arguments)
            outcome = result[0].decode()
            if outcome == "unknown":
                raise ConversationUnknownError
            if outcome == "not_your_turn":
                raise NotYourTurnError(result[1].decode())
            if outcome == "meanwhile":
                raise AnsweredMeanwhileError
            position = result[1].decode()
            if outcome == "ok":
                await self.indexes.after_append(
                    conversation_id,
                    message.author,
                    now,
                    self._ttl_ms,
                    pending=bool(result[3]),
                    sender=result[2].decode(),
                )
        return position, outcome == "duplicate"

    async def read(self, conversation_id: str, after: str = START) -> list[Message]:
        """The messages after a position, oldest first. Raises ConversationUnknownError."""
        async with redis_faults(), self._redis.pipeline(transaction=False) as pipe:
            pipe.get(keys.data_key(conversation_id))
            pipe.xrange(keys.log(conversation_id), min=f"({after}")
            wrapped, entries = await pipe.execute()
        cipher = self._opened(conversation_id, wrapped)
        return [serialise.load(pos.decode(), cipher.open(fields[b"m"])) for pos, fields in entries]

    async def last_words(self, conversation_id: str) -> list[StrippedText]:
        """What the young person typed lately, oldest first. Raises ConversationUnknownError."""
        async with redis_faults(), self._redis.pipeline(transaction=False) as pipe:
            pipe.get(keys.data_key(conversation_id))
            pipe.xrevrange(keys.log(conversation_id), count=LAST_ENTRIES)
            wrapped, entries = await pipe.execute()
        cipher = self._opened(conversation_id, wrapped)
        found = [typed_words(pos.decode(), cipher.open(fields[b"m"])) for pos, fields in reversed(entries)]
        return [text for text in found if text is not None]

    # -- what found no good answer ---------------------------------------------------------

    async def note_missed(self, conversation_id: str, position: str, missed: str) -> None:
        """The message at a position, or the one before it (``missed`` is "before"), got no good answer."""
        async with redis_faults():
            with contextlib.suppress(ConversationUnknownError):
                cipher = await self.cipher(conversation_id)
                if missed == "before":
                    await self._missed.note_before(conversation_id, position, cipher, now_ms())
                else:
                    await self._missed.note(conversation_id, position, now_ms())

    async def missed_words(self) -> list[tuple[str, StrippedText]]:
        """The messages that got no good answer, of conversations not erased: (conversation, words)."""
        found: list[tuple[str, StrippedText]] = []
        async with redis_faults():
            for conversation_id in await self._missed.conversations():
                try:
                    cipher = await self.cipher(conversation_id)
                except ConversationUnknownError:
                    await self._missed.forget(conversation_id)
                    continue
                found += [
                    (conversation_id, text) for text in await self._missed.words(conversation_id, cipher)
                ]
        return found

    # -- who reads now -------------------------------------------------------------------

    async def move(
        self,
        conversation_id: str,
        wanted: Reader,
        *,
        only_from: Sequence[Reader] | None = None,
        owned_by: int | None = None,
        new_owner: int | None = None,
        also: dict[str, str | int] | None = None,
    ) -> Reader:
        """Changes who reads, in one step, and returns who read before.

        Raises MoveRefusedError when the conversation is not (any more) where the move starts
        from, or not owned by ``owned_by``; ConversationUnknownError when it is gone.
        """
        allowed = [reader for reader, targets in MOVES.items() if wanted in targets]
        if only_from is not None:
            allowed = [reader for reader in allowed if reader in only_from]
        fields = dict(also or {})
        if wanted is Reader.WAITING:
            fields.setdefault("waiting_since", self._clock())
        else:
            fields["waiting_since"] = ""
        if wanted is Reader.COUNSELLOR:
            fields["unread_since"] = self._clock()  # whoever takes it has not had the time to read
        for field in CLEARED_BY_A_MOVE:
            fields.setdefault(field, "")
        pairs: list[str | int] = [part for pair in fields.items() for part in pair]
        arguments: list[Any] = [wanted.value, ",".join(allowed), owned_by or "", new_owner or "", *pairs]
        async with redis_faults():
            state = keys.state(conversation_id)
            since, gone = await self._redis.hmget(state, "waiting_since", "gone_since")
            result = await self._move(keys=[keys.state(conversation_id)], args=arguments)
            outcome = result[0].decode()
            if outcome == "unknown":
                raise ConversationUnknownError
            if outcome == "refused":
                raise MoveRefusedError(result[1].decode())
            if wanted is Reader.COUNSELLOR and since and not gone:
                await self.waits.record(self._clock() - int(since))
            before = Reader(result[1].decode())
            await self.contacts.moved(conversation_id, before, wanted, self._clock())
            await self.reindex(conversation_id)
            await self.announce(conversation_id)
        return before

    async def reindex(self, conversation_id: str) -> None:
        """Makes the indexes agree with the conversation itself, which is the truth."""
        try:
            conversation = await self.get(conversation_id)
        except ConversationUnknownError:
            await self.indexes.forget(conversation_id)
            return
        async with redis_faults():
            await self.indexes.place(conversation, await self.pending(conversation_id))
            if conversation.reader is Reader.COUNSELLOR:
                # A fresh claim holds for one lease even if the console dies at once.
                await self.indexes.start_lease(conversation_id, self._clock() + self._lease_ms)

    async def write(self, conversation_id: str, **fields: str | int) -> None:
        """Writes plain fields of the state, unless the conversation is gone meanwhile."""
        pairs = [part for pair in fields.items() for part in pair]
        async with redis_faults():
            if await self._write(keys=[keys.state(conversation_id)], args=pairs):
                await self.announce(conversation_id)

    async def correct_level(self, conversation_id: str, level: RiskLevel, counsellor_id: int) -> Conversation:
        """A counsellor's own reading of the level: the one way down. Returns the conversation as it was.

        Raises ConversationUnknownError, NotYourTurnError.
        """
        before = await self.get(conversation_id)
        if before.counsellor_id != counsellor_id:
            raise NotYourTurnError(before.reader.value)
        await self.write(conversation_id, level=int(level), quiet_since="")
        await self.reindex(conversation_id)
        return before

    async def write_reason(self, conversation_id: str, reason: str) -> None:
        """Keeps the words that triggered a hand-over, encrypted like the messages they come from."""
        cipher = await self.cipher(conversation_id)
        sealed = cipher.seal(json.dumps(reason, ensure_ascii=False).encode())
        async with redis_faults():
            await self._write(keys=[keys.state(conversation_id)], args=["reason", sealed])

    async def pending(self, conversation_id: str) -> str | None:
        """Position of the young person's last message if it has no outcome yet."""
        async with redis_faults():
            value = await self._redis.hget(keys.state(conversation_id), "pending")
        return value.decode() if value else None

    def now_ms(self) -> int:
        """The store's clock, milliseconds since the epoch."""
        return self._clock()

    async def minutes_left(self, conversation: Conversation) -> int | None:
        """About how many minutes somebody who waits still has to wait; None when nobody can tell."""
        if conversation.waiting_since is None:
            return None
        async with redis_faults():
            return await self.waits.minutes_left(conversation.waiting_since, self._clock())

    async def open_count(self) -> int:
        """How many conversations have not ended."""
        async with redis_faults():
            return await self.indexes.open_count()

    async def unanswered(self, older_than: timedelta) -> int:
        """How many conversations have had a message without an outcome for so long."""
        before_ms = now_ms() - int(older_than.total_seconds() * 1000)
        async with redis_faults():
            return len(await self.indexes.pending_since(before_ms))

    async def counsellors_on_duty(self) -> int:
        """How many counsellors have an open console now."""
        async with redis_faults():
            return await self.indexes.counsellors_on_duty(self._clock() - self._lease_ms)

    async def pass_on(self, conversation_id: str, to: int, name: str, *, owned_by: int | None = None) -> int:
        """Gives a held conversation to another counsellor, in one step; returns who held it.

        ``name``: theirs, as the young person reads it.

        Raises MoveRefusedError when nobody holds it, ``owned_by`` does not, or ``to`` does already;
        ConversationUnknownError.
        """
        async with redis_faults():
            result = await self._pass(
                keys=[keys.state(conversation_id)], args=[owned_by or "", to, name, self._clock()]
            )
            outcome = result[0].decode()
            if outcome == "unknown":
                raise ConversationUnknownError
            if outcome == "refused":
                raise MoveRefusedError(result[1].decode())
            await self.indexes.renew_lease(conversation_id, self._clock() + self._lease_ms)
            await self.announce(conversation_id)
        return int(result[1])

    async def held_by(self, counsellor_id: int) -> int:
        """How many conversations a counsellor holds now."""
        async with redis_faults():
            held = await self.indexes.held()
            async with self._redis.pipeline(transaction=False) as pipe:
                for each in held:
                    pipe.hmget(keys.state(each), "reader", "counsellor_id")
                states = await pipe.execute()
        theirs = [Reader.COUNSELLOR.value.encode(), str(counsellor_id).encode()]
        return sum(state == theirs for state in states)

    async def keep_leases(self, conversation_ids: Sequence[str]) -> None:
        """A console is open: its counsellor keeps these conversations one more lease."""
        until = self._clock() + self._lease_ms
        async with redis_faults():
            for conversation_id in conversation_ids:
                await self.indexes.renew_lease(conversation_id, until)

    async def restart_leases(self) -> None:
        """Every counsellor keeps their conversations one whole lease from now."""
        async with redis_faults():
            await self.indexes.restart_leases(self._clock() + self._lease_ms)

    async def mark_read(self, conversation_id: str, position: str, *, by_young_person: bool = False) -> None:
        """A counsellor (or the young person) saw everything up to this position. Never goes back."""
        field = "young_read" if by_young_person else "read_position"
        async with redis_faults():
            if await self._mark_read(keys=[keys.state(conversation_id)], args=[position, field]):
                await self.announce(conversation_id)

    async def once(self, conversation_id: str, field: str, value: str | int) -> bool:
        """Writes a field; of several processes that do so at once with one value, one gets True."""
        async with redis_faults():
            return bool(await self._once(keys=[keys.state(conversation_id)], args=[field, value]))

    async def count_exit_answer(self, conversation_id: str, answer: str) -> bool:
        """Counts an answer to the question asked at the end. False when one was counted before."""
        if not await self.once(conversation_id, "exit_answered", 1):
            return False
        async with redis_faults():
            await self._redis.hincrby(keys.EXIT_ANSWERS, answer, 1)
            await self._redis.pexpire(keys.EXIT_ANSWERS, self._ttl_ms)
        return True

    async def page_open(self, conversation_id: str) -> None:
        """The young person's page is open."""
        async with redis_faults():
            await self.indexes.online(conversation_id, self._clock())

    async def page_closed(self, conversation_id: str) -> None:
        """The young person's page went away."""
        async with redis_faults():
            await self.indexes.offline(conversation_id)

    async def page_is_open(self, conversation_id: str) -> bool:
        """Whether the young person's page gave a sign of life lately."""
        async with redis_faults():
            return await self.indexes.is_online(conversation_id, self._clock() - PAGE_SILENT_MS)

    # -- who waits and closed their page ---------------------------------------------------

    async def page_unseen(self, conversation_id: str) -> None:
        """The page of somebody who waits is closed, as far as is known from now on."""
        await self.write(conversation_id, unseen_since=self._clock())

    async def mark_gone(self, conversation: Conversation) -> None:
        """Their page stayed closed: that contact is over, and they stand behind whoever is still there."""
        left_ms = _ms(conversation.unseen_since) or self._clock()
        if await self.once(conversation.id, "gone_since", left_ms):
            async with redis_faults():
                await self.contacts.left(conversation.id, left_ms, self._clock())
        await self._replace(conversation.id)

    async def came_back(self, conversation: Conversation) -> None:
        """Their page is open again: they stand where they stood, and a contact begins if one had ended."""
        await self.write(conversation.id, unseen_since="", gone_since="")
        if conversation.gone_since:
            async with redis_faults():
                await self.contacts.came_back(conversation.id, self._clock())
            await self._replace(conversation.id)

    async def _replace(self, conversation_id: str) -> None:
        await self.reindex(conversation_id)
        await self.announce(conversation_id)

    async def waiting(self) -> list[Conversation]:
        """The waiting list, most urgent first."""
        async with redis_faults():
            found = [await self._find(name) for name in await self.indexes.waiting()]
        return [each for each in found if each is not None and each.reader is Reader.WAITING]

    async def _find(self, conversation_id: str) -> Conversation | None:
        try:
            return await self.get(conversation_id)
        except ConversationUnknownError:
            return None

    async def announce(self, conversation_id: str, what: str = "changed") -> None:
        """Tells every process that something of a conversation changed (``handoff.store.feed``)."""
        async with redis_faults():
            await self._redis.publish(keys.CHANGES, news_of(conversation_id, what))

    async def cipher(self, conversation_id: str) -> ConversationCipher:
        """What opens a conversation's entries. Raises ConversationUnknownError."""
        # Read each time, never cached: once the key is deleted nobody can read or write any more.
        async with redis_faults():
            return self._opened(conversation_id, await self._redis.get(keys.data_key(conversation_id)))

    def _opened(self, conversation_id: str, wrapped: bytes | None) -> ConversationCipher:
        if wrapped is None:
            raise ConversationUnknownError
        return self._master.cipher(conversation_id, wrapped)


def conversation_of(
    conversation_id: str, fields: dict[bytes, bytes], cipher: ConversationCipher
) -> Conversation:
    """A conversation from the fields of its state."""

    def word(name: bytes) -> str | None:
        value = fields.get(name)
        return value.decode() if value else None

    def number(name: bytes) -> int:
        return int(fields.get(name) or 0)

    sealed_reason = fields.get(b"reason")
    return Conversation(
        id=conversation_id,
        reader=Reader(fields[b"reader"].decode()),
        level=RiskLevel(number(b"level")),
        category=Category(word(b"category") or Category.NONE),
        channel=word(b"channel") or "",
        counsellor_id=number(b"counsellor_id") or None,
        counsellor_name=word(b"counsellor_name"),
        created_at=from_ms(fields.get(b"created_at")),
        last_message_at=from_ms(fields.get(b"last_message_at")),
        waiting_since=from_ms(fields.get(b"waiting_since")),
        departement=word(b"departement"),
        language=word(b"language") or FRENCH,
        audience=Audience(word(b"audience") or Audience.YOUNG_PERSON),
        asked_for_person=bool(number(b"asked")),
        owed=Owed(word(b"owed") or Owed.NOTHING),
        refused_level=RiskLevel(number(b"refused_level")),
        safety_shown=RiskLevel(number(b"safety_shown")),
        read_position=word(b"read_position"),
        quiet_since=from_ms(fields.get(b"quiet_since")),
        wait_told=from_ms(fields.get(b"wait_told")),
        unseen_since=from_ms(fields.get(b"unseen_since")),
        gone_since=from_ms(fields.get(b"gone_since")),
        turns=number(b"turns"),
        returned=bool(number(b"returned")),
        unread=number(b"unread"),
        unread_since=from_ms(fields.get(b"unread_since")),
        young_read=word(b"young_read"),
        help_since=from_ms(fields.get(b"help_since")),
        away_since=from_ms(fields.get(b"away_since")),
        escalated=bool(number(b"escalated")),
        notes=number(b"notes"),
        waited_ms=number(b"waited_ms"),
        reason=json.loads(cipher.open(sealed_reason)) if sealed_reason else "",
        cards_shown=number(b"cards_shown"),
        checked_topic=word(b"checked_topic") or "",
        checked_turn=number(b"checked_turn"),
    )
