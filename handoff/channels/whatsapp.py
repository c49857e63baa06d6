"""WhatsApp, through Meta's Business Cloud API: the webhook, and messages with buttons or a list.

Of what WhatsApp tells about a person only where to answer is read: no profile name. Photos, voice messages
and files are never asked for. Nothing is sent freely more than a day after their last message: one neutral
template asks whether they are there, and what a counsellor wrote waits for their answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import ClassVar

from handoff.channels.channel import Arrival, Kind, Part
from handoff.channels.delivered_json import Item, Json, held, listed
from handoff.channels.graph import GraphChannel
from handoff.conversation import Button

MOST_BUTTONS, LONGEST_TITLE = 3, 20
MOST_ROWS, LONGEST_ROW, LONGEST_DESCRIPTION = 10, 24, 72
TYPING_KNOWN_FOR = 1000  # people whose last message is remembered, in memory, to show them that we write
IGNORED = ("reaction", "revoke", "system", "request_welcome")


class WhatsAppChannel(GraphChannel):
    """One number, named by Meta's id of it. ``template``: the neutral message, approved by Meta."""

    name: ClassVar[str] = "whatsapp"
    longest_text: ClassVar[int] = 1024  # of a message with buttons; one without may be longer
    longest_payload: ClassVar[int] = 200
    # Less than the 24 hours: clocks differ, and a message takes its time.
    window: ClassVar[timedelta | None] = timedelta(hours=23, minutes=50)
    unreachable: ClassVar[frozenset[int]] = frozenset({131026, 131030, 131050})
    later: ClassVar[Mapping[int, float]] = {
        **dict.fromkeys((80007, 130429, 131000, 131016, 131048, 131057, 133016), 2.0),
        131056: 6.0,  # too many to the same person; one every six seconds is always allowed
    }

    def __init__(
        self, api: str, number: str, token: str, secret: str, verify: str, template: str, language: str
    ) -> None:
        super().__init__(api, number, token, secret, verify)
        self._template = {"name": template, "language": {"code": language}}
        self._last: dict[str, str] = {}

    # -- what comes ------------------------------------------------------------------------

    def items(self, entry: Json) -> Iterator[Item]:
        for change in listed(entry, "changes"):
            value = change.get("value")
            # Meta's app may serve other numbers too, each with a webhook of its own or this one.
            ours = held(held(value, "metadata"), "phone_number_id") == self.account
            if change.get("field") == "messages" and ours:
                yield from ((self._message, each) for each in listed(value, "messages"))
                yield from ((self._undelivered, each) for each in listed(value, "statuses"))

    def _message(self, message: Json) -> Arrival | None:
        arrival = _arrival(message)
        if arrival is not None:
            # The typing sign is shown on their last message, whose id holds their number: in memory only.
            self._last.pop(arrival.to, None)
            self._last[arrival.to] = arrival.number
            if len(self._last) > TYPING_KNOWN_FOR:
                del self._last[next(iter(self._last))]
        return arrival

    def _undelivered(self, each: Json) -> Arrival | None:
        if each.get("status") != "failed":
            return None
        codes = {int(error.get("code", 0)) for error in each.get("errors", [])}
        to = each.get("recipient_id") or each["recipient_user_id"]
        kind = Kind.LEFT if codes & self.unreachable else Kind.UNDELIVERED
        return Arrival(f"failed {each['id']}", to, kind)

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

    async def knock(self, to: str) -> bool:
        await self._post(to, "template", self._template)
        return True

    async def show_typing(self, to: str) -> None:
        last = self._last.get(to)
        if last:
            sign = {"status": "read", "message_id": last, "typing_indicator": {"type": "text"}}
            await self.call({"messaging_product": "whatsapp", **sign})

    async def _post(self, to: str, kind: str, content: Json) -> None:
        # Whoever hides their number is known by a name of Meta's instead.
        address = {"to": to} if to.isdigit() else {"recipient": to}
        content_of = {"recipient_type": "individual", **address, "type": kind, kind: content}
        await self.call({"messaging_product": "whatsapp", **content_of})


def _row(button: Button) -> Json:
    """A choice of a list; a label too long for its title is repeated whole under it."""
    row: Json = {"id": button.payload, "title": button.label}
    if len(button.label) > LONGEST_ROW:
        row["title"] = button.label[: LONGEST_ROW - 1].rstrip() + "…"
        row["description"] = button.label[:LONGEST_DESCRIPTION]
    return row


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
