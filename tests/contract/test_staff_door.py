"""The staff door: nothing without a session, nothing from another site's page, nothing that is not mine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.chat_client import ChatClient
from tests.running_service import Service

OURS = {"X-Requested-With": "repere-console"}


@pytest.fixture
async def staff(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=service.console, headers=OURS) as client:
        answer = await client.get(await service.sign_in_link())
        assert answer.status_code == httpx.codes.SEE_OTHER
        yield client


async def waiting_conversation(service: Service) -> ChatClient:
    client = await ChatClient.open(service.chat)
    await client.send({"type": "ask_person", "id": "aide"})
    await client.status("waiting")
    return client


async def test_nothing_is_shown_without_signing_in(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.console, headers=OURS) as stranger:
        assert (await stranger.get("/console")).status_code == httpx.codes.UNAUTHORIZED
        claim = await stranger.post("/api/conversations/x/claim")
        assert claim.status_code == httpx.codes.UNAUTHORIZED
        assert (await stranger.get("/signin/inventé")).status_code == httpx.codes.FORBIDDEN


async def test_a_link_works_once(service: Service) -> None:
    link = await service.sign_in_link()
    async with httpx.AsyncClient() as first, httpx.AsyncClient() as second:
        assert (await first.get(link)).status_code == httpx.codes.SEE_OTHER
        assert (await second.get(link)).status_code == httpx.codes.FORBIDDEN


async def test_another_sites_page_can_do_nothing_with_my_session(
    service: Service, staff: httpx.AsyncClient
) -> None:
    async with await waiting_conversation(service) as young:
        claim = await staff.post(
            f"/api/conversations/{young.conversation}/claim", headers={"X-Requested-With": ""}
        )
        assert claim.status_code == httpx.codes.FORBIDDEN
        cookie = f"repere_staff={staff.cookies['repere_staff']}"
        async with connect(
            service.console.replace("http", "ws") + "/ws/console",
            additional_headers={"Cookie": cookie},
            origin="https://ailleurs.example",  # type: ignore[arg-type]
        ) as socket:
            with pytest.raises(ConnectionClosed):
                await socket.recv()


async def test_a_conversation_is_claimed_once_and_given_back(
    service: Service, staff: httpx.AsyncClient
) -> None:
    async with await waiting_conversation(service) as young:
        path = f"/api/conversations/{young.conversation}"
        assert (await staff.post(f"{path}/hand-back")).status_code == httpx.codes.CONFLICT
        assert (await staff.post(f"{path}/claim")).status_code == httpx.codes.OK
        await young.status("counsellor")
        assert (await staff.post(f"{path}/claim")).status_code == httpx.codes.CONFLICT
        assert (await staff.post(f"{path}/hand-back")).status_code == httpx.codes.OK
        await young.status("assistant")
        assert (await staff.post("/api/conversations/inconnue/claim")).status_code == httpx.codes.NOT_FOUND


async def test_the_console_shows_only_conversations_that_are_mine(
    service: Service, staff: httpx.AsyncClient
) -> None:
    cookie = f"repere_staff={staff.cookies['repere_staff']}"
    async with (
        await waiting_conversation(service) as young,
        connect(
            service.console.replace("http", "ws") + "/ws/console",
            additional_headers={"Cookie": cookie},
            origin=service.console,  # type: ignore[arg-type]
        ) as console,
    ):
        frames = [json.loads(await console.recv())]
        while frames[-1]["type"] != "list":
            frames.append(json.loads(await console.recv()))
        assert young.conversation in [item["conversation"] for item in frames[-1]["waiting"]]
        await console.send(json.dumps({"type": "open", "conversation": young.conversation, "after": None}))
        while frames[-1]["type"] != "refused":
            frames.append(json.loads(await console.recv()))
        assert [frame for frame in frames if frame["type"] == "message"] == []
