"""The keeper, on a real Redis with the real words: what broke on the way is mended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from handoff.app_parts import load_words
from handoff.assistant.words import ServiceWords
from handoff.conversation import (
    Author,
    AuthoredText,
    Category,
    Conversation,
    Message,
    Owed,
    Reader,
    RiskLevel,
    StrippedText,
    Verdict,
)
from handoff.errors import StoreUnavailableError
from handoff.keep_promises import Keeper
from handoff.receive_message import Answer, Incoming, MessagePath, message_of
from handoff.settings import Settings
from handoff.store import keys
from handoff.store.cipher import MasterKey
from handoff.store.contacts import Fate
from handoff.store.conversations import ConversationStore, now_ms
from tests.channels.post import strip
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
    gone: timedelta | None = None,
) -> Keeper:
    return Keeper(
        store,
        words,
        answer_deadline=timedelta(0),
        idle_end=idle,
        gone_quiet=quiet,
        long_wait=wait,
        gone=gone,
    )


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


async def test_somebody_in_danger_whose_process_died_gets_a_person(
    store: ConversationStore, words: ServiceWords
) -> None:
    """Their message is stored, and whoever was about to call a person is gone."""
    for owed, asked in ((Owed.DANGER, False), (Owed.ASKED, True)):
        conversation_id, _ = await store.open("web")
        await store.append(conversation_id, said("j'ai tout avalé"), also={"level": 3, "owed": owed})
        await asyncio.sleep(0.01)
        await keeper(store, words).look()
        conversation = await store.get(conversation_id)
        assert conversation.reader is Reader.WAITING
        assert conversation.asked_for_person is asked
        assert conversation.owed is Owed.NOTHING
        (reply,) = await told(store, conversation_id)
        assert any(line.phone == "119" for line in reply.help_lines)


async def test_whoever_waits_or_has_a_person_is_owed_none(
    store: ConversationStore, words: ServiceWords
) -> None:
    conversation_id, _ = await store.open("web")
    await store.move(conversation_id, Reader.WAITING)
    await store.append(conversation_id, said("vite"), also={"level": 3, "owed": Owed.DANGER})
    assert (await store.get(conversation_id)).owed is Owed.NOTHING
    await store.move(conversation_id, Reader.COUNSELLOR, new_owner=1)
    await store.append(conversation_id, said("vite"), also={"level": 3, "owed": Owed.DANGER})
    await store.move(conversation_id, Reader.ASSISTANT, owned_by=1)
    await asyncio.sleep(0.01)
    await keeper(store, words).look()
    assert (await store.get(conversation_id)).reader is Reader.ASSISTANT


@pytest.mark.parametrize("asks", [False, True])
async def test_wherever_the_path_breaks_somebody_in_danger_ends_up_waiting_with_numbers(
    store: ConversationStore, words: ServiceWords, asks: bool
) -> None:
    """Redis goes away before each of the path's steps in turn; the keeper comes when it is back."""
    for step in range(40):
        conversation_id, _ = await store.open("web")
        breaking = BreaksAt(store, step)
        path = MessagePath(strip, lambda _: None, _in_danger, breaking, _Silent(), words)
        incoming = Incoming("a", "au secours", asks_for_person=asks)
        with contextlib.suppress(StoreUnavailableError):
            await path.respond(await path.receive(conversation_id, incoming))
        if not await store.read(conversation_id):
            continue  # not stored, not acknowledged: the page sends it again
        await asyncio.sleep(0.01)
        await keeper(store, words).look(mend=True)
        assert (await store.get(conversation_id)).reader is Reader.WAITING, step
        assert any(reply.help_lines for reply in await told(store, conversation_id)), step
        if not breaking.broke:
            return
    raise AssertionError("the path has more steps than that")


class BreaksAt:
    """The store, until its n-th call: from then on as when Redis is away."""

    def __init__(self, store: ConversationStore, step: int) -> None:
        self._store = store
        self._left = step
        self.broke = False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        async def call(*arguments: Any, **named: Any) -> Any:
            self.broke = self.broke or self._left == 0
            if self.broke:
                raise StoreUnavailableError("away")
            self._left -= 1
            return await method(*arguments, **named)

        return call


async def _in_danger(text: StrippedText, before: Sequence[StrippedText]) -> Verdict:
    return Verdict(RiskLevel.IMMINENT, Category.SUICIDE, 1.0, ("secours",))


class _Silent:
    """An assistant that has nothing to say."""

    async def answer(
        self, conversation: Conversation, text: StrippedText, payload: str, level: RiskLevel
    ) -> Answer:
        return Answer(())


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


GONE, IDLE = timedelta(minutes=5), timedelta(minutes=30)


class Evening:
    """A waiting list, a keeper, and a clock that the test moves."""

    def __init__(self, redis: Redis, words: ServiceWords) -> None:
        self._words = words
        self._later = timedelta(0)
        self.store = ConversationStore(
            redis, MasterKey(MASTER_KEY), timedelta(hours=24), timedelta(seconds=60), clock=self._clock
        )
        self.at_their_page: set[str] = set()

    def _clock(self) -> int:
        return now_ms() + round(self._later.total_seconds() * 1000)

    async def waits(self, level: int, channel: str = "web") -> str:
        """Somebody who wrote and waits, with their page open."""
        conversation_id, _ = await self.store.open(channel)
        await self.store.append(conversation_id, said("il y a quelqu'un ?"), also={"level": level})
        await self.store.move(conversation_id, Reader.WAITING)
        self.at_their_page.add(conversation_id)
        return conversation_id

    async def leaves(self, conversation_id: str) -> None:
        self.at_their_page.discard(conversation_id)
        await self.store.page_closed(conversation_id)

    async def after(self, time: timedelta) -> None:
        """The keeper looks now, and again so much later."""
        await self._look()
        self._later += time
        await self._look()

    async def _look(self) -> None:
        for each in self.at_their_page:
            await self.store.page_open(each)
        # A keeper of its own each time: one that went on would take our clock for one that jumped.
        await keeper(self.store, self._words, idle=IDLE, gone=GONE).look(waits=True)

    async def on_the_list(self) -> list[str]:
        return [each.id for each in await self.store.waiting()]

    async def fates(self) -> list[tuple[Fate, int, int | None]]:
        return [(each.fate, each.level, each.wait_seconds) for _, each in await self.store.contacts.ended()]


@pytest.fixture
def evening(redis: Redis, words: ServiceWords) -> Evening:
    return Evening(redis, words)


@pytest.mark.parametrize("level", [2, 3])
async def test_who_closes_their_page_in_danger_is_marked_and_counted_but_never_off_the_list(
    evening: Evening, level: int
) -> None:
    gone, calm = await evening.waits(level), await evening.waits(0)
    assert await evening.on_the_list() == [gone, calm]
    await evening.leaves(gone)
    for _ in range(3):
        await evening.after(timedelta(hours=2))
    conversation = await evening.store.get(gone)
    assert conversation.reader is Reader.WAITING
    assert conversation.gone_since is not None
    assert await evening.on_the_list() == [calm, gone]  # behind whoever would read an answer now
    assert [fate[:2] for fate in await evening.fates()] == [(Fate.ABANDONED, level)]
    # A counsellor looks at it all the same, and ends it: that is no second contact.
    await evening.store.move(gone, Reader.COUNSELLOR, new_owner=1)
    await evening.store.move(gone, Reader.CLOSED)
    assert len(await evening.fates()) == 1


async def test_who_comes_back_stands_where_they_stood_and_is_another_contact(evening: Evening) -> None:
    danger, calm = await evening.waits(3), await evening.waits(0)
    await evening.leaves(danger)
    await evening.after(timedelta(minutes=6))
    assert await evening.on_the_list() == [calm, danger]
    evening.at_their_page.add(danger)
    await evening.after(timedelta(seconds=1))
    assert await evening.on_the_list() == [danger, calm]
    assert (await evening.store.get(danger)).gone_since is None
    await evening.store.move(danger, Reader.COUNSELLOR, new_owner=1)
    await evening.store.move(danger, Reader.CLOSED)
    assert [fate[0] for fate in await evening.fates()] == [Fate.ABANDONED, Fate.SERVED]


async def test_who_writes_again_after_a_counsellor_took_the_closed_page_was_served(evening: Evening) -> None:
    gone = await evening.waits(2)
    await evening.leaves(gone)
    await evening.after(timedelta(minutes=6))
    await evening.store.move(gone, Reader.COUNSELLOR, new_owner=1)
    await evening.store.append(gone, said("je suis revenue"))
    await evening.store.move(gone, Reader.CLOSED)
    assert [fate[0] for fate in await evening.fates()] == [Fate.ABANDONED, Fate.SERVED]


async def test_a_short_absence_and_a_messaging_app_are_not_taken_for_leaving(evening: Evening) -> None:
    moment, app = await evening.waits(1), await evening.waits(1, channel="telegram")
    for each in (moment, app):
        await evening.leaves(each)
    await evening.after(timedelta(minutes=4))
    assert (await evening.store.get(moment)).gone_since is None
    evening.at_their_page.add(moment)
    await evening.after(timedelta(hours=1))
    for each in (moment, app):
        conversation = await evening.store.get(each)
        assert (conversation.reader, conversation.gone_since) == (Reader.WAITING, None)
    assert await evening.fates() == []


async def test_below_danger_who_stays_away_gives_their_place_up_and_reads_how_to_ask_again(
    evening: Evening, words: ServiceWords
) -> None:
    gone = await evening.waits(1)
    await evening.leaves(gone)
    await evening.after(timedelta(minutes=6))
    assert (await evening.store.get(gone)).reader is Reader.WAITING
    await evening.after(timedelta(minutes=25))
    assert (await evening.store.get(gone)).reader is Reader.CLOSED
    assert await evening.on_the_list() == []
    (last,) = [
        m for m in await told(evening.store, gone) if m.text == AuthoredText(words.left_the_list().text)
    ]
    assert [button.payload for button in last.buttons] == ["#person"]
    ((fate, level, waited),) = await evening.fates()
    assert (fate, level) == (Fate.ABANDONED, 1)
    assert waited is not None
    assert waited < GONE.total_seconds()  # how long they had waited when they left, not when we knew


async def test_the_wait_of_who_is_gone_tells_nobody_how_long_a_wait_is(evening: Evening) -> None:
    for _ in range(3):
        gone = await evening.waits(2)
        await evening.leaves(gone)
        await evening.after(timedelta(hours=2))
        await evening.store.move(gone, Reader.COUNSELLOR, new_owner=1)
    here = await evening.waits(0)
    assert await evening.store.minutes_left(await evening.store.get(here)) is None


async def test_no_thank_you_is_nobody_who_left(evening: Evening) -> None:
    offered = await evening.waits(2)
    await evening.store.move(offered, Reader.ASSISTANT)
    await evening.store.move(offered, Reader.CLOSED)
    assert [fate[0] for fate in await evening.fates()] == [Fate.PRE_HANDLED]
    leaves = await evening.waits(0)
    await evening.store.erase(leaves)
    assert [fate[0] for fate in await evening.fates()][1:] == [Fate.ABANDONED]
