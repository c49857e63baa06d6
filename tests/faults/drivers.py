"""Those at the two ends while parts break: they come back by themselves, as the pages do, and note it all.

A young person's page and a console send one thing at a time, with the same id until it is acknowledged, and
resume by position. What is noted is what the campaign counts: acknowledged, shown, shown twice, out of order.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

Frame = dict[str, Any]
AGAIN_SECONDS = 0.5
HANG_UP_SECONDS = 12.0  # no sign of life for so long: the line is taken for dead, as the pages do
AWAY = (OSError, WebSocketException, httpx.HTTPError, TimeoutError)


def place(position: str) -> tuple[int, int]:
    """A position of the log, to be compared."""
    left, _, right = position.partition("-")
    return int(left), int(right)


@dataclass
class Seen:
    """What one end saw of one conversation."""

    acknowledged: list[str] = field(default_factory=list)  # ids of what was sent from here, in order
    shown: list[str] = field(default_factory=list)  # ids of what the other end wrote, in order
    position: str = "0-0"
    doubled: Counter[str] = field(default_factory=Counter)
    backwards: int = 0

    def show(self, frame: Frame) -> bool:
        """A message of the log; False when it was there already (a replay)."""
        if place(frame["position"]) <= place(self.position):
            return False
        self.position = frame["position"]
        return True


@dataclass
class Outcomes:
    """When each message of young people was acknowledged, and when something answered it."""

    asked: dict[str, float] = field(default_factory=dict)
    after: list[float] = field(default_factory=list)
    waiting: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))

    def acknowledged(self, conversation: str, message_id: str) -> None:
        self.waiting[conversation].setdefault(message_id, time.monotonic())

    def answered(self, conversation: str) -> None:
        now = time.monotonic()
        self.after += [now - since for since in self.waiting.pop(conversation, {}).values()]


class Page:
    """A young person's page."""

    def __init__(self, address: str, name: str, outcomes: Outcomes, *, wants_person: bool) -> None:
        self.address = address
        self.name = name
        self.seen = Seen()
        self.conversation = ""
        self.token = ""
        self.reader = ""
        self._outcomes = outcomes
        self._outbox: list[Frame] = [{"type": "ask_person", "id": f"{name}-0"}] if wants_person else []
        self._news = asyncio.Event()
        self._written = 0

    def write(self, text: str) -> None:
        self._written += 1
        self._outbox.append({"type": "message", "id": f"{self.name}-{self._written}", "text": text})
        self._news.set()

    @property
    def waits(self) -> int:
        """How much was not acknowledged yet."""
        return len(self._outbox)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(*AWAY):
                await self._begin()
                async with connect(self.address.replace("http", "ws") + "/ws/chat") as socket:
                    await self._talk(socket)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _begin(self) -> None:
        if self.token:
            return
        async with httpx.AsyncClient(timeout=8) as http:
            answer = await http.post(f"{self.address}/api/conversations")
        if answer.status_code != httpx.codes.CREATED:
            raise TimeoutError("not now")
        self.conversation, self.token = answer.json()["conversation"], answer.json()["token"]

    async def _talk(self, socket: ClientConnection) -> None:
        after = None if self.seen.position == "0-0" else self.seen.position
        await socket.send(json.dumps({"type": "hello", "token": self.token, "after": after}))
        sending = asyncio.create_task(self._send(socket))
        try:
            while True:
                async with asyncio.timeout(HANG_UP_SECONDS):
                    self._receive(json.loads(await socket.recv()))
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, socket: ClientConnection) -> None:
        """The first of the outbox, again each second and a half until it is acknowledged; a sign of life."""
        while True:
            self._news.clear()
            if self._outbox:
                await socket.send(json.dumps(self._outbox[0]))
            else:
                await socket.send('{"type":"ping"}')
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), 1.5)

    def _receive(self, frame: Frame) -> None:
        if frame["type"] == "received":
            self._acknowledged(frame["id"])
        elif frame["type"] == "status":
            self.reader = frame["reader"]
        elif frame["type"] == "message" and self.seen.show(frame) and frame["author"] != "young_person":
            self._outcomes.answered(self.conversation)
            if frame["author"] == "counsellor":
                self.seen.doubled[frame["id"]] += 1
                self.seen.shown.append(frame["id"])

    def _acknowledged(self, message_id: str) -> None:
        if not self._outbox or self._outbox[0]["id"] != message_id:
            return
        self._outbox.pop(0)
        self.seen.acknowledged.append(message_id)
        if self.reader != "counsellor":
            self._outcomes.acknowledged(self.conversation, message_id)
        self._news.set()


class Counsellor:
    """A console: takes whoever waits of those it is told to, and answers each message once."""

    def __init__(self, address: str, link: str) -> None:
        self.address = address
        self.link = link
        self.seen: defaultdict[str, Seen] = defaultdict(Seen)
        self.wanted: set[str] = set()
        self.mine: set[str] = set()
        self._outbox: list[Frame] = []
        self._news = asyncio.Event()
        self._claiming: set[asyncio.Task[None]] = set()

    @property
    def waits(self) -> int:
        return len(self._outbox)

    @contextlib.asynccontextmanager
    async def signed_in(self) -> AsyncIterator[httpx.AsyncClient]:
        headers = {"X-Requested-With": "repere-console"}
        async with httpx.AsyncClient(headers=headers, timeout=10, base_url=self.address) as http:
            await http.get(self.link)
            yield http

    async def run(self, http: httpx.AsyncClient) -> None:
        """Until cancelled."""
        cookie = {"Cookie": f"repere_staff={http.cookies['repere_staff']}"}
        address = self.address.replace("http", "ws") + "/ws/console"
        while True:
            with contextlib.suppress(*AWAY):
                async with connect(
                    address,
                    additional_headers=cookie,
                    origin=self.address,  # type: ignore[arg-type]
                    max_size=None,
                ) as socket:
                    await self._talk(http, socket)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _talk(self, http: httpx.AsyncClient, socket: ClientConnection) -> None:
        sending = asyncio.create_task(self._send(socket))
        try:
            while True:
                async with asyncio.timeout(HANG_UP_SECONDS):
                    self._receive(http, json.loads(await socket.recv()))
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, socket: ClientConnection) -> None:
        while True:
            self._news.clear()
            first = next((each for each in self._outbox if each["conversation"] in self.mine), None)
            await socket.send(json.dumps(first or {"type": "ping"}))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), 1.0)

    def _receive(self, http: httpx.AsyncClient, frame: Frame) -> None:
        if frame["type"] == "list":
            self.mine = {each["conversation"] for each in frame["mine"]}
            for each in frame["waiting"]:
                if each["conversation"] in self.wanted:
                    task = asyncio.create_task(self._claim(http, each["conversation"]))
                    self._claiming.add(task)
                    task.add_done_callback(self._claiming.discard)
        elif frame["type"] == "received":
            done = [each for each in self._outbox if each["id"] == frame["id"]]
            for each in done:
                self._outbox.remove(each)
                self.seen[each["conversation"]].acknowledged.append(each["id"])
            self._news.set()
        elif frame["type"] == "message" and frame["author"] == "young_person":
            self._read(frame)

    def _read(self, frame: Frame) -> None:
        seen = self.seen[frame["conversation"]]
        if not seen.show(frame):
            return
        seen.doubled[frame["id"]] += 1
        seen.shown.append(frame["id"])
        words = {"type": "message", "conversation": frame["conversation"], "checked": True}
        self._outbox.append({**words, "id": f"re-{frame['id']}", "text": "Je te lis, continue."})
        self._news.set()

    async def _claim(self, http: httpx.AsyncClient, conversation: str) -> None:
        with contextlib.suppress(*AWAY):
            await http.post(f"/api/conversations/{conversation}/claim")
