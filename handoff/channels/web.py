"""What the chat page needs of the service: a new conversation, an earlier one by its code, the WebSocket."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import APIRouter, Request, WebSocket, status
from fastapi.responses import JSONResponse, Response

from handoff.channels.answering import Answering
from handoff.channels.chat_socket import ChatSocket
from handoff.channels.client_network import client_network
from handoff.channels.pace import Pace
from handoff.conversation import FRENCH, Audience, Conversation, Reader, Reply
from handoff.errors import (
    ConversationUnknownError,
    FloodedError,
    StoreUnavailableError,
    TooManyTriesError,
)
from handoff.message_frame import resource_frame
from handoff.receive_message import MessagePath
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed
from handoff.store.flood import Counted, Flood
from handoff.store.return_codes import ReturnCodes
from handoff.store.shared_details import SharedDetails


class WebWords(Protocol):
    """The sentences the web channel needs."""

    def of(self, conversation: Conversation) -> WebWords: ...
    def status_line(
        self, conversation: Conversation, on_duty: int, minutes_left: int | None = None
    ) -> str: ...
    def refusal(self, code: str) -> str: ...
    def unavailable(self) -> Reply: ...
    def flooded(self) -> Reply: ...
    def detail_shared(self) -> Reply: ...
    def detail_taken_back(self) -> Reply: ...
    def button_label(self, payload: str) -> str | None: ...


@dataclass(frozen=True)
class WebChannel:
    """Everything the routes below use; built once by the wiring."""

    path: MessagePath
    store: ConversationStore
    shared_details: SharedDetails
    feed: Feed
    answering: Answering
    words: WebWords
    pace: Pace
    max_characters: int
    return_codes: ReturnCodes
    languages: frozenset[str]
    start_label: Callable[[str, str], str | None]
    flood: Flood


router = APIRouter()


def _channel(connection: Request | WebSocket) -> WebChannel:
    channel: WebChannel = connection.app.state.web_channel
    return channel


LONGEST_BODY = 2000
DEPARTEMENT = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-6])")


async def _body(request: Request) -> dict[str, Any]:
    """What the page says of itself. Nothing, rather than an error that would keep somebody from writing."""
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > LONGEST_BODY:
            break  # the rest is not waited for, nor kept in memory
    try:
        body = json.loads(raw) if 0 < len(raw) <= LONGEST_BODY else {}
    except (ValueError, RecursionError):
        body = {}
    return body if isinstance(body, dict) else {}


def _wishes(channel: WebChannel, body: dict[str, Any]) -> dict[str, str | int]:
    """Language, audience and département of the page, where they are ones there are."""
    said = {key: value for key, value in body.items() if isinstance(value, str)}
    wishes: dict[str, str | int] = {}
    if said.get("language") in channel.languages:
        wishes["language"] = said["language"]
    if said.get("audience") in set(Audience):
        wishes["audience"] = said["audience"]
    if DEPARTEMENT.fullmatch(said.get("departement", "")):
        wishes["departement"] = said["departement"]
    return wishes


def _words_for(channel: WebChannel, wishes: dict[str, str | int]) -> WebWords:
    """The words for whoever has no conversation yet."""
    language, audience = str(wishes.get("language", FRENCH)), Audience(str(wishes.get("audience", "jeune")))
    return channel.words.of(Conversation("", Reader.ASSISTANT, language=language, audience=audience))


def _unavailable(words: WebWords) -> Response:
    reply = words.unavailable()
    body = {"text": reply.text, "resources": [resource_frame(line) for line in reply.help_lines]}
    return JSONResponse(body, status.HTTP_503_SERVICE_UNAVAILABLE)


def _flooded(words: WebWords, error: FloodedError) -> Response:
    """Whoever has to wait sees whom to call meanwhile."""
    reply = words.flooded()
    lines = [resource_frame(line) for line in reply.help_lines]
    body = {"text": reply.text, "resources": lines, "retry_in_ms": error.retry_in_ms}
    headers = {"Retry-After": str(-(-error.retry_in_ms // 1000))}
    return JSONResponse(body, status.HTTP_429_TOO_MANY_REQUESTS, headers)


async def _admit(channel: WebChannel, request: Request, what: Counted) -> None:
    """Takes longer when much comes from one place. Raises FloodedError, StoreUnavailableError."""
    network = client_network(request)
    if network is not None:
        await asyncio.sleep(await channel.flood.admit(what, network))


@router.post("/api/conversations", status_code=status.HTTP_201_CREATED)
async def open_conversation(request: Request) -> Response:
    """A new conversation and its token."""
    channel = _channel(request)
    wishes = _wishes(channel, await _body(request))
    try:
        await _admit(channel, request, Counted.CONVERSATION)
        conversation_id, token = await channel.store.open("web")
        if wishes:
            await channel.store.write(conversation_id, **wishes)
    except FloodedError as error:
        return _flooded(_words_for(channel, wishes), error)
    except StoreUnavailableError:
        return _unavailable(_words_for(channel, wishes))
    return JSONResponse({"conversation": conversation_id, "token": token}, status.HTTP_201_CREATED)


@router.post("/api/return")
async def come_back(request: Request) -> Response:
    """The conversation of a return code, with a token for this device."""
    channel = _channel(request)
    body = await _body(request)
    words = _words_for(channel, _wishes(channel, body))
    code = body.get("code")
    try:
        await _admit(channel, request, Counted.RETURN)
        conversation_id, token = await channel.return_codes.use(code if isinstance(code, str) else "")
    except ConversationUnknownError:
        return JSONResponse({"text": words.refusal("unknown_code")}, status.HTTP_404_NOT_FOUND)
    except FloodedError as error:
        return _flooded(words, error)
    except TooManyTriesError as error:
        answer = {"text": words.refusal(error.code), "retry_in_ms": error.retry_in_ms}
        return JSONResponse(answer, status.HTTP_429_TOO_MANY_REQUESTS)
    except StoreUnavailableError:
        return _unavailable(words)
    return JSONResponse({"conversation": conversation_id, "token": token})


@router.websocket("/ws/chat")
async def chat_socket(websocket: WebSocket) -> None:
    """The live conversation (docs/protocol.md)."""
    await ChatSocket(websocket, _channel(websocket)).run()
