"""Marked words sent through the whole running service, at DEBUG: no log, no Redis, no SQL holds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chat_client import ChatClient
from tests.running_service import Service

# Words that only this test says, and personal data made of them.
MARKED = ("Zédéline", "0639984471", "06 39 98 44 71", "zedeline.quar@exemple.fr", "xylolithique")


@pytest.fixture(scope="module")
async def said(service: Service) -> Service:
    async with await ChatClient.open(service.chat) as client:
        for text in (
            "moi c'est Zédéline, mon num 06 39 98 44 71 et zedeline.quar@exemple.fr, c'est xylolithique",
            "zédéline veut mourir xylolithique, j'ai avalé tous les cachets",
            "/xylolithique Zédéline 0639984471",
            "je peux parler à une personne ? xylolithique",
        ):
            await client.write(text)
            await client.answer()
        await client.send('{"type": "message", "id": "xylolithique", "text": ["Zédéline"]}')
        await client.until(lambda frame: frame["type"] == "refused")
        shown = " ".join(frame.get("text", "") for frame in client.frames if frame["type"] == "message")
    # The test itself must be able to fail: the words that are not personal did go through.
    assert "xylolithique" in shown
    assert "0639984471" not in shown.replace(" ", "")
    assert "zedeline.quar" not in shown.lower()
    return service


def holding(files: list[Path]) -> list[tuple[str, str]]:
    return [
        (file.name, word)
        for file in files
        for word in MARKED
        if word.encode() in file.read_bytes() or word.lower().encode() in file.read_bytes()
    ]


def test_no_log_holds_a_word_of_a_message(said: Service) -> None:
    logs = list(said.log_folder.glob("*.log"))
    assert {file.stem for file in logs} >= {"public", "staff", "rasa", "actions", "redis"}
    assert holding(logs) == []


def test_nothing_on_the_disk_of_redis_or_of_sql_holds_one(said: Service) -> None:
    redis = [file for file in said.settings.redis_folder.iterdir() if file.is_file()]
    sql = list(said.log_folder.parent.glob("apart.sqlite*"))
    assert any(file.stat().st_size > 0 for file in redis)
    assert sql
    assert holding(redis + sql) == []
