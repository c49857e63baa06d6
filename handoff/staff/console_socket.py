"""One open console: the waiting list, the counsellor's conversations, and what they write."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import WebSocket, WebSocketDisconnect

from handoff.conversation import Author, AuthoredText, Conversation, Message
from handoff.errors import (
    ConversationUnknownError,
    MessageRefusedError,
    NotYourTurnError,
    StoreUnavailableError,
)
from handoff.message_frame import message_frame
from handoff.records.tables import Account
from handoff.store.conversations import START

if TYPE_CHECKING:
    from handoff.staff.console import Staff

logger = logging.getLogger(__name__)

SIGN_OF_LIFE_SECONDS = 5.0


class ConsoleSocket:
    """Serves one console until it goes away. What it may see: the list, and its own conversations."""

    def __init__(self, websocket: WebSocket, staff: Staff, account: Account) -> None:
        self._websocket = websocket
        self._staff = staff
        self._account = account
        self._positions: dict[str, str] = {}  # conversations that are mine → last position sent
        self._viewing = ""
        self._shown_list: dict[str, Any] = {}
        self._life_shown_at = -SIGN_OF_LIFE_SECONDS

    async def run(self) -> None:
        await self._send({"type": "me", "name": self._account.name, "id": self._account.id})
        tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._read())]
        try:
            done, running = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            for task in done:
                with contextlib.suppress(WebSocketDisconnect):
                    task.result()
        finally:
            with contextlib.suppress(StoreUnavailableError):
                await self._staff.store.off_duty(self._account.id)

    # -- to the console ------------------------------------------------------------------

    async def _follow(self) -> None:
        with self._staff.feed.listen() as listener:
            hints: set[str] = set()
            while True:
                try:
                    await self._show_life()
                    await self._send_typing(hints)
                    await self._send_news()
                except StoreUnavailableError:
                    await asyncio.sleep(0.5)
                hints = await listener.changed(SIGN_OF_LIFE_SECONDS)

    async def _show_life(self) -> None:
        # A notice may come many times a second; a sign of life is needed once in a while.
        if time.monotonic() - self._life_shown_at >= SIGN_OF_LIFE_SECONDS * 0.9:
            self._life_shown_at = time.monotonic()
            await self._staff.store.sign_of_life(self._account.id)

    async def _send_news(self) -> None:
        store = self._staff.store
        mine = {each.id: each for each in await store.held_by(self._account.id)}
        for conversation_id in set(self._positions) - set(mine):
            await self._send_gone(conversation_id)
        for conversation in mine.values():
            await self._send_messages(conversation)
        frame = {
            "type": "list",
            "waiting": [_waiting_item(each) for each in await store.waiting()],
            "mine": [await self._mine_item(each) for each in mine.values()],
            "on_duty": await store.counsellors_on_duty(),
        }
        if frame != self._shown_list:
            self._shown_list = frame
            await self._send(frame)

    async def _send_messages(self, conversation: Conversation) -> None:
        after = self._positions.setdefault(conversation.id, START)
        try:
            messages = await self._staff.store.read(conversation.id, after)
        except ConversationUnknownError:
            return
        for message in messages:
            await self._send(_staff_frame(conversation.id, message))
            self._positions[conversation.id] = message.position
        if messages and self._viewing == conversation.id:
            await self._mark_read(conversation.id)

    async def _send_gone(self, conversation_id: str) -> None:
        del self._positions[conversation_id]
        try:
            conversation = await self._staff.store.get(conversation_id)
            why = {"closed": "closed", "waiting": "released"}.get(conversation.reader.value, "transferred")
        except ConversationUnknownError:
            why = "erased"
        await self._send({"type": "gone", "conversation": conversation_id, "why": why})

    async def _send_typing(self, hints: set[str]) -> None:
        for hint in hints:
            conversation_id, _, what = hint.partition(" ")
            if what == "typing:young_person" and conversation_id in self._positions:
                await self._send({"type": "typing", "conversation": conversation_id})

    async def _mine_item(self, conversation: Conversation) -> dict[str, Any]:
        read_to = conversation.read_position or START
        unread = [
            message
            for message in await self._staff.store.read(conversation.id, read_to)
            if message.author is Author.YOUNG_PERSON
        ]
        return {
            "conversation": conversation.id,
            "level": int(conversation.level),
            "category": conversation.category.value,
            "departement": conversation.departement,
            "last_at": _iso(conversation.last_message_at),
            "unread": len(unread),
            "detail_kept": await self._staff.shared_details.waits_for(conversation.id) == self._account.id,
            "quiet_since": _iso(conversation.quiet_since),
            "young_person_online": await self._staff.store.page_is_open(conversation.id),
        }

    # -- from the console ----------------------------------------------------------------

    async def _read(self) -> None:
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(event.get("code", 1000))
            frame: Any = None
            with contextlib.suppress(ValueError, RecursionError):
                frame = json.loads(event.get("text") or "")
            frame = frame if isinstance(frame, dict) else {}
            client_id = frame.get("id") if isinstance(frame.get("id"), str) else None
            try:
                await self._take(frame, client_id)
            except MessageRefusedError as error:
                await self._refuse(client_id, error.code)
            except NotYourTurnError:
                await self._refuse(client_id, "taken")
            except ConversationUnknownError:
                await self._refuse(client_id, "gone")
            except StoreUnavailableError:
                await self._refuse(client_id, "staff_unavailable")

    async def _take(self, frame: dict[str, Any], client_id: str | None) -> None:
        kind, conversation_id = frame.get("type"), frame.get("conversation")
        if kind == "ping":
            await self._send({"type": "pong"})
            return
        if not isinstance(conversation_id, str) or conversation_id not in self._positions:
            raise MessageRefusedError("gone")  # not mine and not existing answer alike
        match kind:
            case "open":
                self._viewing = conversation_id
                after = frame.get("after")
                await self._replay(conversation_id, after if isinstance(after, str) else START)
            case "message":
                checked = frame.get("checked") is True
                await self._write(conversation_id, client_id, frame.get("text"), checked)
            case "typing":
                await self._staff.store.announce(conversation_id, "typing:counsellor")
            case _:
                raise MessageRefusedError("bad_frame")

    async def _replay(self, conversation_id: str, after: str) -> None:
        """Everything after a position, again: the console drops what it has."""
        for message in await self._staff.store.read(conversation_id, after):
            await self._send(_staff_frame(conversation_id, message))
            self._positions[conversation_id] = message.position
        await self._mark_read(conversation_id)

    async def _write(self, conversation_id: str, client_id: str | None, text: object, checked: bool) -> None:
        if not isinstance(text, str) or not text.strip():
            raise MessageRefusedError("empty")
        if len(text) > self._staff.max_characters:
            raise MessageRefusedError("too_long")
        # A lone surrogate cannot be stored; everything else a counsellor types is theirs to say.
        words = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").strip()
        if not checked and await self._warned(conversation_id, client_id, words):
            return
        message = Message(Author.COUNSELLOR, AuthoredText(words), datetime.now(UTC), client_id=client_id)
        position, _ = await self._staff.store.append(conversation_id, message, counsellor_id=self._account.id)
        await self._send({"type": "received", "id": client_id, "position": position})
        await self._mark_read(conversation_id)

    async def _warned(self, conversation_id: str, client_id: str | None, words: str) -> bool:
        """Shows the counsellor, and nobody else, what is personal in their words. True: nothing was sent."""
        try:
            found = await asyncio.to_thread(self._staff.check.find, words, self._account.name)
        except Exception as error:
            # A young person waits for these words: a check that breaks must not hold them back.
            logger.error("a counsellor's words could not be checked: %s", type(error).__name__)
            return False
        if found:
            personal = [{"kind": kind, "text": text} for kind, text in found]
            frame = {"type": "check", "id": client_id, "conversation": conversation_id, "found": personal}
            await self._send(frame)
        return bool(found)

    async def _mark_read(self, conversation_id: str) -> None:
        position = self._positions.get(conversation_id)
        if position is not None and position != START:
            await self._staff.store.mark_read(conversation_id, position)

    async def _refuse(self, client_id: str | None, code: str) -> None:
        text = self._staff.words.refusal(code)
        await self._send({"type": "refused", "id": client_id, "code": code, "text": text})

    async def _send(self, frame: dict[str, Any]) -> None:
        try:
            await self._websocket.send_json(frame)
        except RuntimeError as error:  # Starlette's word for "already closed"
            raise WebSocketDisconnect from error


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _waiting_item(conversation: Conversation) -> dict[str, Any]:
    return {
        "conversation": conversation.id,
        "level": int(conversation.level),
        "category": conversation.category.value,
        "waiting_since": _iso(conversation.waiting_since),
        "departement": conversation.departement,
        "channel": conversation.channel,
        "asked": conversation.asked_for_person,
        "quiet_since": _iso(conversation.quiet_since),
        "reason": conversation.reason,
    }


def _staff_frame(conversation_id: str, message: Message) -> dict[str, Any]:
    frame = {**message_frame(message), "conversation": conversation_id}
    if message.verdict is not None:
        frame["level"] = int(message.verdict.level)
        frame["category"] = message.verdict.category.value
        frame["reasons"] = list(message.verdict.reasons)
    return frame
