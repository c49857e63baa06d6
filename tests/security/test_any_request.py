"""Every route of both doors, with requests made up by schemathesis: never a 500, never a cached answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import APIRouter, FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from websockets.exceptions import ConnectionClosed

from handoff.channels import pages, web
from handoff.staff import console, feedback
from tests.chat_client import ChatClient
from tests.running_service import Service

POST = b"POST /api/conversations HTTP/1.1\r\nHost: x\r\n"
EXAMPLES = 15  # for each route; `ARGS` of a longer run may raise it


def operations(*routers: APIRouter) -> list[Any]:
    """Every operation of the OpenAPI document that these routes would have."""
    app = FastAPI()
    for router in routers:
        app.include_router(router)
    schema = schemathesis.openapi.from_dict(app.openapi())
    found = [each.ok() for each in schema.get_all_operations()]
    return [each for each in found if each.path != "/api/sign-out"]  # it would end the session of the others


PUBLIC = operations(web.router, pages.router)
STAFF = operations(console.router, feedback.router)


def attack(operation: Any, client: httpx.Client, headers: dict[str, str]) -> None:
    """Sends made-up requests; asserts that none of them is a server error."""

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url=str(client.base_url))
        request = client.build_request(
            sent["method"],
            sent["url"],
            params=sent.get("params"),
            json=sent.get("json"),
            content=sent.get("data") if isinstance(sent.get("data"), bytes) else None,
            headers=headers,
        )
        answer = client.send(request)
        # 503 would say that Redis is away: it is not.
        assert answer.status_code < 500, (operation.label, answer.status_code, sent)
        assert "Traceback" not in answer.text

    send()


@pytest.mark.parametrize("operation", PUBLIC, ids=lambda each: each.label)
def test_the_public_door_refuses_without_falling(service: Service, operation: Any) -> None:
    with httpx.Client(base_url=service.chat, timeout=30) as client:
        attack(operation, client, {"X-Forwarded-For": "203.0.113.20"})


@pytest.mark.parametrize("operation", STAFF, ids=lambda each: each.label)
@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "counsellor"])
async def test_the_staff_door_refuses_without_falling(
    service: Service, operation: Any, signed_in: bool
) -> None:
    link = await service.sign_in_link()
    with httpx.Client(base_url=service.console, timeout=30) as client:
        if signed_in:
            assert client.get(link).status_code == httpx.codes.SEE_OTHER
        attack(operation, client, {"X-Requested-With": "repere-console"})


@pytest.mark.parametrize(
    "raw",
    [
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /",
        POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x00\xff" + b"\x00" * 64,
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["te-and-cl", "two-lengths", "null", "bad-address", "tls", "long-line"],
)
async def test_a_crooked_request_is_refused_and_the_next_is_served(service: Service, raw: bytes) -> None:
    """Two lengths in one request is how a second one is smuggled past a proxy."""
    reader, writer = await asyncio.open_connection("127.0.0.1", service.settings.public_port)
    writer.write(raw)
    answer = await asyncio.wait_for(reader.read(2000), 20)
    writer.close()
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")), answer[:100]
    assert b"201 Created" not in answer
    async with httpx.AsyncClient(base_url=service.chat) as public:
        assert (await public.get("/health")).status_code == httpx.codes.OK


async def test_a_body_without_end_is_not_waited_for(service: Service) -> None:
    """Ten gigabytes are announced: the answer comes once there is more than the page ever says of itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", service.settings.public_port)
    writer.write(POST + b"Content-Length: 10000000000\r\n\r\n" + b"a" * 65_536)
    answer = await asyncio.wait_for(reader.read(2000), 20)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 201")


async def test_a_small_frame_that_unpacks_to_much_closes_the_socket(service: Service) -> None:
    """The socket compresses: a few kilobytes on the line could be gigabytes in memory."""
    async with await ChatClient.open(service.chat) as client:
        with pytest.raises(ConnectionClosed):
            await client.send(json.dumps({"type": "message", "id": "x", "text": "a" * 30_000_000}))
            while True:
                await client.socket.recv()
        assert client.socket.close_code == 1009
