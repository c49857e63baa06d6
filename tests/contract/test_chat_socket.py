"""Bad input at the public door: each has a clear outcome, and the service goes on."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.chat_client import ChatClient
from tests.running_service import Service


async def still_works(client: ChatClient) -> None:
    await client.write("salut")
    assert (await client.answer())["text"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("  \n ", "empty"), ("\x00", "empty"), ("\ud800", "empty"), ("a" * 10_000, "too_long")],
)
async def test_what_is_no_message_is_refused_kindly(service: Service, text: str, code: str) -> None:
    async with await ChatClient.open(service.chat) as client:
        message_id = await client.write(text)
        refusal = await client.until(lambda frame: frame["type"] == "refused")
        assert (refusal["id"], refusal["code"]) == (message_id, code)
        assert refusal["text"]
        await still_works(client)


@pytest.mark.parametrize(
    "text",
    ["aide\x00 moi", "aide \ud83d moi", "aide \u202emoi", "<script>aide()</script> & moi", "👩‍👧‍👦 aide"],
)
async def test_strange_but_readable_messages_are_answered(service: Service, text: str) -> None:
    async with await ChatClient.open(service.chat) as client:
        message_id = await client.write(text)
        mine = await client.until(lambda frame: frame["type"] == "message" and frame["id"] == message_id)
        assert "aide" in mine["text"]
        assert "\x00" not in mine["text"]
        assert (await client.answer())["text"]


@pytest.mark.parametrize(
    "frame",
    [
        "pas du json",
        "[1, 2]",
        '"texte"',
        "[" * 5000,
        b"\x00\x01",
        '{"type":"inconnu"}',
        '{"type":"message","text":"sans id"}',
        '{"type":"message","id":"' + "x" * 65 + '","text":"id trop long"}',
        '{"type":"message","id":7,"text":"id en nombre"}',
        '{"type":"message","id":"a","text":{"pas":"un texte"}}',
        '{"type":"press","id":"a","payload":"/etc/passwd"}',
        '{"type":"press","id":"a","payload":null}',
    ],
)
async def test_a_frame_that_is_not_ours_is_refused_and_the_chat_goes_on(
    service: Service, frame: str | bytes
) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.send(frame)
        refusal = await client.until(lambda each: each["type"] == "refused")
        assert refusal["code"] == "bad_frame"
        await still_works(client)


@pytest.mark.parametrize(
    "token", ["", "inventé", "0" * 32 + ".secret", "{conversation}.faux", "{conversation}", 12, None]
)
async def test_a_forged_token_or_an_unknown_conversation_opens_nothing(
    service: Service, token: object
) -> None:
    async with await ChatClient.open(service.chat) as client:
        if isinstance(token, str):
            token = token.replace("{conversation}", client.conversation)
        async with connect(service.chat.replace("http", "ws") + "/ws/chat") as socket:
            await socket.send(json.dumps({"type": "hello", "token": token, "after": None}))
            refusal = json.loads(await socket.recv())
            assert refusal["type"] == "refused"
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4401


async def test_an_erased_conversation_answers_like_one_that_never_was(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.send({"type": "erase"})
        await client.until(lambda frame: frame["type"] == "erased")
        with pytest.raises((ConnectionClosed, TimeoutError)):
            await ChatClient.resume(service.chat, client.conversation, client.token)


async def test_a_message_sent_twice_is_stored_once_and_answered_once(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        for _ in range(2):
            await client.write("c'est anonyme ?", "même-id")
        first, second = [await client.until(lambda frame: frame["type"] == "received") for _ in range(2)]
        assert first["position"] == second["position"]
        await asyncio.sleep(2)
        async with await ChatClient.resume(service.chat, client.conversation, client.token) as again:
            await again.until(lambda frame: frame["type"] == "status")
            said = [frame for frame in again.frames if frame["type"] == "message"]
        assert [frame["author"] for frame in said].count("young_person") == 1
        # After an answer the assistant may ask whether it helped: another sentence, not a second answer.
        answers = [frame["text"] for frame in said if frame["author"] == "assistant"]
        assert answers
        assert len(set(answers)) == len(answers)


async def test_thirty_messages_in_a_second_are_slowed_down_and_all_kept(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        waiting = {f"m{number}": f"message numéro {number}" for number in range(30)}
        for message_id, text in waiting.items():
            await client.write(text, message_id)
        slowed = 0
        while waiting:
            frame = await client.until(lambda each: each["type"] in ("received", "slow_down"))
            if frame["type"] == "received":
                del waiting[frame["id"]]
            else:
                slowed += 1
                assert frame["text"]
                await asyncio.sleep(frame["retry_in_ms"] / 1000)
                await client.write(waiting[frame["id"]], frame["id"])
        assert slowed > 0
        async with await ChatClient.resume(service.chat, client.conversation, client.token) as again:
            await again.until(lambda frame: frame["type"] == "status")
            mine = [f for f in again.frames if f["type"] == "message" and f["author"] == "young_person"]
        assert sorted(frame["id"] for frame in mine) == sorted(f"m{number}" for number in range(30))


async def test_a_page_that_comes_back_gets_what_it_missed_and_no_more(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.write("salut")
        seen = await client.answer()
    async with await ChatClient.resume(
        service.chat, client.conversation, client.token, after=seen["position"]
    ) as again:
        await again.until(lambda frame: frame["type"] == "status")
        assert [frame for frame in again.frames if frame["type"] == "message"] == []


async def test_the_staff_app_cannot_be_reached_through_the_public_door(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.chat) as public:
        for path in ("/console", "/signin/x", "/api/conversations/x/claim", "/docs", "/openapi.json"):
            assert (await public.get(path)).status_code == httpx.codes.NOT_FOUND
        page = await public.get("/")
        assert "set-cookie" not in page.headers
        assert "default-src 'none'" in page.headers["content-security-policy"]
