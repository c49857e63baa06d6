"""What Meta's apps share: a signed webhook, a question when it is set up, and the Graph API's errors."""

from __future__ import annotations

import asyncio
import hmac
import logging
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar

import httpx
from fastapi import Request, Response, status

from handoff.channels.channel import (
    Channel,
    PartRefusedError,
    Take,
    TryLaterError,
    UnreachableError,
)
from handoff.channels.delivered_json import Item, Json, arrivals_of

logger = logging.getLogger(__name__)

ANSWER_WITHIN_SECONDS = 30
LATER_SECONDS, TOKEN_REFUSED_SECONDS = 2.0, 60.0
LATER_CODES = frozenset({1, 2, 4, 613})
LATER_STATUS = frozenset({429, 500, 502, 503, 504})
TOKEN_REFUSED = frozenset({0, 3, 190})


class GraphChannel(Channel):
    """An app of Meta's. ``secret`` signs what Meta sends; Meta says ``verify`` when the webhook is set up."""

    unreachable: ClassVar[frozenset[int]]  # codes of errors: nothing arrives there
    later: ClassVar[Mapping[int, float]] = {}  # codes, and the seconds to wait

    def __init__(self, api: str, account: str, token: str, secret: str, verify: str) -> None:
        self.account = account
        self._secret = secret.encode()
        self._verify = verify
        self._http = httpx.AsyncClient(
            base_url=f"{api}/{account}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(ANSWER_WITHIN_SECONDS, connect=10),
        )

    async def close(self) -> None:
        await self._http.aclose()

    @abstractmethod
    def items(self, entry: Json) -> Iterable[Item]:
        """What an entry of a delivery holds for our account, one by one, each with what reads it."""

    async def webhook(self, request: Request, take: Take) -> Response:
        """Meta's question when the webhook is set up, or a delivery. 403: not from Meta."""
        if request.method == "GET":
            return self._answer_challenge(request)
        body = await request.body()
        wanted = f"sha256={hmac.digest(self._secret, body, 'sha256').hex()}"
        given = request.headers.get("X-Hub-Signature-256", "")
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            return Response(status_code=status.HTTP_403_FORBIDDEN)
        await asyncio.gather(*map(take, arrivals_of(body, self.items, self.name)))
        return Response()

    def _answer_challenge(self, request: Request) -> Response:
        asked = request.query_params
        given = asked.get("hub.verify_token", "").encode()
        if asked.get("hub.mode") != "subscribe" or not hmac.compare_digest(given, self._verify.encode()):
            return Response(status_code=status.HTTP_403_FORBIDDEN)
        return Response(asked.get("hub.challenge", ""), media_type="text/plain")

    async def call(self, fields: Json) -> None:
        """Posts a message or a sign. Raises UnreachableError, TryLaterError, PartRefusedError."""
        try:
            answer = await self._http.post("/messages", json=fields)
            if answer.is_success:
                return
            code = int(answer.json()["error"]["code"])
        except (httpx.HTTPError, ValueError, TypeError, KeyError):
            raise TryLaterError(LATER_SECONDS) from None
        if code in self.unreachable:
            raise UnreachableError
        if code in self.later or code in LATER_CODES or answer.status_code in LATER_STATUS:
            raise TryLaterError(self.later.get(code, LATER_SECONDS))
        if code in TOKEN_REFUSED or answer.status_code == httpx.codes.UNAUTHORIZED:
            logger.error("%s: the token is refused (%d)", self.name, code)
            raise TryLaterError(TOKEN_REFUSED_SECONDS)
        logger.error("%s refuses a message (%d)", self.name, code)
        raise PartRefusedError
