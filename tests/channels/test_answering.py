"""Whoever writes may leave at once: the message is kept, and has its outcome."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from handoff.channels.answering import Answering
from handoff.conversation import Author, StrippedText
from handoff.errors import ConversationUnknownError
from handoff.receive_message import Incoming, MessagePath
from handoff.store.conversations import ConversationStore
from tests.channels.post import WORDS, Echo, weigh


class SlowStrip:
    """Strips once it may."""

    def __init__(self) -> None:
        self.begun, self.may = asyncio.Event(), asyncio.Event()

    async def __call__(self, text: str, conversation_id: str) -> StrippedText:
        self.begun.set()
        await self.may.wait()
        return StrippedText.from_privacy(text)


def answering_with(strip: SlowStrip, store: ConversationStore) -> Answering:
    return Answering(MessagePath(strip, lambda _: None, weigh, store, Echo(), WORDS))


async def left_while_stripping(answering: Answering, strip: SlowStrip, conversation_id: str) -> None:
    taking = asyncio.create_task(answering.take(conversation_id, Incoming("a", "il est devant la porte")))
    await strip.begun.wait()
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    strip.may.set()
    await answering.finish()


async def test_a_message_is_stored_and_answered_though_its_page_is_gone(
    redis: Redis, store: ConversationStore
) -> None:
    conversation_id, _ = await store.open("web")
    strip = SlowStrip()
    await left_while_stripping(answering_with(strip, store), strip, conversation_id)
    log = await store.read(conversation_id)
    assert [each.author for each in log] == [Author.YOUNG_PERSON, Author.ASSISTANT]


async def test_what_cannot_be_kept_for_somebody_who_left_disturbs_nobody(
    redis: Redis, store: ConversationStore
) -> None:
    conversation_id, _ = await store.open("web")
    strip = SlowStrip()
    await store.erase(conversation_id)
    with pytest.raises(ConversationUnknownError):
        await answering_with(strip, store).take(conversation_id, Incoming("a", "allo"))
    conversation_id, _ = await store.open("web")
    answering = answering_with(strip, store)
    taking = asyncio.create_task(answering.take(conversation_id, Incoming("a", "allo")))
    await strip.begun.wait()
    await store.erase(conversation_id)
    taking.cancel()
    strip.may.set()
    await answering.finish()
    with pytest.raises(ConversationUnknownError):
        await store.read(conversation_id)
