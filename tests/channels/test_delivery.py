"""What a messaging app shows, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from redis.asyncio import Redis

from handoff.channels.channel import Arrival, Take
from handoff.channels.delivery import Delivery
from handoff.channels.sms import SmsChannel
from handoff.channels.staff_notes import StaffNotes
from handoff.conversation import Author, AuthoredText, Button, HelpLine, Message
from handoff.store import keys
from handoff.store.addresses import Addresses
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed
from handoff.together import end
from tests.channels import sms_gateway
from tests.channels.people import Person
from tests.channels.phone import PATIENCE
from tests.channels.post import LIFETIME, WORDS, Post
from tests.conftest import MASTER_KEY, eventually

PAGE = "https://page.example/aide/93"
GATEWAY = ("http://127.0.0.1:1/send", sms_gateway.TOKEN, sms_gateway.SECRET)


@pytest.mark.parametrize("leaves_by", ["#hours:never", "/stop"])
async def test_what_a_counsellor_wrote_after_stop_stays_held_when_stop_is_said_again(
    post: Post, person: Person, leaves_by: str
) -> None:
    conversation_id = await post.is_taken(person)
    await person.write("/stop")
    await person.reads("quand est-ce qu'on peut t'écrire")
    await post.counsellor_writes(conversation_id, "Je reste là si besoin.")
    count = len(person.shown())
    await (person.write(leaves_by) if leaves_by.startswith("/") else person.press(leaves_by))
    await eventually(lambda: len(person.shown()) > count, PATIENCE)
    await post.others_are_served()
    (said,) = person.shown()[count:]
    assert said.text.startswith("C'est noté : jamais" if leaves_by.startswith("#") else "D'accord. Tant que")
    await person.write("en fait je veux bien parler")
    await person.reads("Équipe : Je reste là si besoin.")
    # What was sent beside the log is deleted with the rest.
    await person.write("/oublier")
    await person.reads("Ce qu'on ne peut pas effacer")
    await eventually(lambda: said.number not in post.api.phones[person.chat], PATIENCE)


async def test_what_was_held_after_stop_is_said_when_they_choose_any_hour(post: Post, person: Person) -> None:
    conversation_id = await post.is_taken(person)
    await person.write("/stop")
    await person.reads("quand est-ce qu'on peut t'écrire")
    await post.counsellor_writes(conversation_id, "Je reste là si besoin.")
    await person.press("#hours:any")
    await person.reads("C'est noté : n'importe quand")
    await person.reads("Équipe : Je reste là si besoin.")


async def test_on_a_phone_without_buttons_a_number_chooses_hours_and_releases_nothing(post: Post) -> None:
    number = "+33639980001"
    await post.texts(number, "1")  # their first word: no choice was offered yet
    await post.texted(number, "demandé : 1")
    found = await post.addresses.find("sms", number)
    assert found is not None
    await post.counsellor_takes(found.id)
    await post.texts(number, "STOP")
    assert "1. Jamais" in await post.texted(number, "Réponds par un chiffre")
    await post.counsellor_writes(found.id, "Je reste là si besoin.")
    await post.texts(number, "1")
    await post.texted(number, "C'est noté : jamais")
    await post.texts("+33639980002", "bonjour")
    await post.texted("+33639980002", "demandé : bonjour")
    assert not any("Je reste là" in text for text in post.gateway.phones[number])
    await post.texts(number, "en fait je veux bien parler")
    await post.texted(number, "Équipe : Je reste là si besoin.")


async def test_a_web_link_with_a_code_counts_and_the_code_leaves_the_address(post: Post) -> None:
    await post.arrivals.make("lycee-7")
    async with httpx.AsyncClient(base_url=post.page) as young:
        # As the link has it, and as somebody types it; codes that nobody made show the page too.
        for code in ("lycee-7", "LYCEE-7", "lycee-8", "%3Cscript%3E", "x" * 500):
            answer = await young.get(f"/c/{code}")
            assert (answer.status_code, answer.headers["location"]) == (httpx.codes.SEE_OTHER, "/")
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "no-store"
            assert "set-cookie" not in answer.headers
    assert await post.arrivals.all() == {"lycee-7": 2}


async def test_a_telegram_link_with_a_code_counts_once_however_often_it_is_delivered(post: Post) -> None:
    await post.arrivals.make("lycee-7")
    person = Person(post.api)
    start = await person.write("/start lycee-7")  # what Telegram sends for a tap on the link
    await person.reads("Telegram sait que tu nous écris")
    await post.api.deliver(start)
    await person.write("/start nobody-made-this")
    await eventually(lambda: len(person.shown()) == 2, PATIENCE)
    assert await post.arrivals.all() == {"lycee-7": 1}


async def test_a_conversation_that_cannot_be_read_silences_nobody_else(
    post: Post, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    unread = await post.conversation_of(person)
    other = Person(post.api)
    await other.write("salut")
    await other.reads("demandé : salut")
    wrapped = await post.redis.get(keys.data_key(unread))
    assert wrapped is not None
    await post.service_says(unread, "pour plus tard")
    await person.reads("pour plus tard")
    # Wrapped by a master key that is gone: whatever wakes it, it cannot be read.
    await post.redis.set(keys.data_key(unread), MasterKey(os.urandom(32)).new_data_key(unread), keepttl=True)
    opened = post.times("deleteWebhook")
    await post.store.announce(unread, "changed")
    await eventually(lambda: "CipherError" in caplog.text, PATIENCE)
    await post.service_says(await post.conversation_of(other), "un mot")
    await other.reads("un mot")
    assert post.times("deleteWebhook") == opened, "the delivery did not start anew"
    await post.redis.set(keys.data_key(unread), wrapped, keepttl=True)
    await post.service_says(unread, "la clé est revenue")
    await person.reads("la clé est revenue")


async def test_what_was_on_the_wire_at_forget_goes_too_and_no_key_comes_back(
    post: Post, person: Person
) -> None:
    conversation_id = await post.conversation_of(person)
    post.api.slow = 1
    await post.service_says(conversation_id, "un mot de trop")
    await person.reads("un mot de trop")
    await person.write("/oublier")
    goodbye = await person.reads("Ce qu'on ne peut pas effacer")
    assert person.shown() != [goodbye]
    post.api.let_go = True
    await eventually(lambda: person.shown() == [goodbye], PATIENCE)
    assert [key async for key in post.redis.scan_iter(f"*{conversation_id}*")] == []


async def test_a_place_is_shown_whole_its_page_as_a_link_and_every_choice_works(
    post: Post, person: Person
) -> None:
    conversation_id = await post.conversation_of(person)
    place = HelpLine(
        "La Maison des ados",
        id="maison",
        kind="Lieu d'écoute",
        phone="0100000000",
        address="3 rue des Lilas, 93000 Bobigny",
        expect="On t'écoute, sans rendez-vous.",
        open_now=True,
    )
    more = '/d_autres{"departement":"93","sujet":"violences_maison","page":1}'
    assert len(more) > 64
    buttons = (Button("D'autres", more), Button("Toute l'aide sur une page", f"href:{PAGE}"))
    message = Message(
        Author.SERVICE, AuthoredText("Près de toi :"), datetime.now(UTC), buttons=buttons, help_lines=(place,)
    )
    await post.store.append(conversation_id, message)
    shown = await person.reads("Près de toi")
    assert shown.text.splitlines() == [
        "Près de toi :",
        "",
        "La Maison des ados",
        "Lieu d'écoute · ouvert maintenant · appel 0100000000",
        "On t'écoute, sans rendez-vous.",
        "3 rue des Lilas, 93000 Bobigny",
        "",
        f"Toute l'aide sur une page : {PAGE}",
    ]
    ((label, payload),) = shown.buttons
    assert label == "D'autres"
    await person.press(payload)
    await person.reads(f"demandé : {more}")


async def test_a_choice_of_a_message_that_is_gone_is_answered(post: Post, person: Person) -> None:
    for payload in ("#choice:1-0:0", "#choice:1-0:²", "#choice:", "#choice:x:-1"):
        count = len(person.shown())
        await person.press(payload)
        await eventually(lambda count=count: len(person.shown()) > count, PATIENCE)
        assert person.shown()[-1].text == "Ce message n'est plus là."


async def test_the_longest_words_come_in_order_and_end_with_a_sentence(post: Post, person: Person) -> None:
    conversation_id = await post.conversation_of(person)
    whole = " ".join(f"Voici la phrase numéro {number}, pas trop longue." for number in range(300))
    await post.service_says(conversation_id, whole)
    await person.reads("numéro 299")
    pieces = [message.text for message in person.shown() if "Voici la phrase" in message.text]
    assert len(pieces) > 2
    assert all(piece.endswith("longue.") for piece in pieces)
    assert " ".join(pieces) == whole


class Stubborn(SmsChannel):
    """An app whose library answers an interruption with an error of its own."""

    async def fetch(self, take: Take) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise RuntimeError("interrupted") from None


async def test_it_ends_when_it_is_told_to_though_something_fails_on_the_way_out(redis: Redis) -> None:
    async with delivering(redis, Stubborn(*GATEWAY)) as delivery:
        await eventually(lambda: delivery._leads_until > 0, PATIENCE)


class Failing(SmsChannel):
    """An app whose library fails in a way nobody thought of."""

    fetched = 0

    async def fetch(self, take: Take) -> None:
        self.fetched += 1
        raise RuntimeError("unheard of")


async def test_it_goes_on_after_what_nobody_thought_of(redis: Redis) -> None:
    channel = Failing(*GATEWAY)
    async with delivering(redis, channel):
        await eventually(lambda: channel.fetched > 1, PATIENCE)


@asynccontextmanager
async def delivering(redis: Redis, channel: SmsChannel) -> AsyncIterator[Delivery]:
    """A delivery at work; told to end after it, it must."""
    master_key = MasterKey(MASTER_KEY)
    store = ConversationStore(redis, master_key, LIFETIME, timedelta(seconds=60))
    addresses = Addresses(redis, store, master_key, LIFETIME)

    async def take(arrival: Arrival) -> None:
        raise AssertionError("nothing came")

    notes = StaffNotes(store, addresses, WORDS)
    delivery = Delivery(channel, store, Feed(redis), addresses, notes, WORDS, take)
    running = asyncio.create_task(delivery.run())
    yield delivery
    await asyncio.wait_for(end([running]), PATIENCE)
    await delivery.finish()
    await channel.close()
