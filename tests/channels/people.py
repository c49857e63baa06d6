"""Those at the two ends: somebody with Telegram on their phone, a counsellor with an open console."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.channels.bot_api import BotApi, Json, PhoneMessage
from tests.conftest import eventually
from tests.running_service import Service

PATIENCE = 40.0  # a net for a loaded machine, not a promise
_people = itertools.count(7_312_845_590)


class Person:
    """Somebody with Telegram on their phone."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.chat = next(_people)

    async def write(self, text: str, **fields: Any) -> Json:
        """Returns the update, to be delivered again or edited."""
        return await self.send(text=text, **fields)

    async def send(self, kind: str = "message", **fields: Any) -> Json:
        update = self.api.message_update(self.chat, kind, **fields)
        await self.api.deliver(update)
        return update

    async def press(self, payload: str) -> None:
        await self.api.deliver(self.api.press_update(self.chat, payload))

    def shown(self) -> list[PhoneMessage]:
        return self.api.shown(self.chat)

    async def sees(self, wanted: Callable[[PhoneMessage], bool]) -> PhoneMessage:
        """The first message shown that is wanted."""
        await eventually(lambda: any(map(wanted, self.shown())), PATIENCE)
        return next(filter(wanted, self.shown()))

    async def reads(self, words: str) -> PhoneMessage:
        return await self.sees(lambda message: words in message.text)


class Counsellor:
    """Somebody of the team, at their console."""

    def __init__(self, staff: httpx.AsyncClient, console: ClientConnection) -> None:
        self.staff = staff
        self.console = console
        self.frames: list[Json] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def on_duty(cls, service: Service) -> AsyncIterator[Counsellor]:
        headers = {"X-Requested-With": "repere-console"}
        async with httpx.AsyncClient(base_url=service.console, headers=headers) as staff:
            await staff.get(await service.sign_in_link())
            cookie = f"repere_staff={staff.cookies['repere_staff']}"
            async with connect(
                service.console.replace("http", "ws") + "/ws/console",
                additional_headers={"Cookie": cookie},
                origin=service.console,  # type: ignore[arg-type]
            ) as console:
                yield cls(staff, console)

    async def until(self, wanted: Callable[[Json], bool]) -> Json:
        async with asyncio.timeout(PATIENCE):
            while True:
                frame: Json = json.loads(await self.console.recv())
                self.frames.append(frame)
                if wanted(frame):
                    return frame

    async def takes(self, channel: str, besides: set[str]) -> str:
        """Claims the conversation of an app that newly waits; returns its id."""

        def new(frame: Json) -> list[str]:
            waiting = frame.get("waiting", [])
            found = [each["conversation"] for each in waiting if each["channel"] == channel]
            return [each for each in found if each not in besides]

        conversation = new(await self.until(lambda frame: bool(new(frame))))[0]
        (await self.staff.post(f"/api/conversations/{conversation}/claim")).raise_for_status()
        await self.until(
            lambda frame: (
                frame["type"] == "list" and conversation in [each["conversation"] for each in frame["mine"]]
            )
        )
        return conversation

    async def waiting(self) -> set[str]:
        frame = await self.until(lambda each: each["type"] == "list")
        return {each["conversation"] for each in frame["waiting"]}

    async def types(self, conversation: str) -> None:
        await self.console.send(json.dumps({"type": "typing", "conversation": conversation}))

    async def writes(self, conversation: str, text: str) -> None:
        words = {
            "type": "message",
            "conversation": conversation,
            "id": text[:40],
            "text": text,
            "checked": True,
        }
        await self.console.send(json.dumps(words))

    async def reads(self, conversation: str, words: str) -> Json:
        return await self.until(
            lambda frame: (
                frame["type"] == "message"
                and frame["conversation"] == conversation
                and words in frame["text"]
            )
        )

    async def gives_back(self, conversation: str) -> None:
        await self.staff.post(f"/api/conversations/{conversation}/hand-back")
