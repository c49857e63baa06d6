"""The chat page and what it needs: the page itself, a new conversation, its WebSocket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fastapi import APIRouter, Request, WebSocket, status
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.templating import Jinja2Templates

from handoff.channels.answering import Answering
from handoff.channels.chat_socket import ChatSocket
from handoff.channels.pace import Pace
from handoff.conversation import Conversation, Reply
from handoff.errors import StoreUnavailableError
from handoff.message_frame import resource_frame
from handoff.receive_message import MessagePath
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed
from handoff.store.shared_details import SharedDetails

HERE = Path(__file__).parent
templates = Jinja2Templates(HERE / "templates")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class WebWords(Protocol):
    """The sentences the web channel needs."""

    def of(self, conversation: Conversation) -> WebWords: ...
    @property
    def interface(self) -> Mapping[str, str]: ...
    def status_line(self, conversation: Conversation, on_duty: int) -> str: ...
    def refusal(self, code: str) -> str: ...
    def unavailable(self) -> Reply: ...
    def welcome(self) -> str: ...
    def detail_shared(self) -> Reply: ...
    def detail_taken_back(self) -> Reply: ...
    def button_label(self, payload: str) -> str | None: ...


@dataclass(frozen=True)
class WebChannel:
    """Everything the routes below use; built once by app.py."""

    path: MessagePath
    store: ConversationStore
    shared_details: SharedDetails
    feed: Feed
    answering: Answering
    words: WebWords
    pace: Pace
    max_characters: int


router = APIRouter()


def _channel(connection: Request | WebSocket) -> WebChannel:
    channel: WebChannel = connection.app.state.web_channel
    return channel


@router.get("/", response_class=HTMLResponse)
async def chat_page(request: Request) -> Response:
    """The page. It holds no conversation: a mere visit leaves nothing."""
    words = _channel(request).words
    context = {"texts": words.interface, "welcome": words.welcome()}
    return templates.TemplateResponse(request, "chat.html", context, headers=HEADERS)


@router.post("/api/conversations", status_code=status.HTTP_201_CREATED)
async def open_conversation(request: Request) -> Response:
    """A new conversation and its token."""
    channel = _channel(request)
    try:
        conversation_id, token = await channel.store.open("web")
    except StoreUnavailableError:
        reply = channel.words.unavailable()
        body = {"text": reply.text, "resources": [resource_frame(line) for line in reply.help_lines]}
        return JSONResponse(body, status.HTTP_503_SERVICE_UNAVAILABLE, headers=HEADERS)
    body = {"conversation": conversation_id, "token": token}
    return JSONResponse(body, status.HTTP_201_CREATED, headers=HEADERS)


@router.websocket("/ws/chat")
async def chat_socket(websocket: WebSocket) -> None:
    """The live conversation (docs/protocol.md)."""
    await ChatSocket(websocket, _channel(websocket)).run()
