"""What Telegram's updates are to us. An update that cannot be read is still somebody who wrote."""

from __future__ import annotations

import logging
from typing import Any

import telegram
from telegram.constants import ChatMemberStatus, UpdateType
from telegram.request import HTTPXRequest

from handoff.channels.channel import Arrival, Kind

logger = logging.getLogger(__name__)

READS = [UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY, UpdateType.MY_CHAT_MEMBER]


class UpdatesRequest(HTTPXRequest):
    """Asks for updates. One that cannot be read comes as far as it can: the others are not held up by it."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        answer = HTTPXRequest.parse_json_payload(payload)
        if isinstance(answer.get("result"), list):
            answer["result"] = [readable(each) for each in answer["result"]]
        return answer


def readable(update: dict[str, Any]) -> dict[str, Any]:
    """An update that python-telegram-bot reads: as it is, or what is left of it."""
    try:
        telegram.Update.de_json(update, None)
    except Exception as error:
        # As Telegram sends them from tomorrow, or a bug: delivered again it would be the same.
        logger.warning("an update could not be read: %s", type(error).__name__)
        return _remains(update)
    return update


def _remains(update: dict[str, Any]) -> dict[str, Any]:
    """That somebody sent something; only its number where even that is not known."""
    once = {"update_id": update["update_id"]}
    try:
        message = update["message"]
        chat = {"id": int(message["chat"]["id"]), "type": str(message["chat"]["type"])}
        sent = {"message_id": int(message["message_id"]), "date": 0, "chat": chat, "unread": True}
    except (TypeError, KeyError, ValueError):
        return once
    return {**once, "message": sent}


def arrival_of(update: telegram.Update, to: str) -> Arrival | None:
    """An update of a private chat; None when there is nothing in it for us."""
    once = str(update.update_id)
    if update.callback_query is not None:
        about = update.callback_query.message
        number = str(about.message_id) if about else ""
        return Arrival(once, to, Kind.PRESS, payload=update.callback_query.data or "", number=number)
    if update.my_chat_member is not None:
        blocked = update.my_chat_member.new_chat_member.status == ChatMemberStatus.BANNED
        return Arrival(once, to, Kind.LEFT) if blocked else None
    message = update.message or update.edited_message
    return _words(once, to, message, edited=update.edited_message is not None) if message else None


def _words(once: str, to: str, message: telegram.Message, *, edited: bool) -> Arrival | None:
    text = message.text or message.caption or ""
    location = message.location is not None or message.venue is not None
    # A field that the library does not know: something to open, if not beside words (forwarded ones).
    attached = message.effective_attachment is not None or bool(message.api_kwargs and not message.text)
    # A location that moves, a picture that was changed: said once already. Pinned, joined, a timer set.
    if not text and (edited or not (location or attached)):
        return None
    return Arrival(
        once,
        to,
        text=text,
        number=str(message.message_id),
        album=message.media_group_id or "",
        edited=edited,
        unreadable=attached and not location and not edited,
        location=location and not edited,
    )
