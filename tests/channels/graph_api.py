"""A Graph API server of ours: what Meta does for a WhatsApp number, as far as we can see it.

It refuses what Meta refuses (limits, the 24-hour window), signs what it delivers, and breaks on demand.
"""

from __future__ import annotations

import asyncio
import hmac
import itertools
import json
from collections import defaultdict
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.channels.local_server import LocalServer
from tests.channels.phone import PhoneMessage

NUMBER, PAGE = "106540352242922", "204567890123456"
TOKEN, SECRET = "EAAB-only-the-tests-know", "app-secret-of-the-tests"
PROFILE = {"name": "Mirabellune Quatrevents"}  # nobody may read it
DELIVERED_WITHIN = 1500  # attempts of the webhook, a fifth of a second apart

Json = dict[str, Any]


class GraphApi:
    """The server, and the people who use WhatsApp."""

    def __init__(self) -> None:
        whatsapp = Route(f"/v23.0/{NUMBER}/messages", self._messages, methods=["POST"])
        messenger = Route(f"/v23.0/{PAGE}/messages", self._page_messages, methods=["POST"])
        self.server = LocalServer(Starlette(routes=[whatsapp, messenger]))
        self.webhook = ""  # where the operator told Meta to deliver, less the app's name
        self.phones: defaultdict[str, list[PhoneMessage]] = defaultdict(list)
        self.templates: list[tuple[str, str]] = []
        self.typing: list[str] = []
        self.unreachable: set[str] = set()
        self.window_closed: set[str] = set()
        self.template_refused = False  # as when it was never approved, or was taken back
        self.refused_templates = 0
        self.too_many = 0  # so many of the next messages get "too fast"
        self._senders: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._client = httpx.AsyncClient(timeout=60)

    @property
    def address(self) -> str:
        return f"{self.server.url}/v23.0"

    async def close(self) -> None:
        await self._client.aclose()
        self.server.stop()

    # -- people --------------------------------------------------------------------------------

    def message(self, sender: str, kind: str, content: Json, **fields: Any) -> Json:
        """A message as Meta delivers it."""
        wamid = f"wamid.{sender}.{next(self._numbers)}"
        self._senders[wamid] = sender
        message = {"from": sender, "id": wamid, "timestamp": "1760000000", "type": kind, kind: content}
        return {"contacts": [{"profile": PROFILE, "wa_id": sender}], "messages": [{**message, **fields}]}

    def failed(self, sender: str, code: int) -> Json:
        """What Meta says of a message of ours that did not arrive."""
        wamid = f"wamid.ours.{next(self._numbers)}"
        status = {"id": wamid, "status": "failed", "recipient_id": sender, "errors": [{"code": code}]}
        return {"statuses": [status]}

    async def deliver(self, value: Json, attempts: int = DELIVERED_WITHIN) -> int:
        """To the webhook, signed, again until it is accepted. The last status."""
        metadata = {"display_phone_number": "33700000000", "phone_number_id": NUMBER}
        change = {
            "field": "messages",
            "value": {"messaging_product": "whatsapp", "metadata": metadata, **value},
        }
        delivery = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
        return await self.deliver_body(json.dumps(delivery).encode(), SECRET, attempts)

    async def deliver_event(self, event: Json) -> int:
        """Something that happened in a Messenger chat."""
        entry = {"id": PAGE, "time": 1_760_000_000, "messaging": [event]}
        body = json.dumps({"object": "page", "entry": [entry]}).encode()
        return await self.deliver_body(body, SECRET, DELIVERED_WITHIN, app="messenger")

    async def deliver_body(self, body: bytes, secret: str, attempts: int = 1, app: str = "whatsapp") -> int:
        signature = f"sha256={hmac.new(secret.encode(), body, 'sha256').hexdigest()}"
        headers = {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}
        for _ in range(attempts):
            try:
                answer = await self._client.post(f"{self.webhook}/{app}", content=body, headers=headers)
            except httpx.HTTPError:
                await asyncio.sleep(0.2)
                continue
            if answer.status_code == httpx.codes.OK or attempts == 1:
                return answer.status_code
            await asyncio.sleep(0.2)
        raise AssertionError("the webhook never accepted a delivery")

    # -- the Graph API -------------------------------------------------------------------------

    async def _messages(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _error(401, 190)
        sent = await request.json()
        if sent.get("messaging_product") != "whatsapp":
            return _error(400, 100)
        if "typing_indicator" in sent:
            if sent["status"] != "read" or sent["message_id"] not in self._senders:
                return _error(400, 100)
            self.typing.append(self._senders[sent["message_id"]])
            return JSONResponse({"success": True})
        return self._send(sent)

    async def _page_messages(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _error(401, 190)
        sent = await request.json()
        to = sent["recipient"]["id"]
        if to in self.unreachable:
            return _error(400, 551)
        if sent.get("sender_action") == "typing_on":
            self.typing.append(to)
            return JSONResponse({"recipient_id": to})
        message, replies = sent["message"], sent["message"].get("quick_replies", [])
        fits = 0 < len(message["text"]) <= 2000 and len(replies) <= 13
        if not fits or any(not 0 < len(each["title"]) <= 20 for each in replies):
            return _error(400, 100)
        choices = [(each["title"], each["payload"]) for each in replies]
        self.phones[to].append(PhoneMessage(next(self._numbers), message["text"], buttons=choices))
        return JSONResponse({"recipient_id": to, "message_id": f"m_{next(self._numbers)}"})

    def _send(self, sent: Json) -> Response:
        to, kind = sent["to"], sent["type"]
        if to in self.unreachable:
            return _error(400, 131026)
        if self.too_many:
            self.too_many -= 1
            return _error(429, 130429)
        if to in self.window_closed and kind != "template":
            return _error(400, 131047)
        if kind == "template" and self.template_refused:
            self.refused_templates += 1
            return _error(400, 132001)
        if kind == "template":
            self.templates.append((to, sent["template"]["name"]))
            return self._accepted(to)
        message = _shown(sent)
        if message is None:
            return _error(400, 131009)
        message.number = next(self._numbers)
        self.phones[to].append(message)
        return self._accepted(to)

    def _accepted(self, to: str) -> Response:
        return JSONResponse(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": to, "wa_id": to}],
                "messages": [{"id": f"wamid.ours.{next(self._numbers)}"}],
            }
        )


def _shown(sent: Json) -> PhoneMessage | None:
    """A message as the phone shows it; None when Meta would refuse it."""
    if sent["type"] == "text":
        body = sent["text"]["body"]
        return PhoneMessage(0, body) if 0 < len(body) <= 4096 else None
    shown = sent["interactive"]
    if shown["type"] == "button":
        replies = [each["reply"] for each in shown["action"]["buttons"]]
        fits = 1 <= len(replies) <= 3 and all(0 < len(each["title"]) <= 20 for each in replies)
        fits = fits and len(shown["body"]["text"]) <= 1024
        choices = [(each["title"], each["id"]) for each in replies]
    else:
        (section,) = shown["action"]["sections"]
        rows = section["rows"]
        fits = 1 <= len(rows) <= 10 and 0 < len(shown["action"]["button"]) <= 20
        fits = fits and len(shown["body"]["text"]) <= 4096
        for row in rows:
            fits = fits and 0 < len(row["title"]) <= 24 and len(row.get("description", "")) <= 72
        choices = [(row.get("description", row["title"]), row["id"]) for row in rows]
    fits = fits and len({payload for _, payload in choices}) == len(choices)
    return PhoneMessage(0, shown["body"]["text"], buttons=choices) if fits else None


def _error(status: int, code: int) -> Response:
    error = {"message": f"(#{code}) refused", "type": "OAuthException", "code": code, "fbtrace_id": "x"}
    return JSONResponse({"error": error}, status)
