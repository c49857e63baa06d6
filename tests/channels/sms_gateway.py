"""A gateway for text messages of ours: takes what we send, brings what people write."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.channels.local_server import LocalServer

TOKEN, SECRET = "ours-to-the-gateway", "the-gateway-to-us"


class SmsGateway:
    """The gateway, and the phones behind it."""

    def __init__(self) -> None:
        self.server = LocalServer(Starlette(routes=[Route("/send", self._send, methods=["POST"])]))
        self.webhook = ""
        self.phones: defaultdict[str, list[str]] = defaultdict(list)
        self.gone: set[str] = set()
        self.busy = 0  # so many of the next messages get "too many"
        self._ids = itertools.count(1)

    def message(self, sender: str, text: str) -> dict[str, Any]:
        return {"id": f"sms-{next(self._ids)}", "from": sender, "text": text}

    async def deliver(self, message: object, secret: str = SECRET) -> int:
        headers = {"Authorization": f"Bearer {secret}"}
        async with httpx.AsyncClient(timeout=60) as client:
            return (await client.post(self.webhook, json=message, headers=headers)).status_code

    async def _send(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Response(status_code=401)
        said = await request.json()
        if said["to"] in self.gone:
            return Response(status_code=410)
        if self.busy:
            self.busy -= 1
            return Response(status_code=429)
        self.phones[said["to"]].append(said["text"])
        return Response(status_code=202)
