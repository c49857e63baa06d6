"""Rasa's REST channel, without its habit of writing what was said to the log when something fails."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

logger = logging.getLogger(__name__)

NOT_UNDERSTOOD = "/nlu_fallback"

# A button: /topic, a place, or the next page of a search.
# Rasa's own commands (/restart, /session_start, /back) are none.
PLACE = re.compile(r"[0-9][0-9AB][0-9]?")
MOST_PLACES = 20
PRESS = re.compile(
    r'/(?P<intent>[a-z][a-z0-9_]*)(\{"departement": ?"[0-9][0-9AB][0-9]?"\}|'
    r'\{"departement": ?"(?:[0-9][0-9AB][0-9]?)?", ?"sujet": ?"[a-z0-9_]{0,60}", ?"page": ?[0-9]{1,3}\})?'
)
RASA_COMMANDS = frozenset({"restart", "session_start", "back", "out_of_scope"})


class RestChannel(InputChannel):
    """POST /webhooks/rest/webhook {"sender", "message", "metadata"}: what to say, as a list.

    A turn that fails is an HTTP 500, so that the service answers by itself. The log says what kind
    of error it was and nothing more.
    """

    @classmethod
    def name(cls) -> str:
        """The name in the channel's address."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The addresses of this channel."""
        channel = Blueprint("rest_channel")

        @channel.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @channel.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            body = request.json
            if not isinstance(body, dict) or not isinstance(body.get("sender"), str) or not body["sender"]:
                return response.json({"error": "a sender is needed"}, status=400)
            said = sayable(body.get("message"), known_intents(request))
            collector = CollectingOutputChannel()
            message = UserMessage(
                said,
                collector,
                body["sender"],
                input_channel=self.name(),
                metadata=place_only(body.get("metadata")),
            )
            try:
                await on_new_message(message)
            except Exception as error:
                logger.error("a turn failed: %s", type(error).__name__)
                return response.json({"error": type(error).__name__}, status=500)
            return response.json(collector.messages)

        return channel


def place_only(metadata: object) -> dict[str, Any]:
    """{"departement": code} when the service found one, {"departements": codes} when it may be several.

    Rasa stores metadata: nothing else goes in.
    """
    if not isinstance(metadata, dict):
        return {}
    place, several = metadata.get("departement"), metadata.get("departements")
    known: dict[str, Any] = {"departement": place} if _is_place(place) else {}
    codes = [code for code in several if _is_place(code)] if isinstance(several, list) else []
    return {**known, "departements": codes[:MOST_PLACES]} if codes else known


def _is_place(code: object) -> bool:
    return isinstance(code, str) and PLACE.fullmatch(code) is not None


def known_intents(request: Request) -> frozenset[str]:
    """The intents of the model that is loaded now; none before there is one."""
    agent = getattr(request.app.ctx, "agent", None)
    return frozenset(agent.domain.intents) if agent and agent.domain else frozenset()


def sayable(message: object, intents: frozenset[str]) -> str:
    """A message that Rasa takes without complaint: it logs, in full, what it can't read as a button."""
    text = message.strip() if isinstance(message, str) else ""
    if not text.startswith("/"):
        return text or NOT_UNDERSTOOD
    press = PRESS.fullmatch(text)
    if press is None:
        # Not a button but somebody's own words ("/ jsp quoi faire").
        return text.lstrip("/ ") or NOT_UNDERSTOOD
    return text if press["intent"] in intents - RASA_COMMANDS else NOT_UNDERSTOOD
