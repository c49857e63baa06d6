"""One open chat page: reads its frames, and feeds it from the log by position."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fastapi import WebSocket, WebSocketDisconnect

from handoff.channels.incoming_text import clean_text
from handoff.channels.pressed import pressed
from handoff.conversation import Author, Conversation, Reply
from handoff.errors import (
    ConversationUnknownError,
    FloodedError,
    MessageRefusedError,
    NotYourTurnError,
    StoreUnavailableError,
)
from handoff.message_frame import message_frame, resource_frame
from handoff.receive_message import Incoming, message_of
from handoff.store.conversations import START
from handoff.store.feed import Listener
from handoff.store.flood import Counted
from handoff.together import end

if TYPE_CHECKING:
    from handoff.channels.web import WebChannel

logger = logging.getLogger(__name__)

CLOSE_ERASED = 4000
CLOSE_UNKNOWN = 4401
CLOSE_UNAVAILABLE = 4503
HELLO_WITHIN_SECONDS = 10
LOOK_AGAIN_SECONDS = 5.0  # mends a lost notice; also the page's sign of life
LONGEST_CLIENT_ID = 64
SHARED_DETAIL_CHARACTERS = 300


class ChatSocket:
    """Serves one WebSocket until the page or the conversation goes away."""

    def __init__(self, websocket: WebSocket, channel: WebChannel) -> None:
        self._websocket = websocket
        self._channel = channel
        self._conversation_id = ""
        self._words = channel.words  # for whoever writes here, as far as known
        self._position = START
        self._shown_status: dict[str, Any] = {}
        self._shown_read_position: str | None = None

    async def run(self) -> None:
        await self._websocket.accept()
        try:
            if not await self._hello():
                return
            with self._channel.feed.listen(self._conversation_id) as listener:
                await self._serve(listener)
        except WebSocketDisconnect:
            pass
        finally:
            with contextlib.suppress(StoreUnavailableError):
                await self._channel.store.page_closed(self._conversation_id)

    async def _serve(self, listener: Listener) -> None:
        """Reads and feeds side by side; the first to end ends both."""
        tasks = [asyncio.create_task(self._follow(listener)), asyncio.create_task(self._read())]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await end(tasks)
        for task in done:
            task.result()

    # -- from the page -------------------------------------------------------------------

    async def _hello(self) -> bool:
        """The first frame must say which conversation, with its token."""
        try:
            frame = await asyncio.wait_for(self._frame(), HELLO_WITHIN_SECONDS)
        except TimeoutError:
            frame = None
        if frame is None or frame.get("type") != "hello" or not isinstance(frame.get("token"), str):
            await self._refuse(None, "bad_frame")
            await self._websocket.close(CLOSE_UNKNOWN)
            return False
        try:
            conversation = await self._channel.store.by_token(frame["token"])
        except ConversationUnknownError:
            await self._refuse(None, "unknown_conversation")
            await self._websocket.close(CLOSE_UNKNOWN)
            return False
        except StoreUnavailableError:
            await self._unavailable(None)
            await self._websocket.close(CLOSE_UNAVAILABLE)
            return False
        self._conversation_id = conversation.id
        self._words = self._channel.words.of(conversation)
        after = frame.get("after")
        self._position = after if isinstance(after, str) and _is_position(after) else START
        await self._send({"type": "welcome", "conversation": conversation.id})
        return True

    async def _read(self) -> None:
        while True:
            frame = await self._frame()
            client_id = frame.get("id") if frame and _is_client_id(frame.get("id")) else None
            try:
                if frame is None or await self._take(frame):
                    continue
                return
            except MessageRefusedError as error:
                await self._refuse(client_id, error.code)
            except StoreUnavailableError:
                await self._unavailable(client_id)
            except ConversationUnknownError:
                await self._end_erased()
                return
            except NotYourTurnError:
                await self._refuse(client_id, "nobody_to_share_with")
            except WebSocketDisconnect:
                raise
            except Exception as error:
                # Stripping failed, or a bug of ours: nothing is stored, and never silence.
                # The next one may well be taken: the page does not keep it waiting behind this one.
                logger.error("a message could not be taken: %s", type(error).__name__)
                await self._unavailable(client_id, alone=True)

    async def _frame(self) -> dict[str, Any] | None:
        """The next frame, or None after a refusal when it is not one of ours."""
        event = await self._websocket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1000))
        try:
            frame = json.loads(event.get("text") or "")
        except (ValueError, RecursionError):
            frame = None
        if not isinstance(frame, dict):
            await self._refuse(None, "bad_frame")
            return None
        return frame

    async def _take(self, frame: dict[str, Any]) -> bool:
        """Acts on a frame; False when the conversation is over. Raises MessageRefusedError."""
        match frame.get("type"):
            case "message":
                text = clean_text(frame.get("text"), self._channel.max_characters)
                await self._receive(Incoming(_client_id(frame), text))
            case "press":
                await self._press(_client_id(frame), frame.get("payload"))
            case "ask_person":
                await self._press(_client_id(frame), "#person")
            case "erase":
                await self._channel.path.erase(self._conversation_id)
                await self._end_erased()
                return False
            case "share":
                await self._share(frame.get("text"))
            case "take_back":
                await self._take_back()
            case "code":
                code = await self._channel.return_codes.give(self._conversation_id)
                await self._send({"type": "code", "code": code})
            case "language":
                await self._speak(frame.get("language"))
            case "seen":
                await self._see(frame.get("position"))
            case "typing":
                await self._channel.store.announce(self._conversation_id, "typing:young_person")
            case "ping":
                await self._send({"type": "pong"})
            case _:
                raise MessageRefusedError("bad_frame")
        return True

    async def _press(self, client_id: str, payload: object) -> None:
        label = await self._label(payload) if isinstance(payload, str) else None
        await self._receive(pressed(label, client_id, payload))

    async def _label(self, payload: str) -> str | None:
        """The words of a button or of a starting point."""
        conversation = await self._channel.store.get(self._conversation_id)
        start = self._channel.start_label(conversation.language, payload.removeprefix("/"))
        return start or self._channel.words.of(conversation).button_label(payload)

    async def _speak(self, language: object) -> None:
        """The page changed its language: what we say follows."""
        if not isinstance(language, str) or language not in self._channel.languages:
            raise MessageRefusedError("bad_frame")
        await self._channel.store.write(self._conversation_id, language=language)

    async def _receive(self, incoming: Incoming) -> None:
        wait_ms = self._channel.pace.wait_ms(self._conversation_id)
        if wait_ms:
            text = self._words.refusal("slow_down")
            frame = {"type": "slow_down", "id": incoming.client_id, "retry_in_ms": wait_ms, "text": text}
            await self._send(frame)
            return
        if not await self._admit(incoming.client_id):
            return
        received = await self._channel.answering.take(self._conversation_id, incoming)
        position = received.receipt.position
        frame = {
            "type": "received",
            "id": incoming.client_id,
            "position": position,
            "characters": len(incoming.text),
            "marks": [asdict(mark) for mark in received.text.marks],
        }
        await self._send(frame)

    async def _admit(self, client_id: str) -> bool:
        """False when this conversation sent far too much within the hour: not stored, the page waits."""
        try:
            await asyncio.sleep(await self._channel.flood.admit(Counted.MESSAGE, self._conversation_id))
        except FloodedError as error:
            reply = self._words.flooded()
            lines = [resource_frame(line) for line in reply.help_lines]
            wait = {"retry_in_ms": error.retry_in_ms, "text": reply.text, "resources": lines}
            await self._send({"type": "slow_down", "id": client_id, **wait})
            return False
        return True

    async def _share(self, raw: object) -> None:
        """A way to be reached, given on purpose: past the door as it is, to one counsellor, once."""
        text = clean_text(raw, SHARED_DETAIL_CHARACTERS)
        await self._channel.shared_details.give(self._conversation_id, text)
        await self._say(self._words.detail_shared())

    async def _take_back(self) -> None:
        if await self._channel.shared_details.take_back(self._conversation_id):
            await self._say(self._words.detail_taken_back())

    async def _see(self, position: object) -> None:
        """The page shows what a counsellor wrote, up to here, to somebody who looks at it."""
        if not isinstance(position, str) or not _is_position(position):
            raise MessageRefusedError("bad_frame")
        await self._channel.store.mark_read(self._conversation_id, position, by_young_person=True)

    async def _say(self, reply: Reply) -> None:
        await self._channel.store.append(self._conversation_id, message_of(reply, Author.SERVICE))

    # -- to the page ---------------------------------------------------------------------

    async def _follow(self, listener: Listener) -> None:
        """Sends what is new in the log and in the state, for as long as the page is open."""
        hints: set[str] = set()
        while True:
            try:
                if "typing:counsellor" in hints:
                    await self._send({"type": "typing", "author": "counsellor"})
                await self._send_news()
                await self._channel.store.page_open(self._conversation_id)
            except ConversationUnknownError:
                await self._end_erased()
                return
            except StoreUnavailableError:
                await asyncio.sleep(0.5)  # the page keeps what it has; the log is read on when it is back
            hints = await listener.changed(LOOK_AGAIN_SECONDS)

    async def _send_news(self) -> None:
        conversation = await self._channel.store.get(self._conversation_id)
        self._words = self._channel.words.of(conversation)
        for message in await self._channel.store.read(self._conversation_id, self._position):
            if not message.for_staff:
                await self._send(message_frame(message))
            self._position = message.position
        await self._send_status(conversation)
        if conversation.read_position != self._shown_read_position:
            self._shown_read_position = conversation.read_position
            await self._send({"type": "seen", "position": conversation.read_position})

    async def _send_status(self, conversation: Conversation) -> None:
        on_duty = await self._channel.store.counsellors_on_duty()
        minutes_left = await self._channel.store.minutes_left(conversation)
        frame = {
            "type": "status",
            "reader": conversation.reader.value,
            "line": self._words.status_line(conversation, on_duty, minutes_left),
            "counsellors_on_duty": on_duty,
            "minutes_left": minutes_left,
            "counsellor": conversation.counsellor_name if conversation.counsellor_id else None,
            "detail_kept": await self._channel.shared_details.waits_for(self._conversation_id) is not None,
        }
        if frame != self._shown_status:
            self._shown_status = frame
            await self._send(frame)

    async def _refuse(self, client_id: str | None, code: str) -> None:
        text = self._words.refusal(code)
        await self._send({"type": "refused", "id": client_id, "code": code, "text": text})

    async def _unavailable(self, client_id: str | None, *, alone: bool = False) -> None:
        """Nothing was stored. ``alone``: it is this message that cannot be taken, not the service."""
        reply = self._words.unavailable()
        lines = [resource_frame(line) for line in reply.help_lines]
        frame = {"type": "unavailable", "id": client_id, "alone": alone}
        await self._send({**frame, "text": reply.text, "resources": lines})

    async def _end_erased(self) -> None:
        await self._send({"type": "erased"})
        await self._websocket.close(CLOSE_ERASED)

    async def _send(self, frame: dict[str, Any]) -> None:
        try:
            await self._websocket.send_json(frame)
        except RuntimeError as error:  # Starlette's word for "already closed"
            raise WebSocketDisconnect from error


def _is_position(value: str) -> bool:
    """Whether this is a place in a log: two numbers and a dash."""
    left, _, right = value.partition("-")
    return left.isascii() and left.isdigit() and right.isascii() and right.isdigit() and len(value) <= 40


def _is_client_id(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= LONGEST_CLIENT_ID and value.isprintable()


def _client_id(frame: dict[str, Any]) -> str:
    value = frame.get("id")
    if not isinstance(value, str) or not _is_client_id(value):
        raise MessageRefusedError("bad_frame")
    return value
