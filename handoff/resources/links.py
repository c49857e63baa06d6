"""Whether the pages of the directory still answer. Runs only when an operator asks: it opens each address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import httpx

from handoff.resources.resource import Resource

AT_ONCE = 8
TIMEOUT_SECONDS = 20.0
# Some sites answer robots so while people see the page.
_UNSURE = {401, 403, 405, 406, 429, 503}


@dataclass(frozen=True, slots=True)
class Link:
    """``problem`` is None for a page that answers; ``sure`` is False when only a person can tell."""

    url: str
    resource_ids: tuple[str, ...]
    problem: str | None
    sure: bool = True


async def check_links(resources: Iterable[Resource]) -> AsyncIterator[Link]:
    """Every address once, as the answers come."""
    by_url: dict[str, list[str]] = {}
    for each in resources:
        for url in dict.fromkeys(filter(None, (each.url, each.chat_url))):
            by_url.setdefault(url, []).append(each.id)
    slots = asyncio.Semaphore(AT_ONCE)
    headers = {"User-Agent": "repere-link-check"}
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=True, headers=headers) as client:
        checks = [_check(client, slots, url, tuple(ids)) for url, ids in by_url.items()]
        for check in asyncio.as_completed(checks):
            yield await check


async def _check(client: httpx.AsyncClient, slots: asyncio.Semaphore, url: str, ids: tuple[str, ...]) -> Link:
    async with slots:
        try:
            async with client.stream("GET", url) as answer:
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return Link(url, ids, str(error) or type(error).__name__)
    if status < httpx.codes.BAD_REQUEST:
        return Link(url, ids, None)
    return Link(url, ids, f"réponse {status}", sure=status not in _UNSURE)
