"""Asks the public app what it understands, over HTTP: the models are there, and only there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import httpx

from handoff.errors import InsideUnavailableError

INSIDE_HEADER: Final = "x-repere-inside"
# Rasa may take three seconds, and the public app answers young people first.
TIMEOUT_SECONDS: Final = 20.0


class InsideClient:
    """Speaks to the public app's inside door; keeps its connection open."""

    def __init__(self, url: str, secret: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=url, headers={INSIDE_HEADER: secret}, timeout=httpx.Timeout(TIMEOUT_SECONDS)
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def try_sentence(self, text: str, audience: str) -> dict[str, Any]:
        """What the assistant would do with it. Raises InsideUnavailableError."""
        answer = await self._ask("/inside/try", {"text": text, "audience": audience})
        return dict(answer)

    async def neighbours(
        self, examples: Sequence[str], also: Mapping[str, Sequence[str]]
    ) -> list[list[dict[str, Any]]]:
        """The examples nearest in meaning to each of these. Raises InsideUnavailableError.

        ``also``: those by topic that no file holds yet.
        """
        body = {"examples": list(examples), "also": {topic: list(lines) for topic, lines in also.items()}}
        return list(await self._ask("/inside/neighbours", body))

    async def unanswered(self) -> list[dict[str, Any]]:
        """What at least five conversations asked in vain, by meaning. Raises InsideUnavailableError."""
        return list(await self._ask("/inside/unanswered", {}))

    async def _ask(self, path: str, body: dict[str, Any]) -> Any:
        try:
            answer = await self._client.post(path, json=body)
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise InsideUnavailableError(type(error).__name__) from error
