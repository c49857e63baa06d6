"""The Telegram channel by itself: long polling, time-outs, and what python-telegram-bot's errors become."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from handoff.app_parts import load_words
from handoff.channels.channel import Arrival, Kind, Part, PartRefusedError, TryLaterError, UnreachableError
from handoff.channels.patience import patiently
from handoff.channels.telegram import TelegramChannel
from handoff.errors import StoreUnavailableError
from handoff.settings import Settings, free_port
from tests.channels.bot_api import TOKEN, BotApi, Json
from tests.conftest import eventually


class HurriedChannel(TelegramChannel):
    """Does not wait half a minute for an answer."""

    answer_within = 0.5


CHAT = 8_100_000_001
WORDS = load_words(Settings())[0]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A Telegram of this test's own, without a webhook."""
    api = BotApi()
    api.server.start()
    yield api
    await api.close()


@pytest.fixture
async def channel(api: BotApi) -> AsyncIterator[TelegramChannel]:
    channel = HurriedChannel(TOKEN, api.server.url, "", "", WORDS)
    await channel.open()
    yield channel
    await channel.close()


async def test_polling_brings_each_update_in_order_and_again_until_it_is_kept(
    api: BotApi, channel: TelegramChannel
) -> None:
    taken: list[Arrival] = []
    redis_is_away = True

    async def take(arrival: Arrival) -> None:
        if redis_is_away:
            raise StoreUnavailableError
        taken.append(arrival)

    for number in range(5):
        await api.deliver(api.message_update(CHAT, text=f"mot {number}"))
    await api.deliver(api.member_update(CHAT, "kicked"))
    with pytest.raises(StoreUnavailableError):
        await channel.fetch(take)
    redis_is_away = False
    polling = asyncio.create_task(channel.fetch(take))
    await eventually(lambda: len(taken) == 6)
    await eventually(lambda: api.pending() == 0)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    assert [each.text for each in taken[:5]] == [f"mot {number}" for number in range(5)]
    assert taken[5].kind is Kind.LEFT
    assert "first_name" not in repr(taken)


FORWARDED = {
    # As the Bot API sends it: old fields beside the new one, and python-telegram-bot knows only that.
    "forward_origin": {"type": "hidden_user", "sender_user_name": "Mirabellune", "date": 1_760_000_000},
    "forward_sender_name": "Mirabellune",
    "forward_date": 1_760_000_000,
}
PICTURE = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 90}]


@pytest.mark.parametrize(
    ("fields", "unreadable"),
    [
        ({"text": "si tu parles je te retrouve", **FORWARDED}, False),
        ({"text": "des mots", "a_field_of_tomorrow": 1}, False),
        ({"caption": "regarde", "photo": PICTURE, **FORWARDED}, True),
        ({"caption": "regarde", "a_kind_of_tomorrow": {"anything": 1}}, True),
        ({"a_kind_of_tomorrow": {"anything": 1}}, True),
    ],
)
async def test_words_are_not_taken_for_something_to_open(
    api: BotApi, channel: TelegramChannel, fields: Json, unreadable: bool
) -> None:
    taken: list[Arrival] = []

    async def take(arrival: Arrival) -> None:
        taken.append(arrival)

    await api.deliver(api.message_update(CHAT, **fields))
    polling = asyncio.create_task(channel.fetch(take))
    await eventually(lambda: bool(taken))
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    assert [each.unreadable for each in taken] == [unreadable]
    assert taken[0].text == fields.get("text", fields.get("caption", ""))


async def test_an_answer_that_never_comes_means_later(api: BotApi, channel: TelegramChannel) -> None:
    api.swallowed = 1
    with pytest.raises(TryLaterError):
        await channel.send(str(CHAT), Part("bonjour"))
    await channel.send(str(CHAT), Part("bonjour"))
    assert [message.text for message in api.shown(CHAT)] == ["bonjour", "bonjour"]


async def test_after_too_many_requests_nobodys_message_goes_before_the_time(
    api: BotApi, channel: TelegramChannel
) -> None:
    people = [str(CHAT + number) for number in range(20)]
    api.too_many = 1
    with pytest.raises(TryLaterError):
        await channel.send(people[0], Part("bonjour"))

    def asked() -> int:
        return sum(method == "sendMessage" for method, _ in api.calls)

    # Telegram told one of them: none of the others is asked for, and each hears how long to wait.
    early = await asyncio.gather(
        *(channel.send(each, Part("bonjour")) for each in people), return_exceptions=True
    )
    assert [type(each) for each in early] == [TryLaterError] * len(people)
    assert asked() == 1
    await asyncio.gather(*(patiently(partial(channel.send, each, Part("bonjour"))) for each in people))
    assert sorted(chat for chat, _ in api.sent) == [int(each) for each in people]
    assert (asked(), api.too_early) == (1 + len(people), 0)


async def test_what_cannot_be_deleted_keeps_nothing_else_there(api: BotApi, channel: TelegramChannel) -> None:
    old = await channel.send(str(CHAT), Part("bonjour"))
    theirs = api.message_update(CHAT, text="bonjour")["message"]["message_id"]
    api.undeletable.add(CHAT)
    assert not await channel.delete(str(CHAT), [old, str(theirs)])
    assert list(api.phones[CHAT]) == [int(old)]
    api.undeletable.discard(CHAT)
    assert await channel.delete(str(CHAT), [old, str(theirs)])
    assert api.phones[CHAT] == {}


BROKEN = {"message_id": 41, "date": "hier", "chat": {"id": CHAT, "type": "private"}, "text": "je suis là"}


@pytest.mark.parametrize(
    "odd", [{"message": BROKEN}, {"message": {"rien": 1}}, {"callback_query": {"id": "1"}}, {"message": []}]
)
async def test_an_update_that_cannot_be_read_holds_nobody_up(
    api: BotApi, channel: TelegramChannel, odd: Json
) -> None:
    taken: list[Arrival] = []

    async def take(arrival: Arrival) -> None:
        taken.append(arrival)

    await api.deliver(api.message_update(CHAT + 1, text="avant"))
    await api.deliver(api.raw_update(**odd))
    await api.deliver(api.message_update(CHAT + 1, text="après"))
    polling = asyncio.create_task(channel.fetch(take))
    await eventually(lambda: api.pending() == 0)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    assert [each.text for each in taken if each.to == str(CHAT + 1)] == ["avant", "après"]
    # Whoever sent it is told, where that is known.
    unread = [each for each in taken if each.to == str(CHAT)]
    assert [(each.unreadable, each.text) for each in unread] == (
        [(True, "")] if odd == {"message": BROKEN} else []
    )


async def test_what_telegram_refuses_and_what_it_takes_later(api: BotApi, channel: TelegramChannel) -> None:
    with pytest.raises(PartRefusedError):
        await channel.send(str(CHAT), Part("x" * 5000))
    api.blocked.add(CHAT)
    with pytest.raises(UnreachableError):
        await channel.send(str(CHAT), Part("bonjour"))
    with pytest.raises(UnreachableError):
        await channel.show_typing(str(CHAT))


async def test_a_wrong_token_and_a_telegram_that_is_away_are_tried_again(api: BotApi) -> None:
    for channel in (
        TelegramChannel("7000000001:another", api.server.url, "", "", WORDS),
        TelegramChannel(TOKEN, f"http://127.0.0.1:{free_port()}", "", "", WORDS),
    ):
        with pytest.raises(TryLaterError):
            await channel.open()
        await channel.close()
