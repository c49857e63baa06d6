"""Too much from one place: a wait, never without a number to call; nobody else is touched."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from handoff.channels.client_network import client_network
from handoff.errors import FloodedError
from handoff.store import connection
from handoff.store.cipher import MasterKey
from handoff.store.flood import Counted, Flood, Limit
from tests.chat_client import ChatClient
from tests.running_service import Service


@pytest.fixture
async def flood(service: Service) -> AsyncIterator[Flood]:
    """The service's own counters, as another of its processes would use them."""
    redis = connection.connect(service.settings.effective_redis_url)
    settings = service.settings
    limits = {
        Counted.CONVERSATION: Limit.parse(settings.flood_conversations),
        Counted.RETURN: Limit.parse(settings.flood_returns),
        Counted.MESSAGE: Limit.parse(settings.flood_messages),
    }
    yield Flood(redis, MasterKey(settings.master_key_bytes), limits)
    await redis.aclose()


async def exhaust(flood: Flood, what: Counted, who: str) -> None:
    with pytest.raises(FloodedError):
        while True:
            await flood.admit(what, who)


def behind(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


async def test_too_many_conversations_wait_with_the_help_lines_in_their_language(
    service: Service, flood: Flood
) -> None:
    await exhaust(flood, Counted.CONVERSATION, "203.0.113.8")
    async with httpx.AsyncClient(base_url=service.chat) as public:
        for language, word in (("fr", "urgent, n'attends pas"), ("en", "don't wait"), ("es", "no esperes")):
            refused = await public.post(
                "/api/conversations", json={"language": language}, headers=behind("203.0.113.8")
            )
            assert refused.status_code == httpx.codes.TOO_MANY_REQUESTS
            assert word in refused.json()["text"]
            phones = [line["phone"] for line in refused.json()["resources"]]
            assert {"112", "119"} <= set(phones)
            assert int(refused.headers["retry-after"]) > 0
        adult = await public.post(
            "/api/conversations", json={"audience": "proche"}, headers=behind("203.0.113.8")
        )
        assert "n'attendez pas" in adult.json()["text"]
        other = await public.post("/api/conversations", headers=behind("203.0.113.9"))
        assert other.status_code == httpx.codes.CREATED


async def test_codes_are_not_tried_without_end_from_one_place(service: Service, flood: Flood) -> None:
    await exhaust(flood, Counted.RETURN, "203.0.113.10")
    async with httpx.AsyncClient(base_url=service.chat) as public:
        body = {"code": "bbbbb-bbbbb"}
        refused = await public.post("/api/return", json=body, headers=behind("203.0.113.10"))
        assert refused.status_code == httpx.codes.TOO_MANY_REQUESTS
        assert refused.json()["resources"]
        other = await public.post("/api/return", json=body, headers=behind("203.0.113.11"))
        assert other.status_code == httpx.codes.NOT_FOUND


async def test_a_conversation_that_never_stops_waits_with_the_help_lines(
    service: Service, flood: Flood
) -> None:
    async with await ChatClient.open(service.chat) as client:
        await exhaust(flood, Counted.MESSAGE, client.conversation)
        message_id = await client.write("encore")
        wait = await client.until(lambda frame: frame["type"] in ("slow_down", "received"))
        assert (wait["type"], wait["id"]) == ("slow_down", message_id)
        assert "119" in [line["phone"] for line in wait["resources"]]
    async with await ChatClient.open(service.chat) as another:
        await another.write("salut")
        await another.until(lambda frame: frame["type"] == "received")


@pytest.mark.parametrize(
    ("peer", "believed"), [("127.0.0.1", "203.0.113.13"), ("198.51.100.7", "198.51.100.7")]
)
async def test_only_a_trusted_proxy_is_believed(peer: str, believed: str) -> None:
    async def whence(request: Request) -> PlainTextResponse:
        return PlainTextResponse(client_network(request) or "")

    app = ProxyHeadersMiddleware(Starlette(routes=[Route("/", whence)]), "127.0.0.1,::1")
    transport = httpx.ASGITransport(app, client=(peer, 1))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        assert (await client.get("/", headers=behind("203.0.113.13"))).text == believed
