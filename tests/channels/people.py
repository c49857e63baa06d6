"""Those at the two ends: somebody at each channel, a counsellor with an open console."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any, ClassVar

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.channels.bot_api import BotApi, Json
from tests.channels.graph_api import GraphApi
from tests.channels.phone import PATIENCE, Phone, PhoneMessage
from tests.channels.sms_gateway import SmsGateway
from tests.chat_client import ChatClient
from tests.conftest import eventually
from tests.running_service import Service

_people = itertools.count(7_312_845_590)


class Person(Phone):
    """Somebody with Telegram on their phone."""

    channel = "telegram"

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.chat = next(_people)
        self._last: Json = {}

    async def write(self, text: str, **fields: Any) -> Json:
        """Returns the update, to be delivered again or edited."""
        return await self.send(text=text, **fields)

    async def send(self, kind: str = "message", **fields: Any) -> Json:
        self._last = self.api.message_update(self.chat, kind, **fields)
        await self.api.deliver(self._last)
        return self._last

    async def press(self, payload: str) -> None:
        await self.api.deliver(self.api.press_update(self.chat, payload))

    async def say(self, text: str) -> None:
        await self.write(text)

    async def again(self) -> None:
        await self.api.deliver(self._last)

    async def ask_person(self) -> None:
        await self.write("/humain")

    async def forget(self) -> None:
        await self.write("/oublier")
        await self.reads("Ce qu'on ne peut pas effacer")

    def saw_typing(self) -> bool:
        return ("sendChatAction", {"chat_id": self.chat, "action": "typing"}) in self.api.calls

    def shown(self) -> list[PhoneMessage]:
        return self.api.shown(self.chat)


class WhatsAppPerson(Phone):
    """Somebody with WhatsApp on their phone."""

    channel = "whatsapp"

    def __init__(self, api: GraphApi) -> None:
        self.api = api
        self.number = f"33{next(_people) % 1_000_000_000:09d}"
        self._last: Json = {}

    async def send(self, kind: str, content: Json) -> None:
        self._last = self.api.message(self.number, kind, content)
        await self.api.deliver(self._last)

    async def say(self, text: str) -> None:
        await self.send("text", {"body": text})

    async def again(self) -> None:
        await self.api.deliver(self._last)

    async def press(self, payload: str) -> None:
        await self.send(
            "interactive", {"type": "button_reply", "button_reply": {"id": payload, "title": "…"}}
        )

    async def ask_person(self) -> None:
        await self.say("HUMAIN")

    async def forget(self) -> None:
        await self.say("OUBLIER")
        await self.reads("Chez nous, tout est effacé")

    def saw_typing(self) -> bool:
        return self.number in self.api.typing

    def shown(self) -> list[PhoneMessage]:
        return self.api.phones[self.number]


class MessengerPerson(Phone):
    """Somebody with Messenger on their phone."""

    channel = "messenger"

    def __init__(self, api: GraphApi) -> None:
        self.api = api
        self.id = f"{next(_people)}00000"
        self._last: Json = {}

    async def send(self, **event: Any) -> None:
        self._last = {"sender": {"id": self.id}, "recipient": {"id": "1"}, "timestamp": 1, **event}
        await self.api.deliver_event(self._last)

    async def say(self, text: str) -> None:
        await self.send(message={"mid": f"m_{uuid.uuid4().hex}", "text": text})

    async def again(self) -> None:
        await self.api.deliver_event(self._last)

    async def press(self, payload: str) -> None:
        reply = {"payload": payload}
        await self.send(message={"mid": f"m_{uuid.uuid4().hex}", "text": "…", "quick_reply": reply})

    async def ask_person(self) -> None:
        await self.say("humain")

    async def forget(self) -> None:
        await self.say("oublier")
        await self.reads("Chez nous, tout est effacé")

    def saw_typing(self) -> bool:
        return self.id in self.api.typing

    def shown(self) -> list[PhoneMessage]:
        return self.api.phones[self.id]


class SmsPerson(Phone):
    """Somebody whose phone has text messages only: choices are numbered, and a number is an answer."""

    channel = "sms"
    sees_typing = False
    _choice = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
    # What the choices that the script looks for are called; of the others only the words are known here.
    _payloads: ClassVar[dict[str, str]] = {
        "Parler à une personne": "#person",
        "Effacer la conversation": "/effacer_conversation",
    }

    def __init__(self, gateway: SmsGateway) -> None:
        self.gateway = gateway
        self.number = f"+33{next(_people) % 1_000_000_000:09d}"
        self._last: Json = {}

    async def say(self, text: str) -> None:
        self._last = self.gateway.message(self.number, text)
        await self.again()

    async def again(self) -> None:
        assert await self.gateway.deliver(self._last) == httpx.codes.OK

    async def press(self, payload: str) -> None:
        """The number under which it was offered last."""
        # Choices may be cut over several text messages; each keeps its own number.
        texts = "\n".join(self.gateway.phones[self.number])
        numbers = [
            n for n, label in self._choice.findall(texts) if self._payloads.get(label, label) == payload
        ]
        await self.say(numbers[-1])

    async def ask_person(self) -> None:
        await self.say("HUMAIN")

    async def forget(self) -> None:
        await self.say("OUBLIER")
        await self.reads("Chez nous, tout est effacé")

    def saw_typing(self) -> bool:
        return False

    def shown(self) -> list[PhoneMessage]:
        return [
            PhoneMessage(number, text, buttons=self._offered(text))
            for number, text in enumerate(self.gateway.phones[self.number])
        ]

    def _offered(self, text: str) -> list[tuple[str, str]]:
        labels = [label for _, label in self._choice.findall(text)]
        return [(label, self._payloads.get(label, label)) for label in labels]


class WebPerson(Phone):
    """Somebody with the chat page open."""

    channel = "web"
    welcomed = False

    def __init__(self, address: str) -> None:
        self._address = address
        self._last: Json = {}

    async def open(self) -> None:
        self.client = await ChatClient.open(self._address)
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self.client.socket.close()

    async def _listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            await self.client.until(lambda _: False, 10 * PATIENCE)

    async def _send(self, frame: Json) -> None:
        self._last = {"id": uuid.uuid4().hex, **frame}
        await self.client.send(self._last)

    async def say(self, text: str) -> None:
        await self._send({"type": "message", "text": text})

    async def again(self) -> None:
        await self.client.send(self._last)

    async def press(self, payload: str) -> None:
        await self._send({"type": "press", "payload": payload})

    async def ask_person(self) -> None:
        await self._send({"type": "ask_person"})

    async def forget(self) -> None:
        await self._send({"type": "erase"})
        await eventually(lambda: any(each["type"] == "erased" for each in self.client.frames), PATIENCE)
        await self.close()
        await self.open()

    def saw_typing(self) -> bool:
        return any(each["type"] == "typing" for each in self.client.frames)

    def shown(self) -> list[PhoneMessage]:
        """The help lines of a message stand under its words."""
        return [
            PhoneMessage(
                number,
                "\n".join([frame["text"], *(f"{r['name']} {r['phone'] or ''}" for r in frame["resources"])]),
                buttons=[(button["label"], button["payload"]) for button in frame["buttons"]],
            )
            for number, frame in enumerate(self.client.frames)
            if frame["type"] == "message" and frame["author"] != "young_person"
        ]


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
