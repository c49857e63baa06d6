"""A chat page without a page: speaks docs/protocol.md over a real WebSocket."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

Frame = dict[str, Any]
PATIENCE_SECONDS = 20


class ChatClient:
    """One open conversation. ``frames`` holds everything the service said, in order."""

    def __init__(self, socket: ClientConnection, conversation: str, token: str) -> None:
        self.socket = socket
        self.conversation = conversation
        self.token = token
        self.frames: list[Frame] = []

    @classmethod
    async def open(cls, address: str) -> ChatClient:
        """A new conversation, welcomed."""
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as http:
            answer = await http.post(f"{address}/api/conversations")
        assert answer.status_code == httpx.codes.CREATED, answer.text
        opened = answer.json()
        return await cls.resume(address, opened["conversation"], opened["token"])

    @classmethod
    async def resume(
        cls, address: str, conversation: str, token: str, after: str | None = None
    ) -> ChatClient:
        """A page that comes back."""
        client = cls(await connect(address.replace("http", "ws") + "/ws/chat"), conversation, token)
        await client.send({"type": "hello", "token": token, "after": after})
        await client.until(lambda frame: frame["type"] == "welcome")
        return client

    async def __aenter__(self) -> ChatClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.socket.close()

    async def send(self, frame: Frame | str | bytes) -> None:
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def until(self, wanted: Callable[[Frame], bool], seconds: float = PATIENCE_SECONDS) -> Frame:
        """The next frame that is wanted. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                frame: Frame = json.loads(await self.socket.recv())
                self.frames.append(frame)
                if wanted(frame):
                    return frame

    async def write(self, text: str, message_id: str | None = None) -> str:
        """Sends a message; returns its id."""
        message_id = message_id or uuid.uuid4().hex
        await self.send({"type": "message", "id": message_id, "text": text})
        return message_id

    async def answer(self, seconds: float = PATIENCE_SECONDS) -> Frame:
        """The next thing said by anybody but the young person."""
        return await self.until(
            lambda frame: frame["type"] == "message" and frame["author"] != "young_person", seconds
        )

    async def status(self, reader: str) -> Frame:
        """Waits until this reader reads."""
        return await self.until(lambda frame: frame["type"] == "status" and frame["reader"] == reader)
