"""WhatsApp, through Meta's Business Cloud API: the webhook, and messages with buttons or a list.

Of what WhatsApp tells about a person only where to answer is read: no profile name. Photos, voice messages
and files are never asked for. Nothing is sent freely more than a day after their last message: one neutral
template asks whether they are there, and what a counsellor wrote waits for their answer.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

import httpx
from fastapi import Request, Response, status

from handoff.channels.channel import (
    Arrival,
    Channel,
    Kind,
    Part,
    PartRefusedError,
    Take,
    TryLaterError,
    UnreachableError,
)
from handoff.conversation import Button

logger = logging.getLogger(__name__)

ANSWER_WITHIN_SECONDS = 30
MOST_BUTTONS, LONGEST_TITLE = 3, 20
MOST_ROWS, LONGEST_ROW, LONGEST_DESCRIPTION = 10, 24, 72
TYPING_KNOWN_FOR = 1000  # people whose last message is remembered, in memory, to show them that we write
IGNORED = ("reaction", "revoke", "system", "request_welcome")

# Codes of the Graph API's errors.
UNREACHABLE = (131026, 131030, 131050)
TOO_FAST = {131056: 6.0}  # too many to the same person; one every six seconds is always allowed
LATER = (1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131057, 133016)
TOKEN_REFUSED = (0, 3, 10, 190)
LATER_SECONDS, TOKEN_REFUSED_SECONDS = 2.0, 60.0

Json = dict[str, Any]


class WhatsAppChannel(Channel):
    """One number. ``secret`` signs what Meta sends; Meta says ``verify`` when the webhook is set up."""

    name: ClassVar[str] = "whatsapp"
    longest_text: ClassVar[int] = 1024  # of a message with buttons; one without may be longer
    longest_payload: ClassVar[int] = 200
    # Less than the 24 hours: clocks differ, and a message takes its time.
    window: ClassVar[timedelta | None] = timedelta(hours=23, minutes=50)

    def __init__(
        self, api: str, number: str, token: str, secret: str, verify: str, template: str, language: str
    ) -> None:
        self._secret = secret.encode()
        self._verify = verify
        self._template = template
        self._language = language
        self._last: dict[str, str] = {}
        self._http = httpx.AsyncClient(
            base_url=f"{api}/{number}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(ANSWER_WITHIN_SECONDS, connect=10),
        )

    async def close(self) -> None:
        await self._http.aclose()

    # -- what comes ------------------------------------------------------------------------

    async def webhook(self, request: Request, take: Take) -> Response:
        """Meta's question when the webhook is set up, or a delivery. 403: not from Meta."""
        if request.method == "GET":
            return self._answer_challenge(request)
        body = await request.body()
        wanted = f"sha256={hmac.digest(self._secret, body, 'sha256').hex()}"
        given = request.headers.get("X-Hub-Signature-256", "")
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            return Response(status_code=status.HTTP_403_FORBIDDEN)
        try:
            arrivals = [arrival for value in _values(json.loads(body)) for arrival in _arrivals(value)]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            # From Meta, and not as we know it: delivered again it would be the same.
            logger.warning("a delivery could not be read: %s", type(error).__name__)
            return Response()
        for arrival in arrivals:
            if arrival.number:
                self._remember(arrival)
        await asyncio.gather(*map(take, arrivals))
        return Response()

    def _answer_challenge(self, request: Request) -> Response:
        asked = request.query_params
        given = asked.get("hub.verify_token", "").encode()
        if asked.get("hub.mode") != "subscribe" or not hmac.compare_digest(given, self._verify.encode()):
            return Response(status_code=status.HTTP_403_FORBIDDEN)
        return Response(asked.get("hub.challenge", ""), media_type="text/plain")

    def _remember(self, arrival: Arrival) -> None:
        """The typing sign is shown on their last message, whose id holds their number: in memory only."""
        self._last.pop(arrival.to, None)
        self._last[arrival.to] = arrival.number
        if len(self._last) > TYPING_KNOWN_FOR:
            del self._last[next(iter(self._last))]

    # -- what goes -------------------------------------------------------------------------

    async def send(self, to: str, part: Part) -> str:
        rows = part.buttons[:MOST_ROWS]
        if not rows:
            await self._post(to, "text", {"body": part.text, "preview_url": False})
        elif len(rows) <= MOST_BUTTONS and all(len(each.label) <= LONGEST_TITLE for each in rows):
            buttons = [{"type": "reply", "reply": {"id": b.payload, "title": b.label}} for b in rows]
            shown = {"type": "button", "body": {"text": part.text}, "action": {"buttons": buttons}}
            await self._post(to, "interactive", shown)
        else:
            action = {"button": part.menu[:LONGEST_TITLE], "sections": [{"rows": [_row(b) for b in rows]}]}
            shown = {"type": "list", "body": {"text": part.text}, "action": action}
            await self._post(to, "interactive", shown)
        return ""  # its number holds the person's phone number, and nothing can be deleted with it

    async def knock(self, to: str) -> None:
        template = {"name": self._template, "language": {"code": self._language}}
        await self._post(to, "template", template)

    async def show_typing(self, to: str) -> None:
        last = self._last.get(to)
        if last:
            sign = {"status": "read", "message_id": last, "typing_indicator": {"type": "text"}}
            await self._call(sign)

    async def _post(self, to: str, kind: str, content: Json) -> None:
        # Whoever hides their number is known by a name of Meta's instead.
        address = {"to": to} if to.isdigit() else {"recipient": to}
        await self._call({"recipient_type": "individual", **address, "type": kind, kind: content})

    async def _call(self, fields: Json) -> None:
        try:
            answer = await self._http.post("/messages", json={"messaging_product": "whatsapp", **fields})
            if answer.is_success:
                return
            error = answer.json()["error"]
            code = int(error["code"])
        except (httpx.HTTPError, ValueError, TypeError, KeyError):
            raise TryLaterError(LATER_SECONDS) from None
        if code in UNREACHABLE:
            raise UnreachableError
        if code in TOKEN_REFUSED or answer.status_code == httpx.codes.UNAUTHORIZED:
            logger.error("whatsapp: the token is refused (%d)", code)
            raise TryLaterError(TOKEN_REFUSED_SECONDS)
        if code in TOO_FAST or code in LATER or answer.status_code in (429, 500, 502, 503, 504):
            raise TryLaterError(TOO_FAST.get(code, _retry_after(answer)))
        logger.error("whatsapp refuses a message (%d)", code)
        raise PartRefusedError


def _retry_after(answer: httpx.Response) -> float:
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isdigit() else LATER_SECONDS


def _row(button: Button) -> Json:
    """A choice of a list; a label too long for its title is repeated whole under it."""
    row: Json = {"id": button.payload, "title": button.label}
    if len(button.label) > LONGEST_ROW:
        row["title"] = button.label[: LONGEST_ROW - 1].rstrip() + "…"
        row["description"] = button.label[:LONGEST_DESCRIPTION]
    return row


def _values(delivery: Json) -> Iterator[Json]:
    for entry in delivery.get("entry", []):
        for change in entry.get("changes", []):
            if change.get("field") == "messages":
                yield change["value"]


def _arrivals(value: Json) -> Iterator[Arrival]:
    for message in value.get("messages", []):
        arrival = _arrival(message)
        if arrival is not None:
            yield arrival
    for each in value.get("statuses", []):
        codes = {int(error.get("code", 0)) for error in each.get("errors", [])}
        if each.get("status") == "failed" and codes & set(UNREACHABLE):
            to = each.get("recipient_id") or each["recipient_user_id"]
            yield Arrival(f"failed {each['id']}", to, Kind.LEFT)


def _arrival(message: Json) -> Arrival | None:
    """A message; None when there is nothing in it for us."""
    kind, once = str(message.get("type", "")), str(message["id"])
    to = str(message.get("from") or message["from_user_id"])
    if kind in IGNORED:
        return None
    if kind == "interactive":
        chosen = message["interactive"]
        reply = chosen.get("button_reply") or chosen.get("list_reply") or {}
        return Arrival(once, to, Kind.PRESS, payload=str(reply.get("id", "")), number=once)
    if kind == "text":
        return Arrival(once, to, text=str(message["text"]["body"]), number=once)
    if kind == "edit":
        words = message["edit"].get("message", {}).get("text", {}).get("body")
        return Arrival(once, to, text=str(words), number=once, edited=True) if words else None
    if kind == "button":  # the answer to the template
        return Arrival(once, to, text=str(message["button"]["text"]), number=once)
    caption = (message.get(kind) or {}).get("caption") if isinstance(message.get(kind), dict) else None
    location = kind == "location"
    return Arrival(once, to, text=str(caption or ""), number=once, unreadable=not location, location=location)
