"""Somebody in danger now waits and nobody comes, or writes and nobody reads: supervisors are called, then
people outside.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from handoff.conversation import Conversation, Reader, RiskLevel
from handoff.errors import StoreUnavailableError
from handoff.staff.board import Board
from handoff.store.conversations import ConversationStore

logger = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
TRY_AGAIN_SECONDS = 30.0


class Calls(Protocol):
    """The alarm (``handoff.staff.alarm``)."""

    @property
    def calls_anybody(self) -> bool: ...
    async def call(self, waited: timedelta) -> bool: ...


class Escalation:
    """Runs in every staff process; what it does once is decided in Redis."""

    def __init__(
        self,
        board: Board,
        store: ConversationStore,
        alarm: Calls,
        supervisors_after: timedelta,
        outside_after: timedelta,
    ) -> None:
        self._board = board
        self._store = store
        self._alarm = alarm
        self._supervisors_after = supervisors_after
        self._outside_after = outside_after
        self._quiet_until = 0.0

    async def run(self) -> None:
        """Looks every second until cancelled."""
        while True:
            try:
                await self.look()
            except StoreUnavailableError:
                logger.warning("escalation: Redis is away")
            except Exception as error:
                # Whatever breaks in one look, the next one comes.
                logger.error("escalation: %s", type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """One look at who waits at level 3, for somebody or for somebody to read."""
        now = datetime.fromtimestamp(self._store.now_ms() / 1000, UTC)
        for glimpse in (*self._board.waiting(), *self._board.held()):
            conversation = glimpse.conversation
            since = _alone_since(conversation)
            if conversation.level is not RiskLevel.IMMINENT or since is None:
                continue
            waited = now - since
            if waited >= self._supervisors_after and not conversation.escalated:
                await self._store.write(conversation.id, escalated=1)
            if waited >= self._outside_after and self._alarm.calls_anybody:
                await self._call_outside(conversation, since, waited)

    async def _call_outside(self, conversation: Conversation, since: datetime, waited: timedelta) -> None:
        """Once a wait, by one process; again after a while when it could not be sent."""
        if time.monotonic() < self._quiet_until:
            return
        wait = round(since.timestamp() * 1000)
        if not await self._store.once(conversation.id, "alarmed", wait):
            return
        if not await self._alarm.call(waited):
            self._quiet_until = time.monotonic() + TRY_AGAIN_SECONDS
            await self._store.write(conversation.id, alarmed="")


def _alone_since(conversation: Conversation) -> datetime | None:
    """Since when nobody takes it, or nobody reads what came in it; None when somebody does.

    Who closed their page while they wait could not be answered now: it stands on the list, and says so.
    """
    if conversation.reader is Reader.COUNSELLOR:
        return conversation.unread_since if conversation.unread else None
    return conversation.waiting_since if conversation.gone_since is None else None
