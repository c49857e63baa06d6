"""Everything a messaging app shows comes from the log, by position: a restart loses nothing.

One process of all sends for an app (a lease in Redis): the app's limits count for all of them together, and
two senders would say things twice. How far it got is written down after every message the app took. What
was on the wire when a process was killed is sent again: no app lets us ask whether it arrived, and twice
is better than never.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from handoff.channels.channel import (
    Channel,
    Part,
    PartRefusedError,
    Take,
    TryLaterError,
    UnreachableError,
)
from handoff.channels.parts import PartWords, parts_of
from handoff.channels.patience import patiently
from handoff.channels.staff_notes import StaffNotes
from handoff.conversation import Author, Conversation, Message
from handoff.errors import ConversationUnknownError, StoreUnavailableError, places_of
from handoff.quiet_hours import is_open
from handoff.store.addresses import LEASE_MS, Address, Addresses
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed
from handoff.together import Together

logger = logging.getLogger(__name__)

RENEW_SECONDS = LEASE_MS / 3000
LOOK_AGAIN_SECONDS = 10.0  # mends lost notices, and opens the hours that people chose
TYPING_SHOWN_SECONDS = 4.0  # apps show it for five
LONGEST_PAUSE_SECONDS = 300.0
# What waits for the app's limits has passed the question who leads: no more of it than goes out in a second.
MOST_ON_THE_WIRE = 30


class LeadLostError(Exception):
    """Another process sends for this app now."""


class Words(PartWords, Protocol):
    def of(self, conversation: Conversation) -> Words: ...


class Delivery:
    """Sends for one app, while this process leads."""

    def __init__(
        self,
        channel: Channel,
        store: ConversationStore,
        feed: Feed,
        addresses: Addresses,
        notes: StaffNotes,
        words: Words,
        take: Take,
    ) -> None:
        self._channel = channel
        self._store = store
        self._feed = feed
        self._addresses = addresses
        self._notes = notes
        self._words = words
        self._take = take
        self._name = secrets.token_hex(8)
        self._leads_until = 0.0
        self._at_work: set[str] = set()
        self._news: set[str] = set()
        self._sending: set[asyncio.Task[None]] = set()
        self._wire = asyncio.Semaphore(MOST_ON_THE_WIRE)
        self._typing_shown: dict[str, float] = {}

    async def run(self) -> None:
        """Leads when nobody does, until cancelled."""
        while True:
            try:
                # What an earlier lead put on the wire would be sent again. Not for longer than it takes
                # another process to lead: everybody else waits meanwhile.
                await self._settle(LEASE_MS / 1000)
                if await self._renew_lead():
                    await self._lead()
            except (LeadLostError, StoreUnavailableError):
                logger.warning("%s: another process sends, or Redis is away", self._channel.name)
            except Exception as error:
                logger.error("%s: %s", self._channel.name, type(error).__name__)
            await asyncio.sleep(RENEW_SECONDS / 2)

    async def finish(self) -> None:
        """Waits for what is on the wire (at shut-down), and lets another process send at once."""
        await self._settle(5)
        await self._addresses.resign(self._channel.name, self._name)

    async def _settle(self, seconds: float) -> None:
        """Waits for what is on the wire."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=seconds)

    async def _lead(self) -> None:
        self._at_work.clear()
        self._news.clear()
        together = Together()
        together.create_task(self._keep_lead())
        together.create_task(self._fetch())
        together.create_task(self._follow(together))
        await together.until_one_fails()

    async def _keep_lead(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if not await self._renew_lead():
                raise LeadLostError

    async def _renew_lead(self) -> bool:
        asked = time.monotonic()
        leads = await self._addresses.leads(self._channel.name, self._name)
        self._leads_until = asked + LEASE_MS / 1000 if leads else 0.0
        return leads

    def _require_lead(self) -> None:
        """By our own clock, which counts from before Redis was asked: a process that slept knows it."""
        if time.monotonic() >= self._leads_until:
            raise LeadLostError

    async def _fetch(self) -> None:
        """Tells the app where to deliver, or asks it for what is new, whatever happens on the way."""
        while True:
            pause = 1.0
            try:
                await self._channel.open()
                await self._channel.fetch(self._take)
            except TryLaterError as error:
                pause = min(error.seconds, LONGEST_PAUSE_SECONDS)
            except (UnreachableError, PartRefusedError) as error:
                logger.error("%s refuses us: %s", self._channel.name, type(error).__name__)
                pause = LONGEST_PAUSE_SECONDS
            except StoreUnavailableError:
                logger.warning("%s: Redis is away", self._channel.name)
            await asyncio.sleep(pause)

    async def _follow(self, together: Together) -> None:
        with self._feed.listen() as listener:
            hints: set[str] = {"changed"}
            looked_at = 0.0
            while True:
                every = time.monotonic() - looked_at > LOOK_AGAIN_SECONDS
                for hint in hints:
                    conversation_id, _, what = hint.partition(" ")
                    if not what:
                        every = True  # the feed was away
                    elif what == "typing:counsellor":
                        together.create_task(self._show_typing(conversation_id))
                    else:
                        self._wake(together, conversation_id)
                if every:
                    looked_at = time.monotonic()
                    for conversation_id in await self._addresses.reachable(self._channel.name):
                        self._wake(together, conversation_id)
                hints = await listener.changed(LOOK_AGAIN_SECONDS)

    def _wake(self, together: Together, conversation_id: str) -> None:
        """One task a conversation: its messages keep their order."""
        self._news.add(conversation_id)
        if conversation_id not in self._at_work:
            self._at_work.add(conversation_id)
            together.create_task(self._bring_up_to_date(conversation_id))

    async def _bring_up_to_date(self, conversation_id: str) -> None:
        while True:
            if conversation_id not in self._news:
                self._at_work.discard(conversation_id)  # nothing runs between the two: no news is missed
                return
            self._news.discard(conversation_id)
            try:
                await self._deliver(conversation_id)
            except TryLaterError as error:
                self._news.add(conversation_id)
                await asyncio.sleep(min(error.seconds, LONGEST_PAUSE_SECONDS))
            except StoreUnavailableError:
                self._news.add(conversation_id)
                await asyncio.sleep(RENEW_SECONDS / 2)
            except UnreachableError:
                await self._notes.blocked(conversation_id)
            except ConversationUnknownError:
                await self._addresses.unreachable(self._channel.name, conversation_id)
            except LeadLostError:
                raise
            except Exception as error:
                # One that cannot be read (its master key is gone), or a bug of ours: all the others still
                # get what is for them, and this one is tried again at the next look around.
                self._log_fault(error)

    def _log_fault(self, error: Exception) -> None:
        logger.error("%s: could not deliver: %s", self._channel.name, places_of(error))

    async def _deliver(self, conversation_id: str) -> None:
        address = await self._addresses.of(self._channel.name, conversation_id)
        if address is None or address.blocked:
            return
        messages = await self._store.read(conversation_id, address.position)
        if all(each.author is Author.YOUNG_PERSON for each in messages):
            return  # their own words: read over again with the answer
        conversation = await self._store.get(conversation_id)
        words = self._words.of(conversation)
        position, done, noted = address.position, address.part, True
        for message in messages:
            parts = parts_of(message, self._channel, words, address.covered)
            if parts and not await self._may_send(address, message):
                if message.author is Author.COUNSELLOR:
                    break  # kept for when they are back
                parts = []  # a robot's word of then says nothing later
            await self._send_all(address, message, parts, position, done)
            # What was sent was written down with its last part.
            position, noted, done = message.position, len(parts) > done, 0
        if not noted:
            await self._addresses.delivered(conversation_id, position)

    async def _may_send(self, address: Address, message: Message) -> bool:
        """Whether the person wants to be written to now, and the app allows it."""
        now = datetime.now(UTC)
        after_stop = address.left and _later(message.position, address.left_at)
        if after_stop and not is_open(address.left, now, address.clock):
            return False
        window = self._channel.window
        if window is None or now.timestamp() * 1000 - address.heard_at_ms < window.total_seconds() * 1000:
            return True
        if message.author is Author.COUNSELLOR and not address.knocked:
            await self._knock(address)
        return False

    async def _knock(self, address: Address) -> None:
        """Asks whether they are there, once; where that cannot be asked the counsellor is told."""
        self._require_lead()
        try:
            asked = await self._channel.knock(address.to)
        except PartRefusedError:
            asked = False  # a template that Meta took back, or never approved: asked again it is the same
        if not asked:
            await self._notes.waits(address.conversation_id)
        await self._addresses.write(address.conversation_id, knocked=1)

    async def _send_all(
        self, address: Address, message: Message, parts: Sequence[Part], before: str, done: int
    ) -> None:
        for number, part in enumerate(parts[done:], done + 1):
            last = number == len(parts)
            reached = (message.position, 0) if last else (before, number)
            async with self._wire:
                self._require_lead()
                task = asyncio.create_task(self._send(address, message, part, reached))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
                # What the app took must be written down, even when this process is being stopped.
                await asyncio.shield(task)

    async def _send(self, address: Address, message: Message, part: Part, reached: tuple[str, int]) -> None:
        channel, conversation_id = self._channel, address.conversation_id
        number = ""
        try:
            number = await channel.send(address.to, part)
        except PartRefusedError:
            try:
                number = await channel.send(address.to, Part(part.text))
            except PartRefusedError:
                logger.error("%s would not take a part of %d characters", channel.name, len(part.text))
                if message.author is Author.COUNSELLOR:
                    await self._notes.not_delivered(conversation_id, message.position)
        if part.buttons and not channel.has_buttons:
            await self._addresses.offer(conversation_id, tuple(each.payload for each in part.buttons))
        elif not channel.has_buttons and not reached[1]:
            # The end of a message: a number answers this one now.
            await self._addresses.write(conversation_id, choices="")
        number = number if channel.deletes else ""
        if not await self._addresses.delivered(conversation_id, *reached, number) and number:
            # /oublier came while it was on the wire: it was not in the list of what to delete there.
            with contextlib.suppress(UnreachableError, TryLaterError, PartRefusedError):
                await patiently(lambda: channel.delete(address.to, [number]))

    async def _show_typing(self, conversation_id: str) -> None:
        now = time.monotonic()
        if now - self._typing_shown.get(conversation_id, -TYPING_SHOWN_SECONDS) < TYPING_SHOWN_SECONDS:
            return
        self._typing_shown[conversation_id] = now
        try:
            address = await self._addresses.of(self._channel.name, conversation_id)
            if address is not None and not address.blocked and not address.left:
                await self._channel.show_typing(address.to)
        except UnreachableError:
            await self._notes.blocked(conversation_id)
        except (TryLaterError, PartRefusedError, StoreUnavailableError, ConversationUnknownError):
            logger.info("%s: typing was not shown", self._channel.name)
        except Exception as error:
            self._log_fault(error)
        finally:
            for old in [each for each, at in self._typing_shown.items() if now - at > TYPING_SHOWN_SECONDS]:
                del self._typing_shown[old]


def _later(position: str, than: str) -> bool:
    return tuple(map(int, position.split("-"))) > tuple(map(int, than.split("-")))
