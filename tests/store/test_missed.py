"""Which messages got no good answer: only their places are noted, and they go with the conversation."""

from __future__ import annotations

from redis.asyncio import Redis

from handoff.conversation import Author, Message, StrippedText, Verdict
from handoff.store import keys
from handoff.store.conversations import ConversationStore
from tests.conftest import said


async def test_the_words_are_read_from_the_conversations_own_log(
    store: ConversationStore, redis: Redis
) -> None:
    conversation, _ = await store.open("web")
    position, _ = await store.append(conversation, said("kestion bizarre", verdict=Verdict(score=0.1)))
    await store.note_missed(conversation, position, "this")
    await store.note_missed(conversation, position, "this")
    assert [(who, text.value) for who, text in await store.missed_words()] == [
        (conversation, "kestion bizarre")
    ]
    noted = await redis.hget(keys.state(conversation), "missed")
    assert noted == position.encode()
    await store.erase(conversation)
    assert await store.missed_words() == []
    assert await redis.zcard(keys.MISSED) == 0


async def test_what_did_not_help_is_the_message_before(store: ConversationStore) -> None:
    conversation, _ = await store.open("web")
    await store.append(conversation, said("ma vraie question", verdict=Verdict(score=0.1)))
    # A button of our own, and what we said: neither is a question of theirs.
    await store.append(conversation, said("Oui, montre-moi", pressed=True))
    position, _ = await store.append(conversation, said("Non", pressed=True))
    await store.note_missed(conversation, position, "before")
    assert [text.value for _, text in await store.missed_words()] == ["ma vraie question"]


async def test_words_count_when_the_network_that_weighs_them_failed(store: ConversationStore) -> None:
    conversation, _ = await store.open("web")
    # It then gives every message a score of 0: theirs are words all the same.
    position, _ = await store.append(conversation, said("kestion bizarre", verdict=Verdict()))
    pressed, _ = await store.append(conversation, said("Oui, montre-moi", pressed=True))
    for each in (position, pressed):
        await store.note_missed(conversation, each, "this")
    assert [text.value for _, text in await store.missed_words()] == ["kestion bizarre"]
    assert [text.value for text in await store.last_words(conversation)] == ["kestion bizarre"]


async def test_a_conversation_that_is_gone_notes_nothing(store: ConversationStore, redis: Redis) -> None:
    conversation, _ = await store.open("web")
    position, _ = await store.append(conversation, said("question", verdict=Verdict(score=0.1)))
    await store.erase(conversation)
    await store.note_missed(conversation, position, "this")
    assert await redis.keys(f"*{conversation}*") == []
    assert await store.missed_words() == []


async def test_an_expired_conversation_is_forgotten_at_the_next_look(
    store: ConversationStore, redis: Redis
) -> None:
    conversation, _ = await store.open("web")
    message = Message(
        Author.YOUNG_PERSON, StrippedText.from_privacy("question"), said("x").at, verdict=Verdict(score=0.1)
    )
    position, _ = await store.append(conversation, message)
    await store.note_missed(conversation, position, "this")
    await redis.delete(*keys.of_log(conversation))  # as when its time is over
    assert await store.missed_words() == []
    assert await redis.zcard(keys.MISSED) == 0
