"""What Meta's apps share, without the whole service: odd deliveries, and a day without a word."""

from __future__ import annotations

import json

import httpx
import pytest

from handoff.store import keys
from tests.channels.graph_api import NUMBER, PAGE, SECRET, Json
from tests.channels.people import MessengerPerson, WhatsAppPerson
from tests.channels.phone import PATIENCE
from tests.channels.post import Post
from tests.conftest import eventually

# From Meta, as of tomorrow or broken: in a place where something that we can read may stand beside it.
ODD = ({}, 3, None, {"type": "text"}, {"type": "text", "id": "1", "from": "2", "text": []}, {"errors": 3})


async def deliver(post: Post, app: str, entries: object) -> int:
    return await post.meta.deliver_body(json.dumps({"entry": entries}).encode(), SECRET, app=app)


def changed(post: Post, person: WhatsAppPerson, text: str, number: str = NUMBER) -> Json:
    """A change with one message of a person to a number."""
    value = post.meta.message(person.number, "text", {"body": text})
    return {"field": "messages", "value": {"metadata": {"phone_number_id": number}, **value}}


async def test_one_odd_thing_takes_nobodys_words_with_it(post: Post) -> None:
    first, second, third = (WhatsAppPerson(post.meta) for _ in range(3))
    mixed = changed(post, first, "je suis là")
    mixed["value"]["messages"] = [*ODD, *mixed["value"]["messages"], *ODD]
    mixed["value"]["statuses"] = [*ODD, {"status": "failed", "id": "1"}]
    alone = changed(post, second, "moi aussi")
    odd_changes = [{"field": "messages", "value": 3}, {"field": "messages"}, {"field": {}}]
    entries = [3, {"changes": 3}, {"changes": [*odd_changes, mixed, None, alone]}]
    entries.append({"changes": [changed(post, third, "et moi")]})
    assert await deliver(post, "whatsapp", entries) == httpx.codes.OK
    for person, words in ((first, "je suis là"), (second, "moi aussi"), (third, "et moi")):
        await person.reads(f"demandé : {words}")


async def test_one_odd_event_of_messenger_takes_nobodys_words_with_it(post: Post) -> None:
    person = MessengerPerson(post.meta)
    words = {"sender": {"id": person.id}, "message": {"mid": "m_1", "text": "je suis là"}}
    events = [*ODD, {"sender": {"id": "1"}, "message": {"text": "sans numéro"}}, words]
    assert await deliver(post, "messenger", [{"id": PAGE, "messaging": events}]) == httpx.codes.OK
    await person.reads("demandé : je suis là")


async def test_what_is_for_another_account_of_the_same_app_is_not_ours(post: Post) -> None:
    stranger, person = WhatsAppPerson(post.meta), WhatsAppPerson(post.meta)
    page_stranger, page_person = MessengerPerson(post.meta), MessengerPerson(post.meta)
    changes = [changed(post, stranger, "à une autre", "990"), changed(post, person, "à vous")]
    assert await deliver(post, "whatsapp", [{"id": "1", "changes": changes}]) == httpx.codes.OK
    entries = [
        {"id": to, "messaging": [{"sender": {"id": who.id}, "message": {"mid": f"m_{to}", "text": "salut"}}]}
        for to, who in (("990", page_stranger), (PAGE, page_person))
    ]
    assert await deliver(post, "messenger", entries) == httpx.codes.OK
    await person.reads("demandé : à vous")
    await page_person.reads("demandé : salut")
    assert [*stranger.shown(), *page_stranger.shown()] == []
    assert await post.addresses.find("whatsapp", stranger.number) is None
    assert await post.addresses.find("messenger", page_stranger.id) is None


@pytest.mark.parametrize("app", ["whatsapp", "messenger"])
async def test_where_nobody_can_be_asked_the_counsellor_is_told_once_that_their_words_wait(
    post: Post, app: str
) -> None:
    person = WhatsAppPerson(post.meta) if app == "whatsapp" else MessengerPerson(post.meta)
    to = person.number if isinstance(person, WhatsAppPerson) else person.id
    await person.say("bonjour")
    await person.reads("demandé : bonjour")
    found = await post.addresses.find(app, to)
    assert found is not None
    await post.counsellor_takes(found.id)
    await post.addresses.write(found.id, heard_at=1)
    post.meta.window_closed.add(to)
    post.meta.template_refused = True
    await post.counsellor_writes(found.id, "Tu es là ?")

    async def notes() -> list[str]:
        return [each.text.value for each in await post.store.read(found.id) if each.for_staff]

    async def is_told() -> bool:
        return bool(await notes())

    await eventually(is_told, PATIENCE)
    # Whatever wakes it later, it is not asked again; and their next word brings what waits.
    await post.counsellor_writes(found.id, "Je reste joignable.")
    await post.others_are_served()
    assert post.meta.refused_templates == (1 if app == "whatsapp" else 0)
    (note,) = await notes()
    assert "attendent" in note
    assert not any("Équipe" in message.text for message in person.shown())
    assert await post.redis.hget(keys.address(found.id), "knocked") == b"1"
    post.meta.window_closed.discard(to)
    await person.say("oui")
    await person.reads("Équipe : Je reste joignable.")
    assert not any("attendent" in message.text for message in person.shown())
