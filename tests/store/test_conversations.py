"""The conversation store on a real Redis: the log, who reads, erasing, tokens."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from handoff.conversation import (
    Author,
    AuthoredText,
    Category,
    Message,
    Reader,
    RiskLevel,
    StrippedText,
    Verdict,
)
from handoff.errors import (
    ConversationUnknownError,
    MoveRefusedError,
    NotYourTurnError,
    StoreUnavailableError,
)
from handoff.store import connection, keys
from handoff.store.cipher import CipherError, MasterKey
from handoff.store.conversations import ConversationStore
from tests.conftest import MASTER_KEY, RedisServer, said


def words(author: Author, text: str = "bonjour") -> Message:
    return Message(author, AuthoredText(text), datetime.now(UTC))


async def test_a_message_comes_back_as_it_was_stored(store: ConversationStore) -> None:
    conversation_id, _ = await store.open("web")
    verdict = Verdict(RiskLevel.HIGH, Category.ONLINE, 0.91, ("chantage",))
    text = StrippedText.from_privacy("il a [PERSONNE_1] 😢", ("PERSON",), "69")
    message = Message(
        Author.YOUNG_PERSON, text, datetime(2026, 1, 2, tzinfo=UTC), client_id="a", verdict=verdict
    )
    position, duplicate = await store.append(conversation_id, message)
    (back,) = await store.read(conversation_id)
    assert not duplicate
    assert (back.position, back.text, back.verdict, back.at) == (position, text, verdict, message.at)


async def test_a_message_sent_twice_is_stored_once(store: ConversationStore) -> None:
    conversation_id, _ = await store.open("web")
    first = await store.append(conversation_id, said("allo", "same-id"))
    again = await store.append(conversation_id, said("allo", "same-id"))
    assert (first[0], True) == again
    assert len(await store.read(conversation_id)) == 1


async def test_a_page_that_comes_back_gets_only_what_it_missed(store: ConversationStore) -> None:
    conversation_id, _ = await store.open("web")
    positions = [(await store.append(conversation_id, said(f"m{n}")))[0] for n in range(5)]
    missed = await store.read(conversation_id, positions[2])
    assert [message.position for message in missed] == positions[3:]


async def test_nothing_readable_lies_in_redis(store: ConversationStore, redis: Redis) -> None:
    conversation_id, _ = await store.open("web")
    await store.append(conversation_id, said("un secret bien gardé"))
    await store.write_reason(conversation_id, "un secret bien gardé")
    for key in await redis.keys("*"):
        assert b"secret" not in await redis.dump(key)
        assert await redis.pttl(key) > 0 or key.decode() in {keys.OPEN, keys.PENDING, keys.WAITING}


async def test_every_key_of_a_conversation_expires(store: ConversationStore, redis: Redis) -> None:
    conversation_id, _ = await store.open("web")
    await store.append(conversation_id, said("salut", "id"))
    for key in keys.of_log(conversation_id):
        assert 0 < await redis.pttl(key) <= timedelta(hours=24).total_seconds() * 1000


async def test_erasing_leaves_nothing_and_the_token_no_longer_works(
    store: ConversationStore, redis: Redis
) -> None:
    conversation_id, token = await store.open("web")
    await store.append(conversation_id, said("à oublier"))
    await redis.set(keys.RASA_TRACKER_PREFIX + conversation_id, "tracker")
    await store.move(conversation_id, Reader.WAITING)
    await store.erase(conversation_id)
    assert [key for key in await redis.keys("*") if conversation_id.encode() in key] == []
    for index in (keys.WAITING, keys.OPEN, keys.PENDING):
        assert await redis.zscore(index, conversation_id) is None
    with pytest.raises(ConversationUnknownError):
        await store.by_token(token)
    with pytest.raises(ConversationUnknownError):
        await store.append(conversation_id, said("encore"))


async def test_whatever_stops_the_erasing_nothing_of_the_conversation_is_left(
    store: ConversationStore, redis: Redis
) -> None:
    conversation_id, _ = await store.open("sms")
    await store.append(conversation_id, said("à oublier"))
    # A name that cannot be read stops it right after its one step, as a kill would.
    await redis.hset(keys.address(conversation_id), "from", b"\xff")
    with pytest.raises(UnicodeDecodeError):
        await store.erase(conversation_id)
    assert await redis.keys(f"*{conversation_id}*") == []


@pytest.mark.parametrize(
    "forge", [lambda t: t[:-1] + "x", lambda t: "x" + t[1:], lambda t: "", lambda t: "é."]
)
async def test_a_forged_token_opens_nothing(store: ConversationStore, forge: object) -> None:
    _, token = await store.open("web")
    assert (await store.by_token(token)).reader is Reader.ASSISTANT
    assert callable(forge)
    with pytest.raises(ConversationUnknownError):
        await store.by_token(forge(token))


async def test_another_master_key_reads_nothing(store: ConversationStore, redis: Redis) -> None:
    conversation_id, _ = await store.open("web")
    await store.append(conversation_id, said("salut"))
    other = ConversationStore(redis, MasterKey(bytes(32)), timedelta(hours=1), timedelta(seconds=60))
    with pytest.raises(CipherError):
        await other.read(conversation_id)


async def test_a_ciphertext_moved_to_another_conversation_does_not_open(
    store: ConversationStore, redis: Redis
) -> None:
    here, _ = await store.open("web")
    there, _ = await store.open("web")
    await store.append(here, said("salut"))
    ((_, fields),) = await redis.xrange(keys.log(here))
    await redis.xadd(keys.log(there), fields)
    with pytest.raises(CipherError):
        await store.read(there)


async def test_of_fifty_counsellors_exactly_one_gets_the_conversation(store: ConversationStore) -> None:
    conversation_id, _ = await store.open("web")
    await store.move(conversation_id, Reader.WAITING)

    async def claim(counsellor_id: int) -> int | None:
        try:
            await store.move(
                conversation_id, Reader.COUNSELLOR, only_from=[Reader.WAITING], new_owner=counsellor_id
            )
        except MoveRefusedError:
            return None
        return counsellor_id

    winners = [each for each in await asyncio.gather(*map(claim, range(1, 51))) if each]
    assert len(winners) == 1
    assert (await store.get(conversation_id)).counsellor_id == winners[0]


async def test_the_assistant_cannot_speak_once_a_person_took_over(store: ConversationStore) -> None:
    conversation_id, _ = await store.open("web")
    await store.append(conversation_id, words(Author.ASSISTANT))
    await store.move(conversation_id, Reader.WAITING)
    await store.append(conversation_id, words(Author.ASSISTANT))
    await store.move(conversation_id, Reader.COUNSELLOR, new_owner=7)
    with pytest.raises(NotYourTurnError):
        await store.append(conversation_id, words(Author.ASSISTANT))
    with pytest.raises(NotYourTurnError):
        await store.append(conversation_id, words(Author.COUNSELLOR), counsellor_id=8)
    await store.append(conversation_id, words(Author.COUNSELLOR), counsellor_id=7)


async def test_a_message_to_a_closed_conversation_opens_it_again(store: ConversationStore) -> None:
    conversation_id, _ = await store.open("web")
    await store.move(conversation_id, Reader.CLOSED)
    await store.append(conversation_id, said("vous êtes là ?"))
    assert (await store.get(conversation_id)).reader is Reader.ASSISTANT


async def test_a_message_waits_for_its_outcome_until_it_has_one(store: ConversationStore) -> None:
    conversation_id, _ = await store.open("web")
    first, _ = await store.append(conversation_id, said("un"))
    second, _ = await store.append(conversation_id, said("deux"))
    await store.append(conversation_id, words(Author.ASSISTANT), answers=first)
    assert await store.pending(conversation_id) == second
    await store.append(conversation_id, words(Author.ASSISTANT), answers=second)
    assert await store.pending(conversation_id) is None


async def test_the_waiting_list_puts_danger_first_then_who_waits_longest(store: ConversationStore) -> None:
    order = []
    for level in (1, 3, 2, 3):
        conversation_id, _ = await store.open("web")
        await store.append(conversation_id, said("x"), also={"level": level})
        await store.move(conversation_id, Reader.WAITING)
        order.append(conversation_id)
        await asyncio.sleep(0.002)
    assert [each.id for each in await store.waiting()] == [order[1], order[3], order[2], order[0]]


async def test_the_level_of_a_conversation_only_rises(store: ConversationStore) -> None:
    conversation_id, _ = await store.open("web")
    for level in (1, 3, 0):
        await store.append(conversation_id, said("x"), also={"level": level})
    assert (await store.get(conversation_id)).level is RiskLevel.IMMINENT


async def test_redis_away_is_said_and_nothing_is_half_written(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    server = RedisServer(tmp_path_factory.mktemp("r"))
    server.start()
    client = connection.connect(server.url)
    store = ConversationStore(client, MasterKey(MASTER_KEY), timedelta(hours=1), timedelta(seconds=60))
    conversation_id, _ = await store.open("web")
    await store.append(conversation_id, said("avant"))
    server.stop()
    with pytest.raises(StoreUnavailableError):
        await store.append(conversation_id, said("pendant"))
    server.start()
    await store.append(conversation_id, said("après"))
    texts = [message.text.value for message in await store.read(conversation_id)]
    await client.aclose()
    server.stop()
    assert texts == ["avant", "après"]
