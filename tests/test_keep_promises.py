"""The keeper, on a real Redis with the real words: what broke on the way is mended."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from handoff.app import load_words
from handoff.assistant.words import ServiceWords
from handoff.conversation import Author, AuthoredText, Message, Reader
from handoff.keep_promises import Keeper
from handoff.receive_message import message_of
from handoff.settings import Settings
from handoff.store import keys
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore, now_ms
from tests.conftest import MASTER_KEY, said


@pytest.fixture(scope="module")
def words() -> ServiceWords:
    return load_words(Settings.load())[0]


def keeper(
    store: ConversationStore,
    words: ServiceWords,
    idle: timedelta = timedelta(hours=1),
    quiet: timedelta = timedelta(hours=1),
    wait: timedelta = timedelta(hours=1),
) -> Keeper:
    return Keeper(store, words, answer_deadline=timedelta(0), idle_end=idle, gone_quiet=quiet, long_wait=wait)


async def told(store: ConversationStore, conversation_id: str) -> list[Message]:
    return [m for m in await store.read(conversation_id) if m.author is Author.SERVICE]


async def test_a_message_without_an_outcome_gets_the_help_lines_once(
    store: ConversationStore, words: ServiceWords
) -> None:
    conversation_id, _ = await store.open("web")
    await store.append(conversation_id, said("il y a quelqu'un ?"))
    await asyncio.sleep(0.01)
    await keeper(store, words).look()
    await keeper(store, words).look()
    (reply,) = await told(store, conversation_id)
    assert any(line.phone == "119" for line in reply.help_lines)
    assert await store.pending(conversation_id) is None


async def test_two_keepers_at_once_answer_once(store: ConversationStore, words: ServiceWords) -> None:
    conversation_id, _ = await store.open("web")
    await store.append(conversation_id, said("allo"))
    await asyncio.sleep(0.01)
    await asyncio.gather(*(keeper(store, words).look() for _ in range(8)))
    assert len(await told(store, conversation_id)) == 1


async def test_a_counsellor_whose_console_died_gives_the_conversation_back(
    store: ConversationStore, words: ServiceWords
) -> None:
    conversation_id, _ = await store.open("web")
    await store.move(conversation_id, Reader.WAITING)
    await store.move(conversation_id, Reader.COUNSELLOR, new_owner=1)
    await keeper(store, words).look()
    assert (await store.get(conversation_id)).reader is Reader.COUNSELLOR  # the lease is not over
    await store.indexes.renew_lease(conversation_id, store.now_ms() - 1)
    await keeper(store, words).look()
    assert (await store.get(conversation_id)).reader is Reader.WAITING
    assert len(await told(store, conversation_id)) == 1


async def test_a_quiet_conversation_ends_but_never_one_that_waits(
    store: ConversationStore, words: ServiceWords
) -> None:
    quiet, _ = await store.open("web")
    waiting, _ = await store.open("web")
    await store.move(waiting, Reader.WAITING)
    await asyncio.sleep(0.01)
    await keeper(store, words, idle=timedelta(0)).look()
    assert (await store.get(quiet)).reader is Reader.CLOSED
    assert (await store.get(waiting)).reader is Reader.WAITING
    assert len(await told(store, quiet)) == 1


async def test_indexes_that_disagree_are_mended(store: ConversationStore, words: ServiceWords) -> None:
    conversation_id, _ = await store.open("web")
    await store.move(conversation_id, Reader.WAITING)
    await store.indexes.forget(conversation_id)  # as if the process died before it wrote them
    await store.indexes.touch(conversation_id, store.now_ms())
    await keeper(store, words).look(mend=True)
    assert [each.id for each in await store.waiting()] == [conversation_id]


async def test_an_erased_conversation_is_left_alone(store: ConversationStore, words: ServiceWords) -> None:
    conversation_id, _ = await store.open("web")
    await store.append(conversation_id, said("oublie moi"))
    await store.erase(conversation_id)
    await store.indexes.touch(conversation_id, 0)
    await keeper(store, words, idle=timedelta(0)).look(mend=True)
    assert await store.indexes.all_open() == []


async def test_a_young_person_who_went_quiet_after_danger_is_asked_after_once(
    store: ConversationStore, words: ServiceWords
) -> None:
    worrying, _ = await store.open("web")
    await store.append(worrying, said("je veux mourir"), also={"level": 2})
    everyday, _ = await store.open("web")
    await store.append(everyday, said("salut"), also={"level": 1})
    await asyncio.sleep(0.01)
    looks = keeper(store, words, quiet=timedelta(0))
    await store.append(worrying, message_of(words.help_lines(), Author.SERVICE), answers="")
    for _ in range(3):
        await looks.look(mend=True)
    asked = [m for m in await told(store, worrying) if m.text == AuthoredText(words.gone_quiet().text)]
    assert len(asked) == 1
    assert (await store.get(worrying)).quiet_since is not None
    assert (await store.get(everyday)).quiet_since is None


async def test_a_long_wait_is_owned_up_to_once_and_again_at_the_next_wait(
    store: ConversationStore, words: ServiceWords
) -> None:
    conversation_id, _ = await store.open("web")
    looks = keeper(store, words, wait=timedelta(0))
    for waits in (1, 2):
        await store.move(conversation_id, Reader.WAITING)
        for _ in range(3):
            await asyncio.sleep(0.005)
            await looks.look(waits=True)
        assert len(await told(store, conversation_id)) == waits
        await store.move(conversation_id, Reader.ASSISTANT)


class Figures:
    """What an operator would be told."""

    def __init__(self) -> None:
        self.rescued: list[str] = []

    def looked(self) -> None:
        """Not counted here."""

    def rescue(self, why: str) -> None:
        self.rescued.append(why)


async def test_a_message_that_the_index_lost_is_found_answered_and_counted(
    redis: Redis, store: ConversationStore, words: ServiceWords
) -> None:
    conversation_id, _ = await store.open("web")
    await store.append(conversation_id, said("il y a quelqu'un ?"))
    await redis.delete(keys.PENDING)
    await asyncio.sleep(0.01)
    figures = Figures()
    reconciling = Keeper(
        store,
        words,
        answer_deadline=timedelta(0),
        idle_end=timedelta(hours=1),
        gone_quiet=timedelta(hours=1),
        long_wait=timedelta(hours=1),
        figures=figures,
    )
    await reconciling.look()
    assert await told(store, conversation_id) == []
    await reconciling.look(mend=True)
    (reply,) = await told(store, conversation_id)
    assert any(line.phone == "119" for line in reply.help_lines)
    assert figures.rescued == ["missed", "late"]
    await reconciling.look(mend=True)
    assert figures.rescued == ["missed", "late"]


async def test_the_keeper_knows_of_a_message_before_it_is_stored(
    redis: Redis, store: ConversationStore, words: ServiceWords
) -> None:
    """Whatever dies right after the message is in the log, it is looked after."""
    conversation_id, _ = await store.open("web")
    await store.indexes.expect_outcome(conversation_id, store.now_ms() - 1)
    assert await store.indexes.pending_since(store.now_ms()) == [conversation_id]
    # Nothing was stored after all: nothing is answered, and the index is put right.
    await keeper(store, words).look()
    assert await told(store, conversation_id) == []
    assert await store.indexes.pending_since(store.now_ms()) == []


async def test_messages_a_counsellor_reads_or_that_were_answered_are_not_rescued(
    store: ConversationStore, words: ServiceWords
) -> None:
    answered, _ = await store.open("web")
    position, _ = await store.append(answered, said("c'est anonyme ?"))
    await store.append(answered, message_of(words.help_lines(), Author.ASSISTANT), answers=position)
    held, _ = await store.open("web")
    await store.move(held, Reader.WAITING)
    await store.move(held, Reader.COUNSELLOR, new_owner=1)
    await store.append(held, said("vous êtes là ?"))
    await asyncio.sleep(0.01)
    await keeper(store, words).look(mend=True)
    assert await told(store, answered) == []
    assert await told(store, held) == []


async def test_who_lost_their_counsellor_waits_at_the_head(
    store: ConversationStore, words: ServiceWords
) -> None:
    others = [(await store.open("web"))[0] for _ in range(2)]
    for other in others:
        await store.move(other, Reader.WAITING)
    lost, _ = await store.open("web")
    await store.move(lost, Reader.WAITING)
    await store.move(lost, Reader.COUNSELLOR, new_owner=1)
    await store.indexes.renew_lease(lost, store.now_ms() - 1)
    await keeper(store, words).look()
    assert [each.id for each in await store.waiting()] == [lost, *others]


async def test_a_clock_that_jumps_takes_no_conversation_from_its_counsellor(
    redis: Redis, words: ServiceWords
) -> None:
    jump = 0
    store = ConversationStore(
        redis,
        MasterKey(MASTER_KEY),
        timedelta(hours=24),
        timedelta(seconds=60),
        clock=lambda: now_ms() + jump,
    )
    held, _ = await store.open("web")
    quiet, _ = await store.open("web")
    await store.move(held, Reader.WAITING)
    await store.move(held, Reader.COUNSELLOR, new_owner=1)
    looks = keeper(store, words, idle=timedelta(minutes=30))
    await looks.look()
    for each in (600_000, -600_000):
        jump = each
        await looks.look()  # the jump is noticed here
        await looks.look()
        assert (await store.get(held)).reader is Reader.COUNSELLOR
        assert (await store.get(quiet)).reader is Reader.ASSISTANT
    # And a console that is really gone is still noticed after it.
    await store.indexes.renew_lease(held, store.now_ms() - 1)
    await looks.look()
    assert (await store.get(held)).reader is Reader.WAITING
