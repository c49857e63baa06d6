"""Text messages, through any gateway that speaks JSON over HTTP (docs/channels.md says the two requests)."""

from __future__ import annotations

import hmac
import logging
from typing import ClassVar

import httpx
from fastapi import Request, Response, status

from handoff.channels.channel import (
    Arrival,
    Channel,
    Part,
    PartRefusedError,
    Take,
    TryLaterError,
    UnreachableError,
)

logger = logging.getLogger(__name__)

ANSWER_WITHIN_SECONDS = 30
LATER_SECONDS = 5.0
LATER = (408, 425, 429)
GONE = (404, 410)


class SmsChannel(Channel):
    """One gateway. ``token`` is ours to it, ``secret`` its own to us."""

    name: ClassVar[str] = "sms"
    # Six text messages at most: with accents one holds 67 characters.
    longest_text: ClassVar[int] = 400
    has_buttons: ClassVar[bool] = False

    def __init__(self, url: str, token: str, secret: str) -> None:
        self._url = url
        self._wanted = f"Bearer {secret}".encode()
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(ANSWER_WITHIN_SECONDS, connect=10),
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def webhook(self, request: Request, take: Take) -> Response:
        """One text message. 403: not from the gateway."""
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, self._wanted):
            return Response(status_code=status.HTTP_403_FORBIDDEN)
        try:
            said = await request.json()
            arrival = Arrival(str(said["id"]), str(said["from"]), text=str(said["text"]))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            # From the gateway, and not as we know it: delivered again it would be the same.
            logger.warning("a text message could not be read: %s", type(error).__name__)
            return Response()
        await take(arrival)
        return Response()

    async def send(self, to: str, part: Part) -> str:
        try:
            answer = await self._http.post(self._url, json={"to": to, "text": part.text})
        except httpx.HTTPError:
            raise TryLaterError(LATER_SECONDS) from None
        if answer.status_code in GONE:
            raise UnreachableError
        if answer.status_code in LATER or answer.is_server_error:
            raise TryLaterError(LATER_SECONDS)
        if not answer.is_success:
            logger.error("the gateway refuses a text message (%d)", answer.status_code)
            raise PartRefusedError
        return ""
