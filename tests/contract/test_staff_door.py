"""The staff door: nothing without a session, nothing from another site's page, nothing that is not mine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from handoff.records import database
from handoff.records.audit import AuditTrail
from handoff.records.feedback import Feedback
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
        messages = [frame for frame in frames if frame["type"] == "message"]
        assert [frame for frame in messages if frame["conversation"] == young.conversation] == []


async def test_a_shared_detail_is_shown_once_and_the_trail_tells_it_without_the_value(
    service: Service, staff: httpx.AsyncClient
) -> None:
    async with await waiting_conversation(service) as young:
        path = f"/api/conversations/{young.conversation}"
        await young.send({"type": "share", "text": "06 39 98 10 10"})
        refused = await young.until(lambda frame: frame["type"] == "refused")
        assert refused["code"] == "nobody_to_share_with"
        assert (await staff.post(f"{path}/shared-detail")).status_code == httpx.codes.CONFLICT
        await staff.post(f"{path}/claim")
        await young.status("counsellor")
        await young.send({"type": "share", "text": "06 39 98 10 10"})
        await young.until(lambda frame: frame["type"] == "status" and frame["detail_kept"])
        shown = await staff.post(f"{path}/shared-detail")
        assert shown.json() == {"detail": "06 39 98 10 10"}
        assert shown.headers["cache-control"] == "no-store"
        assert (await staff.post(f"{path}/shared-detail")).status_code == httpx.codes.CONFLICT
        trail = await audit_trail(service, young.conversation)
        assert "shared_detail_shown" in trail
        assert "39" not in trail
        await staff.post(f"{path}/hand-back")


async def audit_trail(service: Service, conversation: str) -> str:
    """Every column of every entry about a conversation, as one text."""
    engine, sessions = database.connect(service.settings.effective_database_url)
    entries = await AuditTrail(sessions).entries(conversation)
    await engine.dispose()
    return " ".join(f"{entry.action} {entry.account_id} {entry.at:%Y}" for entry in entries)


async def test_a_counsellors_own_name_is_not_sent_unasked(service: Service, staff: httpx.AsyncClient) -> None:
    cookie = f"repere_staff={staff.cookies['repere_staff']}"
    async with (
        await waiting_conversation(service) as young,
        connect(
            service.console.replace("http", "ws") + "/ws/console",
            additional_headers={"Cookie": cookie},
            origin=service.console,  # type: ignore[arg-type]
        ) as console,
    ):
        await staff.post(f"/api/conversations/{young.conversation}/claim")
        await young.status("counsellor")
        name = json.loads(await console.recv())["name"].split("·")[0]
        words = {"type": "message", "conversation": young.conversation, "text": f"Ici {name}, bonsoir."}

        async def next_of(*kinds: str) -> dict[str, object]:
            async with asyncio.timeout(20):
                while True:
                    frame: dict[str, object] = json.loads(await console.recv())
                    # The account may hold conversations of other tests.
                    about = frame.get("conversation", young.conversation)
                    if frame["type"] in kinds and about == young.conversation:
                        return frame

        await next_of("message")
        await console.send(json.dumps({**words, "id": "1"}))
        warning = await next_of("check", "received")
        assert warning["found"] == [{"kind": "PERSON", "text": name}]
        await console.send(json.dumps({**words, "id": "2", "checked": True}))
        assert (await next_of("check", "received"))["type"] == "received"
        said = await young.until(lambda frame: frame["type"] == "message" and frame["author"] == "counsellor")
        assert said["text"] == f"Ici {name}, bonsoir."
        await staff.post(f"/api/conversations/{young.conversation}/hand-back")


async def test_a_counsellor_corrects_the_level_and_keeps_an_example_only_with_consent(
    service: Service, staff: httpx.AsyncClient
) -> None:
    async with await ChatClient.open(service.chat) as young:
        await young.write("mon beau-père me frappe presque tous les soirs, j'ai des bleus partout")
        position = (await young.until(lambda frame: frame["type"] == "received"))["position"]
        await young.status("waiting")
        path = f"/api/conversations/{young.conversation}"
        level = {"level": 1}
        assert (await staff.post(f"{path}/level", json=level)).status_code == httpx.codes.NOT_FOUND
        await staff.post(f"{path}/claim")
        await young.status("counsellor")
        assert (await staff.post(f"{path}/level", json={"level": 7})).status_code == 422
        assert (await staff.post(f"{path}/level", json=level)).status_code == httpx.codes.OK
        example = {"position": position, "level": 1, "agreed": False}
        kept = f"{path}/training-example"
        assert (await staff.post(kept, json=example)).status_code == httpx.codes.CONFLICT
        example["agreed"] = True
        assert (await staff.post(kept, json=example | {"position": "1-1"})).status_code == 404
        assert (await staff.post(kept, json=example)).status_code == httpx.codes.OK
        trail = await audit_trail(service, young.conversation)
        assert "level_corrected" in trail
        assert "example_kept" in trail
        await staff.post(f"{path}/hand-back")
        # The corrected level stands until something new is said.
        await young.status("assistant")
        await young.write("merci")
        await young.answer()
    engine, sessions = database.connect(service.settings.effective_database_url)
    examples = await Feedback(sessions).examples(reviewed=False)
    corrections = await Feedback(sessions).corrections()
    await engine.dispose()
    assert [(each.text, each.level, each.category) for each in examples] == [
        ("mon beau-père me frappe presque tous les soirs, j'ai des bleus partout", 1, "violence")
    ]
    assert (corrections[-1].found, corrections[-1].corrected) == (2, 1)
