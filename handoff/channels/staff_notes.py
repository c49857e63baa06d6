"""What the counsellor, and never the young person, is told about the other end of a messaging app."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Protocol

from handoff.conversation import Author, AuthoredText, Message, Reader
from handoff.errors import ConversationUnknownError
from handoff.store.addresses import Addresses
from handoff.store.conversations import ConversationStore


class StaffWords(Protocol):
    def for_staff(self, what: str, **placeholders: str) -> str: ...
    def hours_on(self, window: str, clock: str) -> str: ...


class StaffNotes:
    """Raises StoreUnavailableError."""

    def __init__(self, store: ConversationStore, addresses: Addresses, words: StaffWords) -> None:
        self._store = store
        self._addresses = addresses
        self._words = words

    async def blocked(self, conversation_id: str) -> None:
        """The person blocked us: nothing is sent until they write again."""
        with contextlib.suppress(ConversationUnknownError):
            address = await self._addresses.get(conversation_id)
            await self._addresses.write(conversation_id, blocked=1)
            once = f"blocked since {address.heard_at_ms}"
            await self._tell(conversation_id, once, self._words.for_staff("blocked"))

    async def left(self, conversation_id: str, window: str, clock: str, once: str) -> None:
        """The person said stop, or chose when they may be written to, on which clock."""
        text = self._words.for_staff("left", hours=self._words.hours_on(window, clock))
        await self._tell(conversation_id, f"left {once}", text)

    async def not_delivered(self, conversation_id: str, position: str) -> None:
        """The app would not take the message at this position."""
        text = self._words.for_staff("not_delivered")
        await self._tell(conversation_id, f"not delivered {position}", text)

    async def waits(self, conversation_id: str) -> None:
        """It is long since the person wrote, and the app lets nothing through, not even a question."""
        with contextlib.suppress(ConversationUnknownError):
            address = await self._addresses.get(conversation_id)
            once = f"waits since {address.heard_at_ms}"
            await self._tell(conversation_id, once, self._words.for_staff("waits"))

    async def lost(self, conversation_id: str) -> None:
        """The app took something of ours (it does not say what) and did not deliver it. Said once between two
        signs of life of the person: what they wrote since shows that messages arrive again.
        """
        with contextlib.suppress(ConversationUnknownError):
            address = await self._addresses.get(conversation_id)
            once = f"lost since {address.heard_at_ms}"
            await self._tell(conversation_id, once, self._words.for_staff("lost"))

    async def _tell(self, conversation_id: str, once: str, text: str) -> None:
        with contextlib.suppress(ConversationUnknownError):
            conversation = await self._store.get(conversation_id)
            if conversation.reader not in (Reader.COUNSELLOR, Reader.WAITING):
                return
            note = Message(
                Author.SERVICE, AuthoredText(text), datetime.now(UTC), client_id=once, for_staff=True
            )
            await self._store.append(conversation_id, note)
