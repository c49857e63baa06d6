"""The keeper: a job that makes "never silent" true when something broke on the way.

Every second, one process of all (a lock in Redis) looks for messages without an outcome, for
counsellors whose console went away, for young people who wait too long, closed their page meanwhile or
went quiet after telling of danger, and for conversations that nobody uses any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from handoff.conversation import Author, Conversation, Message, Owed, Reader, Reply, RiskLevel
from handoff.errors import (
    ConversationUnknownError,
    MoveRefusedError,
    NotYourTurnError,
    StoreUnavailableError,
)
from handoff.receive_message import message_of

logger = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
MEND_EVERY_TURNS = 30
WAITS_EVERY_TURNS = 5
CLOCK_JUMPED_MS = 20_000  # more than a slow look, less than a lease


class Indexes(Protocol):
    async def keeper_turn(self, owner: str, seconds: float) -> bool: ...
    async def pending_since(self, before_ms: int) -> list[str]: ...
    async def leases_over(self, now_ms: int) -> list[str]: ...
    async def idle_since(self, before_ms: int) -> list[str]: ...
    async def all_open(self) -> list[str]: ...
    async def waiting(self) -> list[str]: ...
    async def forget(self, conversation_id: str) -> None: ...
    async def renew_file(self) -> None: ...


class Conversations(Protocol):
    @property
    def indexes(self) -> Indexes: ...
    def now_ms(self) -> int: ...
    async def get(self, conversation_id: str) -> Conversation: ...
    async def pending(self, conversation_id: str) -> str | None: ...
    async def append(
        self, conversation_id: str, message: Message, *, answers: str = "", only_if_pending: str = ""
    ) -> tuple[str, bool]: ...
    async def move(
        self,
        conversation_id: str,
        wanted: Reader,
        *,
        only_from: list[Reader] | None = None,
        also: dict[str, str | int] | None = None,
    ) -> Reader: ...
    async def restart_leases(self) -> None: ...
    async def page_is_open(self, conversation_id: str) -> bool: ...
    async def page_unseen(self, conversation_id: str) -> None: ...
    async def mark_gone(self, conversation: Conversation) -> None: ...
    async def came_back(self, conversation: Conversation) -> None: ...
    async def reindex(self, conversation_id: str) -> None: ...
    async def write(self, conversation_id: str, **fields: str | int) -> None: ...


class Words(Protocol):
    def of(self, conversation: Conversation) -> Words: ...
    def help_lines(self) -> Reply: ...
    def counsellor_lost(self) -> Reply: ...
    def ended_idle(self) -> Reply: ...
    def gone_quiet(self) -> Reply: ...
    def still_waiting(self) -> Reply: ...
    def left_the_list(self) -> Reply: ...


class KeeperFigures(Protocol):
    """What operators are told of the keeper's work (metrics)."""

    def looked(self) -> None: ...
    def rescue(self, why: str) -> None: ...


class Keeper:
    """Runs for as long as its process; any number of processes may run one."""

    def __init__(
        self,
        conversations: Conversations,
        words: Words,
        answer_deadline: timedelta,
        idle_end: timedelta,
        gone_quiet: timedelta,
        long_wait: timedelta,
        figures: KeeperFigures | None = None,
        gone: timedelta | None = None,
    ) -> None:
        """``gone``: who waits and whose page stays closed so long is taken for gone; None: nobody is."""
        self._figures = figures
        self._conversations = conversations
        self._words = words
        self._deadline_ms = int(answer_deadline.total_seconds() * 1000)
        self._idle_ms = int(idle_end.total_seconds() * 1000)
        self._quiet_ms = int(gone_quiet.total_seconds() * 1000)
        self._long_wait = long_wait
        self._gone = gone
        self._name = secrets.token_hex(8)
        self._clock_ahead_ms: float | None = None
        self._redis_was_away = False

    async def run(self) -> None:
        """Looks every second until cancelled; an outage of Redis is waited for."""
        turn = 0
        while True:
            try:
                if await self._conversations.indexes.keeper_turn(self._name, EVERY_SECONDS * 0.9):
                    await self.look(mend=turn % MEND_EVERY_TURNS == 0, waits=turn % WAITS_EVERY_TURNS == 0)
                    turn += 1
                    if self._figures:
                        self._figures.looked()
            except StoreUnavailableError:
                self._redis_was_away = True
                logger.warning("keeper: Redis is away")
            except Exception as error:
                # The keeper is the last net: whatever happens in one look, the next one comes.
                logger.error("keeper: %s", type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self, *, mend: bool = False, waits: bool = False) -> None:
        """One look at what cannot wait; at ``waits`` and ``mend`` also at what may be seen a little later."""
        now = self._conversations.now_ms()
        indexes = self._conversations.indexes
        if self._clock_jumped(now):
            # Every moment kept is wrong by as much: no lease ends and nothing is closed because of it.
            logger.warning("the clock jumped: every counsellor keeps their conversations one more lease")
            await self._conversations.restart_leases()
            return
        if self._redis_was_away:
            # Consoles that were open all along could not renew their leases.
            await self._conversations.restart_leases()
            self._redis_was_away = False
            return
        if waits:
            for conversation_id in await indexes.waiting():
                await self._notice_who_left(conversation_id)
                await self._own_up_to_a_long_wait(conversation_id)
        if mend:
            await indexes.renew_file()
            await self._reconcile(now)
            for conversation_id in await indexes.idle_since(now - self._quiet_ms):
                await self._ask_after(conversation_id)
        for conversation_id in await indexes.pending_since(now - self._deadline_ms):
            await self._answer_overdue(conversation_id)
        for conversation_id in await indexes.leases_over(now):
            await self._take_back(conversation_id)
        for conversation_id in await indexes.idle_since(now - self._idle_ms):
            await self._end_idle(conversation_id)

    async def _reconcile(self, now: int) -> None:
        """The never-silent rule checked on the conversations themselves, not on the index over them.

        Every open conversation is looked at; a message past the deadline that the index does not know of is
        put back there, so that this very look answers it, and counted: it should never be.
        """
        indexed = set(await self._conversations.indexes.pending_since(now))
        for conversation_id in await self._conversations.indexes.all_open():
            await self._conversations.reindex(conversation_id)
            if conversation_id in indexed:
                continue
            position = await self._conversations.pending(conversation_id)
            if position is not None and int(position.partition("-")[0]) <= now - self._deadline_ms:
                logger.error("a message without an outcome was missing from the index")
                self._rescued("missed")

    def _rescued(self, why: str) -> None:
        if self._figures:
            self._figures.rescue(why)

    def _clock_jumped(self, now_ms: int) -> bool:
        """Whether the clock of the day moved otherwise than time did since the last look."""
        ahead_ms = now_ms - time.monotonic() * 1000
        before, self._clock_ahead_ms = self._clock_ahead_ms, ahead_ms
        return before is not None and abs(ahead_ms - before) > CLOCK_JUMPED_MS

    async def _answer_overdue(self, conversation_id: str) -> None:
        try:
            position = await self._conversations.pending(conversation_id)
            if position is None:
                await self._conversations.reindex(conversation_id)
                return
            logger.error("a message had no outcome in time: help lines shown")
            self._rescued("late")
            conversation = await self._conversations.get(conversation_id)
            await self._call_who_is_owed(conversation)
            reply = self._words.of(conversation).help_lines()
            await self._conversations.append(
                conversation_id,
                message_of(reply, Author.SERVICE, conversation.language),
                answers=position,
                only_if_pending=position,
            )
        except (ConversationUnknownError, NotYourTurnError):
            await self._conversations.reindex(conversation_id)

    async def _call_who_is_owed(self, conversation: Conversation) -> None:
        """A person was to be called for this message, and whoever was about to is gone."""
        if conversation.owed is Owed.NOTHING:
            return
        logger.error("somebody was owed a person: on the waiting list now")
        also: dict[str, str | int] = {"asked": 1} if conversation.owed is Owed.ASKED else {}
        with contextlib.suppress(MoveRefusedError):  # meanwhile they wait, or have one
            only_from = [Reader.ASSISTANT]
            await self._conversations.move(conversation.id, Reader.WAITING, only_from=only_from, also=also)

    async def _take_back(self, conversation_id: str) -> None:
        """The counsellor's console is gone: back to the head of the list, and the young person is told."""
        try:
            await self._conversations.move(
                conversation_id, Reader.WAITING, only_from=[Reader.COUNSELLOR], also={"returned": 1}
            )
            conversation = await self._conversations.get(conversation_id)
            await self._tell(conversation, self._words.of(conversation).counsellor_lost())
        except (MoveRefusedError, ConversationUnknownError):
            await self._conversations.reindex(conversation_id)

    async def _notice_who_left(self, conversation_id: str) -> None:
        """Who closed their page while they wait is marked, and marked no more when they come back.

        Nobody in danger is taken off the list by it: a line that broke, or somebody who walked in, looks the
        same from here. Below level 2, who stays away as long as a conversation may be idle gives their
        place up, and reads so when they come back. A messaging app has no page that could be closed.
        """
        if self._gone is None:
            return
        try:
            conversation = await self._conversations.get(conversation_id)
            if conversation.channel != "web" or conversation.reader is not Reader.WAITING:
                return
            unseen = conversation.unseen_since
            if await self._conversations.page_is_open(conversation_id):
                if unseen is not None:
                    await self._conversations.came_back(conversation)
            elif unseen is None:
                await self._conversations.page_unseen(conversation_id)
            else:
                away_ms = self._conversations.now_ms() - round(unseen.timestamp() * 1000)
                if conversation.gone_since is None and away_ms >= self._gone.total_seconds() * 1000:
                    await self._conversations.mark_gone(conversation)
                elif conversation.level < RiskLevel.HIGH and away_ms >= self._idle_ms:
                    await self._end_gone(conversation)
        except ConversationUnknownError:
            await self._conversations.indexes.forget(conversation_id)

    async def _end_gone(self, conversation: Conversation) -> None:
        try:
            await self._conversations.move(conversation.id, Reader.CLOSED, only_from=[Reader.WAITING])
            await self._tell(conversation, self._words.of(conversation).left_the_list())
        except MoveRefusedError:
            await self._conversations.reindex(conversation.id)

    async def _own_up_to_a_long_wait(self, conversation_id: str) -> None:
        """Nobody picked the conversation up: said plainly, once a wait, with what is open now."""
        try:
            conversation = await self._conversations.get(conversation_id)
            since = conversation.waiting_since
            if (
                since is None
                or conversation.gone_since is not None
                or conversation.wait_told == since
                or datetime.now(UTC) - since < self._long_wait
            ):
                return
            await self._conversations.write(conversation_id, wait_told=round(since.timestamp() * 1000))
            await self._tell(conversation, self._words.of(conversation).still_waiting())
        except ConversationUnknownError:
            await self._conversations.indexes.forget(conversation_id)

    async def _ask_after(self, conversation_id: str) -> None:
        """No word for a while after a message of level 2 or 3: a gentle one from us, and a flag, once."""
        try:
            conversation = await self._conversations.get(conversation_id)
            closed = conversation.reader is Reader.CLOSED
            if conversation.level < RiskLevel.HIGH or conversation.quiet_since or closed:
                return
            await self._conversations.write(conversation_id, quiet_since=self._conversations.now_ms())
            await self._tell(conversation, self._words.of(conversation).gone_quiet())
        except ConversationUnknownError:
            await self._conversations.indexes.forget(conversation_id)

    async def _end_idle(self, conversation_id: str) -> None:
        """Ends what nobody took. A conversation that waits or is held is never ended for being quiet."""
        try:
            await self._conversations.move(conversation_id, Reader.CLOSED, only_from=[Reader.ASSISTANT])
            conversation = await self._conversations.get(conversation_id)
            if conversation.channel == "web":  # in a messaging app a phone would ring, for nothing
                await self._tell(conversation, self._words.of(conversation).ended_idle())
        except MoveRefusedError:
            return
        except ConversationUnknownError:
            await self._conversations.indexes.forget(conversation_id)

    async def _tell(self, conversation: Conversation, reply: Reply) -> None:
        message = message_of(reply, Author.SERVICE, conversation.language)
        await self._conversations.append(conversation.id, message)
