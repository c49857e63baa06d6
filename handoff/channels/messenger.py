"""Messenger, through Meta's Graph API: messages with quick replies.

Of what Messenger tells about a person only the page's own number for them is read: no name, no picture.
Photos, voice messages and files are never asked for. More than a day after their last message Messenger lets
nothing neutral through: what a counsellor wrote waits until they come back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import ClassVar

from handoff.channels.channel import Arrival, Kind, Part
from handoff.channels.delivered_json import Item, Json, listed
from handoff.channels.graph import GraphChannel

MOST_REPLIES, LONGEST_TITLE = 13, 20
GET_STARTED = "GET_STARTED"  # the payload of the button that opens the chat (docs/channels.md)


class MessengerChannel(GraphChannel):
    """One page."""

    name: ClassVar[str] = "messenger"
    longest_text: ClassVar[int] = 1500  # of 2,000: numbered choices may stand under the words
    longest_payload: ClassVar[int] = 1000
    window: ClassVar[timedelta | None] = timedelta(hours=23, minutes=50)
    unreachable: ClassVar[frozenset[int]] = frozenset({551})
    later: ClassVar[Mapping[int, float]] = dict.fromkeys((1200, 80006), 2.0)

    def items(self, entry: Json) -> Iterator[Item]:
        if str(entry.get("id")) == self.account:  # Meta's app may serve other pages too
            yield from ((_arrival, event) for event in listed(entry, "messaging"))

    async def send(self, to: str, part: Part) -> str:
        choices = part.buttons[:MOST_REPLIES]
        titles = [each.label for each in choices]
        text = part.text
        if any(len(title) > LONGEST_TITLE for title in titles):
            # Messenger would cut them: the words go above, the numbers on the replies.
            numbered = "\n".join(f"{number}. {title}" for number, title in enumerate(titles, 1))
            text, titles = f"{text}\n\n{numbered}", [str(number + 1) for number in range(len(titles))]
        message: Json = {"text": text}
        if choices:
            message["quick_replies"] = [
                {"content_type": "text", "title": title, "payload": each.payload}
                for title, each in zip(titles, choices, strict=True)
            ]
        await self.call({"recipient": {"id": to}, "messaging_type": "RESPONSE", "message": message})
        return ""

    async def show_typing(self, to: str) -> None:
        await self.call({"recipient": {"id": to}, "sender_action": "typing_on"})


def _arrival(event: Json) -> Arrival | None:
    """An event of a chat; None when there is nothing in it for us."""
    to = str(event["sender"]["id"])
    if "postback" in event:
        pressed = event["postback"]
        once, payload = str(pressed["mid"]), str(pressed["payload"])
        if payload == GET_STARTED:
            code = str(pressed.get("referral", {}).get("ref", ""))
            return Arrival(once, to, text=f"/start {code}".strip(), number=once)
        return Arrival(once, to, Kind.PRESS, payload=payload, number=once)
    if "message_edit" in event:
        edit = event["message_edit"]
        once = f"{edit['mid']} {edit['num_edit']}"
        return Arrival(once, to, text=str(edit["text"]), number=str(edit["mid"]), edited=True)
    message = event.get("message")
    if message is None or message.get("is_echo") or message.get("is_deleted"):
        return None
    once = str(message["mid"])
    if "quick_reply" in message:
        return Arrival(once, to, Kind.PRESS, payload=str(message["quick_reply"]["payload"]), number=once)
    attached = {str(each.get("type")) for each in message.get("attachments", [])}
    location = "location" in attached
    text = str(message.get("text", ""))
    unreadable = not location and (bool(attached) or not text)
    return Arrival(once, to, text=text, number=once, unreadable=unreadable, location=location)
