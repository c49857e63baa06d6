"""What a messaging app brings, whatever is odd about it: nobody waits for somebody else, nothing is lost."""

from __future__ import annotations

import os
from functools import partial

import pytest
from redis.asyncio import Redis

from handoff.channels.pace import Pace
from handoff.store import keys
from handoff.store.cipher import MasterKey
from tests.channels.people import Person
from tests.channels.phone import PATIENCE
from tests.channels.post import Post, opened
from tests.conftest import eventually


async def test_whoever_writes_too_fast_is_kept_at_once_and_holds_nobody_up(redis: Redis) -> None:
    async with opened(redis, Pace(1, 0.005)) as post:  # one answer in more than three minutes
        hasty, other = Person(post.api), Person(post.api)
        for number in range(4):
            await hasty.write(f"mot {number}")
        await other.write("bonjour")
        await other.reads("demandé : bonjour")
        await hasty.reads("demandé : mot 0")
        await eventually(lambda: post.api.pending() == 0, PATIENCE)
        log = await post.store.read(await post.conversation_of(hasty))
        assert [each.text.value for each in log if each.text.value.startswith("mot")] == [
            f"mot {number}" for number in range(4)
        ]
        assert not any("demandé : mot 1" in message.text for message in hasty.shown())


async def test_what_cannot_be_taken_is_owned_up_to_and_holds_nobody_up(
    post: Post, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    unread = await post.conversation_of(person)
    # Wrapped by a master key that is gone: who writes is known, their conversation opens no more.
    await post.redis.set(keys.data_key(unread), MasterKey(os.urandom(32)).new_data_key(unread), keepttl=True)
    await person.write("je suis toujours là")
    await person.reads("Je n'ai pas réussi à lire ce message")
    await post.others_are_served()
    await eventually(lambda: post.api.pending() == 0, PATIENCE)
    assert "CipherError" in caplog.text
    assert "toujours là" not in caplog.text


@pytest.mark.parametrize("wrong", ["/sotp", "/stpo !"])
async def test_a_stop_that_was_mistyped_and_mended_is_obeyed(post: Post, person: Person, wrong: str) -> None:
    conversation_id = await post.is_taken(person)
    typed = await person.write(wrong)
    await person.send("edited_message", text="/stop", number=typed["message"]["message_id"])
    await person.reads("quand est-ce qu'on peut t'écrire")
    await post.counsellor_writes(conversation_id, "Je reste là si besoin.")
    await post.others_are_served()
    assert not any("Je reste là" in message.text for message in person.shown())


async def test_a_forget_that_was_mistyped_and_mended_is_obeyed(post: Post, person: Person) -> None:
    conversation_id = await post.conversation_of(person)
    typed = await person.write("/oublie")
    await person.reads("demandé : /oublie")
    await person.send("edited_message", text="/oublier", number=typed["message"]["message_id"])
    goodbye = await person.reads("Ce qu'on ne peut pas effacer")
    await eventually(lambda: list(post.api.phones[person.chat].values()) == [goodbye], PATIENCE)
    assert await post.redis.keys(f"*{conversation_id}*") == []


async def test_of_other_commands_an_edit_stays_words(post: Post, person: Person) -> None:
    typed = await person.write("/aid")
    await person.send("edited_message", text="/aide", number=typed["message"]["message_id"])
    await person.reads("demandé : /aide")


async def test_forget_says_so_when_telegram_does_not_delete_and_when_nothing_was_kept(
    post: Post, person: Person
) -> None:
    post.api.undeletable.add(person.chat)
    await person.write("/oublier")
    goodbye = await person.reads("n'a pas effacé tous les messages d'ici")
    assert "On a aussi demandé à Telegram" not in goodbye.text
    assert [
        each for each in post.api.phones[person.chat].values() if each.mine and "oublier" in each.text
    ] == []
    await person.write("/oublier")
    nothing = await person.reads("aucune conversation avec toi n'est gardée")
    assert "demandé à Telegram" not in nothing.text
    assert await post.addresses.find("telegram", str(person.chat)) is None


async def test_forget_deletes_what_was_said_past_the_log_too(redis: Redis) -> None:
    async with opened(redis, webhook=True) as post:
        await eventually(lambda: bool(post.api.webhook.get("url")), PATIENCE)
        person = Person(post.api)
        await person.write("bonjour")
        await person.press("#choice:1-0:0")
        await person.reads("Ce message n'est plus là.")
        # Redis answers nobody for a while: that is said at once, what was written is taken when it is back.
        await redis.execute_command("CLIENT", "PAUSE", 9_000, "ALL")
        await person.write("tu es là ?")
        await person.reads("Ton message n'est pas encore arrivé")
        await person.reads("demandé : tu es là ?")
        await person.write("/oublier")
        goodbye = await person.reads("Ce qu'on ne peut pas effacer")
        await eventually(lambda: list(post.api.phones[person.chat].values()) == [goodbye], PATIENCE)


@pytest.mark.parametrize("does", ["/langue", "#language:fr", "/discret", "more"])
async def test_whoever_left_and_only_sets_something_gets_an_answer_and_nothing_else(
    post: Post, person: Person, does: str
) -> None:
    conversation_id = await post.is_taken(person)
    await person.write("/stop")
    await person.reads("quand est-ce qu'on peut t'écrire")
    await person.press("#hours:never")
    await person.reads("C'est noté : jamais")
    await post.counsellor_writes(conversation_id, "Je reste là si besoin.")
    count = len(person.shown())
    payload = "#more:1-0" if does == "more" else does
    await (person.write(does) if does.startswith("/") else person.press(payload))
    await eventually(lambda: len(person.shown()) > count, PATIENCE)
    await post.others_are_served()
    assert len(person.shown()) == count + 1
    assert "Je reste là" not in person.shown()[-1].text
    assert (await post.addresses.get(conversation_id)).left == "never"
    await person.write("en fait je veux bien parler")
    await person.reads("Équipe : Je reste là si besoin.")


async def test_a_departement_is_no_choice_and_an_old_list_is_over(post: Post) -> None:
    number = "+33639980003"
    await post.texts(number, "LANGUE")
    assert "1. Français" in await post.texted(number, "Réponds par un chiffre")
    await post.texts(number, "01")
    await post.texted(number, "demandé : 01")
    found = await post.addresses.find("sms", number)
    assert found is not None
    await post.texts(number, "LANGUE")
    phone = post.gateway.phones[number]
    await eventually(lambda: sum("1. Français" in text for text in phone) == 2, PATIENCE)
    await post.service_says(found.id, "Dans quel département ?")
    await post.texted(number, "Dans quel département ?")

    async def is_over() -> bool:
        return not (await post.addresses.get(found.id)).choices

    await eventually(is_over, PATIENCE)
    await post.texts(number, "2")
    await post.texted(number, "demandé : 2")


async def test_what_waits_for_the_app_is_not_more_than_it_takes_in_a_second(post: Post) -> None:
    people = [Person(post.api) for _ in range(45)]
    post.api.hold_after = len(post.api.sent)
    for each in people:
        conversation = await post.addresses.find_or_open("telegram", str(each.chat))
        await post.addresses.heard(conversation, str(each.chat))
        await post.service_says(conversation.id, "un mot")
    await eventually(lambda: post.api.held == 30, PATIENCE)
    # Two by two the others get the places of those that Telegram let go.
    post.api.hold_after = None
    for each in people:
        await eventually(partial(_has_read, each), PATIENCE)
    assert post.api.held == 30


def _has_read(person: Person) -> bool:
    return any("un mot" in message.text for message in person.shown())
