"""Staff without a browser: a signed-in HTTP client, and the console's socket over a real WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
from websockets.asyncio.client import ClientConnection, connect

from handoff.records import database
from handoff.records.accounts import Accounts
from handoff.records.tables import Role
from tests.chat_client import ChatClient
from tests.running_service import Service

Frame = dict[str, Any]


class StaffApp(Protocol):
    """Whatever serves the console: the whole service, or the staff app alone."""

    @property
    def console(self) -> str: ...


OURS = {"X-Requested-With": "repere-console"}
PATIENCE_SECONDS = 20


@dataclass
class Console:
    """One open console of one member of staff."""

    http: httpx.AsyncClient
    socket: ClientConnection
    account_id: int
    root: str = ""
    frames: list[Frame] = field(default_factory=list)

    async def send(self, frame: Frame) -> None:
        await self.socket.send(json.dumps(frame))

    async def until(self, wanted: Callable[[Frame], bool], seconds: float = PATIENCE_SECONDS) -> Frame:
        """The next frame that is wanted. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                frame: Frame = json.loads(await self.socket.recv())
                self.frames.append(frame)
                if wanted(frame):
                    return frame

    async def received(self, wanted: Callable[[Frame], bool]) -> Frame:
        """A frame that is wanted, among those that came already or next: what has no order among itself."""
        found = next((frame for frame in self.frames if wanted(frame)), None)
        return found or await self.until(wanted)

    async def listed(self, where: str, conversation: str) -> Frame:
        """Waits until a list of mine names the conversation; returns its line."""
        frame = await self.until(
            lambda each: each["type"] == "list" and item(each, where, conversation) is not None
        )
        found = item(frame, where, conversation)
        assert found
        return found

    async def act(self, conversation: str, action: str, sent: Frame | None = None) -> httpx.Response:
        """An action on a conversation."""
        return await self.http.post(f"{self.root}/api/conversations/{conversation}/{action}", json=sent)

    async def claim(self, conversation: str) -> None:
        """Takes it, and waits until the console has it."""
        answer = await self.act(conversation, "claim")
        assert answer.status_code == httpx.codes.OK, answer.text
        await self.listed("mine", conversation)


def item(frame: Frame, where: str, conversation: str) -> Frame | None:
    """The line of a conversation in a list frame."""
    return next((each for each in frame[where] if each["conversation"] == conversation), None)


async def new_staff(service: Service, name: str, role: Role) -> tuple[str, int]:
    """A new member of staff: the address that signs them in, once, and their id."""
    engine, sessions = database.connect(service.settings.effective_database_url)
    accounts = Accounts(sessions, service.settings.sign_in_link_lifetime)
    account = await accounts.create(name, f"{uuid.uuid4().hex}@exemple.fr", [role])
    secret = await accounts.new_sign_in_link(account.id)
    await engine.dispose()
    return f"{service.console}/signin/{secret}", account.id


@contextlib.asynccontextmanager
async def signed_in(service: Service, name: str, role: Role) -> AsyncIterator[tuple[httpx.AsyncClient, int]]:
    """A new member of staff, signed in."""
    link, account_id = await new_staff(service, name, role)
    async with httpx.AsyncClient(base_url=service.console, headers=OURS, timeout=PATIENCE_SECONDS) as client:
        await client.get(link)
        yield client, account_id


@contextlib.asynccontextmanager
async def console(
    service: Service, name: str = "Camille", role: Role = Role.COUNSELLOR, root: str = ""
) -> AsyncIterator[Console]:
    """A new member of staff at their console."""
    async with (
        signed_in(service, name, role) as (http, account_id),
        tab(service, http, account_id, root) as it,
    ):
        yield it


@contextlib.asynccontextmanager
async def tab(
    service: StaffApp, http: httpx.AsyncClient, account_id: int, root: str = ""
) -> AsyncIterator[Console]:
    """One more tab of somebody who is signed in."""
    cookies = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
    async with connect(
        f"{service.console.replace('http', 'ws')}{root}/ws/console",
        additional_headers={"Cookie": cookies},
        origin=service.console,  # type: ignore[arg-type]
        max_size=2**24,
    ) as socket:
        it = Console(http, socket, account_id, root)
        await it.until(lambda frame: frame["type"] == "list")
        yield it


async def waiting_young_person(service: Service) -> ChatClient:
    """Somebody who asked for a person."""
    client = await ChatClient.open(service.chat)
    await client.send({"type": "ask_person", "id": "aide"})
    await client.status("waiting")
    return client
