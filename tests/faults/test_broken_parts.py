"""Parts broken on purpose, in the running service: nothing lost, nobody left in silence."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tests.chat_client import ChatClient
from tests.running_service import Service

OUTCOME_WITHIN_SECONDS = 15  # a net for the test, not the promise; `make bench` measures the promise


async def test_rasa_that_hangs_is_answered_for(service: Service) -> None:
    process = service.parts.running["rasa"].process
    assert process is not None
    os.killpg(process.pid, signal.SIGSTOP)
    try:
        async with await ChatClient.open(service.chat) as client:
            await client.write("zblorg les tuyaux du grenier")
            answer = await client.answer(OUTCOME_WITHIN_SECONDS)
            assert any(line["phone"] == "119" for line in answer["resources"])
    finally:
        os.killpg(process.pid, signal.SIGCONT)


async def test_actions_that_are_down_do_not_silence_the_assistant(service: Service) -> None:
    await service.stop("actions")
    try:
        async with await ChatClient.open(service.chat) as client:
            await client.write("est-ce que c'est anonyme ?")
            assert (await client.answer(OUTCOME_WITHIN_SECONDS))["text"]
    finally:
        await service.start("actions")


async def test_redis_cut_shows_the_help_lines_and_loses_nothing(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.write("avant la panne")
        await client.answer()
        await asyncio.sleep(1.1)  # the server writes its file once a second
        await service.stop("redis")
        try:
            message_id = await client.write("pendant la panne")
            sorry = await client.until(lambda frame: frame["type"] == "unavailable", OUTCOME_WITHIN_SECONDS)
            assert sorry["id"] == message_id
            assert any(line["phone"] == "119" for line in sorry["resources"])
        finally:
            await service.start("redis")
        # What the page does by itself: the same message, with the same id.
        await client.write("pendant la panne", message_id)
        await client.until(lambda frame: frame["type"] == "received" and frame["id"] == message_id)
        assert (await client.answer(OUTCOME_WITHIN_SECONDS))["text"]
    async with await ChatClient.resume(service.chat, client.conversation, client.token) as again:
        await again.until(lambda frame: frame["type"] == "status")
        mine = [f["text"] for f in again.frames if f["type"] == "message" and f["author"] == "young_person"]
        assert mine == ["avant la panne", "pendant la panne"]


async def test_a_public_app_killed_in_the_middle_still_gives_an_outcome(service: Service) -> None:
    rasa = service.parts.running["rasa"].process
    assert rasa is not None
    os.killpg(rasa.pid, signal.SIGSTOP)
    try:
        async with await ChatClient.open(service.chat) as client:
            await client.write("jsp quoi faire")
            await client.until(lambda frame: frame["type"] == "received")
            await service.kill("public")
    finally:
        os.killpg(rasa.pid, signal.SIGCONT)
    # The keeper of the new process finds the message without an outcome.
    async with await ChatClient.resume(service.chat, client.conversation, client.token) as again:
        assert (await again.answer(OUTCOME_WITHIN_SECONDS))["text"]


@pytest.mark.parametrize("name", ["public", "staff"])
async def test_a_part_that_dies_is_started_again(service: Service, name: str) -> None:
    part = service.parts.running[name]
    assert part.process is not None
    before = part.process.pid
    await service.kill(name)
    assert part.process.pid != before
    assert await part.part.is_healthy()
