"""One open console: the lists, the conversations it may read, and what its counsellor writes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import WebSocket, WebSocketDisconnect

from handoff.conversation import Author, AuthoredText, Conversation, Message, Reader
from handoff.errors import (
    AnsweredMeanwhileError,
    ConversationUnknownError,
    MessageRefusedError,
    NotYourTurnError,
    StoreUnavailableError,
)
from handoff.records.tables import Account
from handoff.staff import console_frames as frames
from handoff.staff.language import language_of
from handoff.staff.last_look import as_sent, personal_in
from handoff.staff.may import looks_along, supervises
from handoff.store.conversations import START
from handoff.store.duty import DutyState
from handoff.together import end

if TYPE_CHECKING:
    from handoff.staff.console import Staff

SIGN_OF_LIFE_SECONDS = 5.0
POSITION = re.compile(r"[0-9]{1,20}-[0-9]{1,20}")
GONE = {Reader.CLOSED: "closed", Reader.WAITING: "released", Reader.ASSISTANT: "handed_back"}
LISTS_EVERY_SECONDS = 0.2  # messages go at once; lists may follow a moment later


class ConsoleSocket:
    """Serves one console until it goes away.

    It reads its own conversations, and those it looks along.
    """

    def __init__(self, websocket: WebSocket, staff: Staff, account: Account) -> None:
        self._websocket = websocket
        self._staff = staff
        self._desk = staff.desk
        self._account = account
        self._language = language_of(websocket)
        self._positions: dict[str, str] = {}  # conversations it may read → last position sent
        self._answered: dict[str, str] = {}  # → the last counsellor's message that this tab has
        self._notes_shown: dict[str, int] = {}
        self._along: set[str] = set()  # conversations of others; shared with the board's listener
        self._viewing: set[str] = set()
        self._shown_list: dict[str, Any] = {}
        self._lists_at = 0.0
        self._life_shown_at = -SIGN_OF_LIFE_SECONDS

    async def run(self) -> None:
        me = {"id": self._account.id, "name": self._account.name, "supervises": supervises(self._account)}
        await self._send({"type": "me", **me})
        tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._read())]
        try:
            done, running = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            await end(running)
            for task in done:
                with contextlib.suppress(WebSocketDisconnect):
                    task.result()
        finally:
            await end(tasks)  # also when the session ended meanwhile and all of this is cancelled
            # After a reload the new page is often there before the old one is known to be gone.
            if not self._desk.board.is_at_a_console(self._account.id):
                with contextlib.suppress(StoreUnavailableError):
                    await self._desk.duty.console_closed(self._account.id)

    # -- to the console ------------------------------------------------------------------

    async def _follow(self) -> None:
        everything = supervises(self._account)
        with self._desk.board.listen(self._account.id, sees_everything=everything) as listener:
            listener.along = self._along
            hints = {"changed"}
            while True:
                wait = SIGN_OF_LIFE_SECONDS
                try:
                    await self._show_life()
                    await self._send_typing(hints)
                    await self._send_conversations(hints)
                    wait = await self._send_lists()
                except StoreUnavailableError:
                    hints = {"changed"}  # whatever came meanwhile is looked at again
                    await asyncio.sleep(0.5)
                    continue
                hints = await listener.changed(wait)

    async def _show_life(self) -> None:
        # A notice may come many times a second; a sign of life is needed once in a while.
        if time.monotonic() - self._life_shown_at >= SIGN_OF_LIFE_SECONDS * 0.9:
            await self._desk.duty.sign_of_life(await self._desk.duty_of(self._account))
            await self._staff.store.keep_leases(list(self._mine()))
            self._life_shown_at = time.monotonic()

    def _mine(self) -> dict[str, Conversation]:
        held = self._desk.board.held_by(self._account.id)
        return {each.conversation.id: each.conversation for each in held}

    def _readable(self) -> dict[str, Conversation]:
        """What this console may read now: asked anew each time, so that a right that ended is gone."""
        readable = self._mine()
        for conversation_id in tuple(self._along):
            glimpse = self._desk.board.find(conversation_id)
            if glimpse and conversation_id not in readable and self._may_look_along(glimpse.conversation):
                readable[conversation_id] = glimpse.conversation
            else:
                self._along.discard(conversation_id)
        return readable

    def _may_look_along(self, conversation: Conversation) -> bool:
        return conversation.reader is Reader.COUNSELLOR and looks_along(self._account, conversation)

    async def _send_conversations(self, hints: set[str]) -> None:
        readable = self._readable()
        for conversation_id in set(self._positions) - set(readable):
            await self._send_gone(conversation_id)
        changed = {hint.partition(" ")[0] for hint in hints}
        for conversation in readable.values():
            if conversation.id in changed or "changed" in changed or conversation.id not in self._positions:
                await self._send_messages(conversation)
                await self._send_notes(conversation)

    async def _send_messages(self, conversation: Conversation) -> None:
        after = self._positions.setdefault(conversation.id, START)
        try:
            messages = await self._staff.store.read(conversation.id, after)
        except ConversationUnknownError:
            return
        for message in messages:
            await self._show(conversation.id, message)
        if messages and conversation.id in self._viewing:
            await self._mark_read(conversation.id)

    async def _show(self, conversation_id: str, message: Message) -> None:
        await self._send(frames.staff_frame(conversation_id, message))
        self._positions[conversation_id] = message.position
        if message.author is Author.COUNSELLOR:
            self._saw_answer(conversation_id, message.position)

    def _saw_answer(self, conversation_id: str, position: str) -> None:
        if _place(position) > _place(self._answered.get(conversation_id, START)):
            self._answered[conversation_id] = position

    async def _send_notes(self, conversation: Conversation) -> None:
        if conversation.notes == self._notes_shown.get(conversation.id, 0):
            return
        with contextlib.suppress(ConversationUnknownError):
            notes = await self._desk.notes.of(conversation.id)
            await self._send(frames.notes_frame(conversation.id, notes))
            self._notes_shown[conversation.id] = conversation.notes

    async def _send_gone(self, conversation_id: str, why: str = "") -> None:
        self._positions.pop(conversation_id, None)
        self._answered.pop(conversation_id, None)
        self._notes_shown.pop(conversation_id, None)
        self._viewing.discard(conversation_id)
        try:
            conversation = await self._staff.store.get(conversation_id)
            why = why or GONE.get(conversation.reader, "transferred")
        except ConversationUnknownError:
            why = "erased"
        await self._send({"type": "gone", "conversation": conversation_id, "why": why})

    async def _send_typing(self, hints: set[str]) -> None:
        for hint in hints:
            conversation_id, _, what = hint.partition(" ")
            if what.startswith("typing:") and conversation_id in self._positions:
                author = what.removeprefix("typing:")
                if author == "young_person" or conversation_id in self._along:
                    await self._send({"type": "typing", "conversation": conversation_id, "author": author})

    async def _send_lists(self) -> float:
        """Sends the lists if they changed. Returns in how many seconds to look again."""
        until_next = self._lists_at + LISTS_EVERY_SECONDS - time.monotonic()
        if until_next > 0:
            return until_next
        self._lists_at = time.monotonic()
        board, me = self._desk.board, self._account.id
        frame: dict[str, Any] = {
            "type": "list",
            "waiting": frames.waiting_list(board),
            "mine": [frames.held_item(each, me) for each in board.held_by(me)],
            "along": [frames.held_item(each, me) for each in map(board.find, sorted(self._along)) if each],
            "on_duty": sum(each.state is DutyState.ON for each in board.duties()),
            "duty": frames.duty_item(board.duty(me) or await self._desk.duty_of(self._account)),
            "help_wanted": frames.help_wanted(board, me),
        }
        if supervises(self._account):
            frame["overview"] = frames.overview(board)
        if frame != self._shown_list:
            self._shown_list = frame
            # The console counts waits with the service's clock: a counsellor's own may be wrong.
            await self._send({**frame, "now": datetime.now(UTC).isoformat()})
        return SIGN_OF_LIFE_SECONDS

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
            except AnsweredMeanwhileError:
                await self._refuse(client_id, "meanwhile")
            except ConversationUnknownError:
                await self._refuse(client_id, "gone")
            except StoreUnavailableError:
                await self._refuse(client_id, "staff_unavailable")

    async def _take(self, frame: dict[str, Any], client_id: str | None) -> None:
        kind, conversation_id = frame.get("type"), frame.get("conversation")
        if kind == "ping":
            await self._send({"type": "pong"})
            return
        if kind == "viewing":
            await self._view(frame.get("conversations"))
            return
        if kind == "look_along" and isinstance(conversation_id, str):
            await self._look_along(conversation_id)
            return
        readable = self._readable()
        if not isinstance(conversation_id, str) or conversation_id not in readable:
            raise MessageRefusedError("gone")  # not mine and not existing answer alike
        mine = conversation_id not in self._along
        match kind:
            case "open":
                self._viewing.add(conversation_id)
                after = frame.get("after")
                known = isinstance(after, str) and POSITION.fullmatch(after)
                await self._replay(conversation_id, str(after) if known else START)
            case "look_away":
                self._along.discard(conversation_id)
                await self._send_gone(conversation_id, "looked_away")
            case "message" if mine:
                checked = frame.get("checked") is True
                await self._write(conversation_id, client_id, frame.get("text"), checked)
            case "typing" if mine:
                await self._staff.store.announce(conversation_id, "typing:counsellor")
            case _:
                raise MessageRefusedError("bad_frame")

    async def _view(self, conversations: object) -> None:
        """What is on the counsellor's screen now: only that counts as read."""
        shown = (
            {each for each in conversations if isinstance(each, str)}
            if isinstance(conversations, list)
            else set()
        )
        self._viewing = shown
        for conversation_id in self._viewing:
            await self._mark_read(conversation_id)

    async def _look_along(self, conversation_id: str) -> None:
        """Joins without a sound: neither the young person nor the log sees it. The trail does."""
        glimpse = self._desk.board.find(conversation_id)
        if glimpse is None or not self._may_look_along(glimpse.conversation):
            raise MessageRefusedError("gone")
        if glimpse.conversation.counsellor_id != self._account.id:
            self._along.add(conversation_id)
            await self._staff.audit.record("look_along", self._account.id, conversation_id)
            self._lists_at = 0.0
            await self._staff.store.announce(conversation_id)

    async def _replay(self, conversation_id: str, after: str) -> None:
        """Everything after a position, again: the console drops what it has."""
        for message in await self._staff.store.read(conversation_id, after):
            await self._show(conversation_id, message)
        await self._mark_read(conversation_id)

    async def _write(self, conversation_id: str, client_id: str | None, text: object, checked: bool) -> None:
        if not isinstance(text, str) or not text.strip():
            raise MessageRefusedError("empty")
        if len(text) > self._staff.max_characters:
            raise MessageRefusedError("too_long")
        words = as_sent(text)
        if not checked and await self._warned(conversation_id, client_id, words):
            return
        message = Message(Author.COUNSELLOR, AuthoredText(words), datetime.now(UTC), client_id=client_id)
        position, _ = await self._staff.store.append(
            conversation_id,
            message,
            counsellor_id=self._account.id,
            seen_counsellor=self._answered.get(conversation_id, START),
        )
        self._saw_answer(conversation_id, position)
        await self._send({"type": "received", "id": client_id, "position": position})
        await self._mark_read(conversation_id)

    async def _warned(self, conversation_id: str, client_id: str | None, words: str) -> bool:
        """Shows the counsellor, and nobody else, what is personal in their words. True: nothing was sent."""
        found = await personal_in(self._staff.check, words, self._account.name)
        if found:
            frame = {"type": "check", "id": client_id, "conversation": conversation_id, "found": found}
            await self._send(frame)
        return bool(found)

    async def _mark_read(self, conversation_id: str) -> None:
        position = self._positions.get(conversation_id)
        if position is not None and position != START and conversation_id not in self._along:
            await self._staff.store.mark_read(conversation_id, position)

    async def _refuse(self, client_id: str | None, code: str) -> None:
        text = self._staff.words.refusal_in(self._language, code)
        await self._send({"type": "refused", "id": client_id, "code": code, "text": text})

    async def _send(self, frame: dict[str, Any]) -> None:
        try:
            await self._websocket.send_json(frame)
        except RuntimeError as error:  # Starlette's word for "already closed"
            raise WebSocketDisconnect from error


def _place(position: str) -> tuple[int, int]:
    """A position as numbers, to be compared."""
    left, _, right = position.partition("-")
    return int(left), int(right or 0)
