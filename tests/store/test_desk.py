"""Duty, notes, passing a conversation on, what is read: on a real Redis."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from handoff.conversation import Author, AuthoredText, Message, Reader, RiskLevel, StrippedText
from handoff.errors import (
    AnsweredMeanwhileError,
    ConversationUnknownError,
    MoveRefusedError,
)
from handoff.store import keys
from handoff.store.cipher import MasterKey
from handoff.store.conversations import START, ConversationStore, now_ms
from handoff.store.duty import Duty, DutyBook, DutyState
from handoff.store.notes import MOST_NOTES, NoteKind, Notes
from handoff.store.overview import Overview
from tests.conftest import MASTER_KEY, said

CLAIRE, DRISS = 1, 2
LEASE = timedelta(seconds=60)


@pytest.fixture
def book(redis: Redis, store: ConversationStore) -> DutyBook:
    return DutyBook(redis, store, LEASE, capacity=3, pause=timedelta(0))


@pytest.fixture
def notes(redis: Redis, store: ConversationStore) -> Notes:
    return Notes(redis, store, timedelta(hours=1))


async def held(store: ConversationStore, by: int = CLAIRE) -> str:
    conversation_id, _ = await store.open("web")
    await store.move(conversation_id, Reader.WAITING)
    await store.move(conversation_id, Reader.COUNSELLOR, new_owner=by)
    return conversation_id


async def test_a_write_that_meets_an_erasure_leaves_nothing_behind(
    redis: Redis, store: ConversationStore
) -> None:
    for _ in range(20):
        conversation_id, _ = await store.open("web")
        erasing = asyncio.create_task(store.erase(conversation_id))
        while not erasing.done():
            writes = [store.write(conversation_id, quiet_since=1) for _ in range(8)]
            await asyncio.gather(*writes, store.write_reason(conversation_id, "…"), return_exceptions=True)
        await erasing
        assert not await redis.exists(keys.state(conversation_id))


async def test_of_fifty_who_claim_one_gets_it(store: ConversationStore) -> None:
    conversation_id, _ = await store.open("web")
    await store.move(conversation_id, Reader.WAITING)

    async def claim(counsellor: int) -> int | None:
        try:
            await store.move(
                conversation_id, Reader.COUNSELLOR, only_from=[Reader.WAITING], new_owner=counsellor
            )
        except MoveRefusedError:
            return None
        return counsellor

    won = [each for each in await asyncio.gather(*map(claim, range(1, 51))) if each]
    assert len(won) == 1
    assert (await store.get(conversation_id)).counsellor_id == won[0]


async def test_one_conversation_at_a_time_comes_to_a_counsellor(
    redis: Redis, store: ConversationStore, book: DutyBook
) -> None:
    """As in two processes at once: between the count and the taking nobody else takes for the same person."""
    other_process = DutyBook(redis, store, LEASE, capacity=3, pause=timedelta(0))
    cap, taken = 2, 0

    async def take(with_book: DutyBook) -> None:
        nonlocal taken
        async with with_book.one_taking(CLAIRE):
            if await store.held_by(CLAIRE) < cap:
                await held(store, CLAIRE)
                taken += 1

    await asyncio.gather(*(take(each) for each in [book, other_process] * 4))
    assert taken == cap
    assert await store.held_by(CLAIRE) == cap
    assert await store.held_by(DRISS) == 0
    assert not await redis.exists(keys.taking(CLAIRE))
    async with book.one_taking(CLAIRE), book.one_taking(DRISS):
        pass  # one does not wait for the other


async def test_only_who_is_on_duty_counts_as_somebody_there(store: ConversationStore, book: DutyBook) -> None:
    claire = await book.of(CLAIRE, "Claire")
    assert claire.state is DutyState.ON
    await book.sign_of_life(claire)
    await book.sign_of_life(Duty(DRISS, "Driss", DutyState.OFF, 3))
    assert await store.counsellors_on_duty() == 1
    assert {each.name: each.state for each in await book.at_their_console()} == {
        "Claire": DutyState.ON,
        "Driss": DutyState.OFF,
    }
    await book.sign_of_life(await book.set(CLAIRE, "Claire", DutyState.PAUSE, 2, first=DutyState.ON))
    assert await store.counsellors_on_duty() == 0
    await book.console_closed(CLAIRE)
    assert [each.name for each in await book.at_their_console()] == ["Driss"]


async def test_a_sign_of_life_never_undoes_a_pause_said_in_another_tab(book: DutyBook) -> None:
    read_before = await book.of(CLAIRE, "Claire")
    await book.set(CLAIRE, "Claire", DutyState.PAUSE, 2, first=DutyState.ON)
    await book.sign_of_life(read_before)
    after = await book.of(CLAIRE, "Claire")
    assert (after.state, after.capacity) == (DutyState.PAUSE, 2)


async def test_hard_ones_in_a_row_are_counted_until_a_light_one_or_a_pause(book: DutyBook) -> None:
    for _ in range(2):
        await book.took(CLAIRE, RiskLevel.HIGH)
    assert (await book.of(CLAIRE, "Claire")).severe_in_a_row == 2
    await book.took(CLAIRE, RiskLevel.CONCERN)
    assert (await book.of(CLAIRE, "Claire")).severe_in_a_row == 0
    await book.took(CLAIRE, RiskLevel.IMMINENT)
    await book.offer_pause(CLAIRE)
    assert (await book.of(CLAIRE, "Claire")).offer_pause
    await book.set(CLAIRE, "Claire", DutyState.PAUSE, 3, first=DutyState.ON)
    rested = await book.set(CLAIRE, "Claire", DutyState.ON, 3, first=DutyState.ON)
    assert rested.severe_in_a_row == 0
    assert not rested.offer_pause


async def test_a_conversation_passes_from_one_to_another_in_one_step(store: ConversationStore) -> None:
    conversation_id = await held(store)
    with pytest.raises(MoveRefusedError):
        await store.pass_on(conversation_id, 3, "Élie", owned_by=DRISS)
    assert await store.pass_on(conversation_id, DRISS, "Driss", owned_by=CLAIRE) == CLAIRE
    passed = await store.get(conversation_id)
    assert (passed.counsellor_id, passed.counsellor_name) == (DRISS, "Driss")
    assert conversation_id in await store.indexes.held()
    with pytest.raises(MoveRefusedError):
        await store.pass_on(conversation_id, DRISS, "Driss")
    await store.move(conversation_id, Reader.CLOSED)
    with pytest.raises(MoveRefusedError):
        await store.pass_on(conversation_id, CLAIRE, "Claire")
    with pytest.raises(ConversationUnknownError):
        await store.pass_on("0" * 32, CLAIRE, "Claire")


async def test_notes_are_sealed_and_go_with_the_conversation(
    redis: Redis, store: ConversationStore, notes: Notes
) -> None:
    conversation_id = await held(store)
    for number in range(MOST_NOTES + 2):
        text = StrippedText.from_privacy(f"elle parle de [PERSONNE_1] {number}", ("PERSON",))
        await notes.add(conversation_id, NoteKind.PRIVATE, "Claire", text)
    kept = await notes.of(conversation_id)
    assert len(kept) == MOST_NOTES
    assert kept[-1].text.value.endswith(str(MOST_NOTES + 1))
    assert await store.read(conversation_id) == []  # never in the log
    stored = await redis.lrange(keys.notes(conversation_id), 0, -1)
    assert not any(b"parle" in entry for entry in stored)
    assert await redis.pttl(keys.notes(conversation_id)) > 0
    await store.erase(conversation_id)
    assert not await redis.exists(keys.notes(conversation_id))
    with pytest.raises(ConversationUnknownError):
        await notes.add(conversation_id, NoteKind.WHISPER, "Driss", kept[0].text)


def answer(text: str) -> Message:
    return Message(Author.COUNSELLOR, AuthoredText(text), said("x").at)


async def test_of_two_tabs_that_answer_at_once_one_is_told_to_read_again(store: ConversationStore) -> None:
    conversation_id = await held(store)

    async def write(text: str) -> bool:
        try:
            await store.append(conversation_id, answer(text), counsellor_id=CLAIRE, seen_counsellor=START)
        except AnsweredMeanwhileError:
            return False
        return True

    assert sorted(await asyncio.gather(*(write(text) for text in ("un", "deux", "trois")))) == [
        False,
        False,
        True,
    ]
    (message,) = await store.read(conversation_id)
    await store.append(
        conversation_id, answer("quatre"), counsellor_id=CLAIRE, seen_counsellor=message.position
    )


async def test_what_was_read_only_moves_forward_and_a_message_in_between_stays_unread(
    store: ConversationStore,
) -> None:
    conversation_id = await held(store)
    first, _ = await store.append(conversation_id, said("un"))
    second, _ = await store.append(conversation_id, said("deux"))
    assert (await store.get(conversation_id)).unread == 2
    await store.mark_read(conversation_id, first)
    assert (await store.get(conversation_id)).unread == 2  # the second came in between
    await store.mark_read(conversation_id, second)
    assert (await store.get(conversation_id)).unread == 0
    await store.mark_read(conversation_id, first)
    assert (await store.get(conversation_id)).read_position == second
    await store.mark_read(conversation_id, second, by_young_person=True)
    assert (await store.get(conversation_id)).young_read == second


async def test_an_exit_answer_is_counted_once_a_conversation(redis: Redis, store: ConversationStore) -> None:
    conversation_id = await held(store)
    counted = [await store.count_exit_answer(conversation_id, "#exit_yes") for _ in range(3)]
    assert counted == [True, False, False]
    assert await redis.hgetall(keys.EXIT_ANSWERS) == {b"#exit_yes": b"1"}


async def test_an_overview_leaves_out_what_is_gone_or_unreadable(
    redis: Redis, store: ConversationStore
) -> None:
    overview = Overview(redis, MasterKey(MASTER_KEY), store)
    one, two, closed = await held(store), await held(store, DRISS), await held(store)
    await store.move(closed, Reader.CLOSED)
    await redis.set(keys.data_key(two), b"not a key")
    found = await overview.load([one, two, closed, "0" * 32])
    assert set(found) == {one}
    assert not found[one].page_open
    await store.page_open(one)
    assert (await overview.load([one]))[one].page_open


async def test_a_clock_of_its_own(redis: Redis) -> None:
    behind = ConversationStore(
        redis, MasterKey(MASTER_KEY), timedelta(hours=1), LEASE, clock=lambda: now_ms() - 3_600_000
    )
    conversation_id, _ = await behind.open("web")
    await behind.move(conversation_id, Reader.WAITING)
    since = (await behind.get(conversation_id)).waiting_since
    assert since is not None
    assert abs(since.timestamp() * 1000 - behind.now_ms()) < 60_000
