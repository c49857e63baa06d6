"""WhatsApp: what is Meta's own there, against our own Graph API server; the rest is in ``script.py``."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from handoff.messaging_apps import verify_token
from handoff.settings import Settings
from handoff.store import connection
from handoff.store.addresses import Addresses
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from tests.channels.graph_api import PROFILE, GraphApi
from tests.channels.people import Counsellor, MessengerPerson, WhatsAppPerson
from tests.channels.phone import PATIENCE
from tests.conftest import eventually
from tests.running_service import Service


@pytest.fixture
def person(service: Service, graph_api: GraphApi) -> WhatsAppPerson:
    return WhatsAppPerson(graph_api)


async def last_heard_a_day_ago(settings: Settings, conversation: str) -> None:
    """Turns the clock: the person's last message is a day old."""
    redis = connection.connect(settings.effective_redis_url)
    key, lifetime = MasterKey(settings.master_key_bytes), settings.conversation_lifetime
    store = ConversationStore(redis, key, lifetime, settings.counsellor_lease)
    yesterday = datetime.now(UTC) - timedelta(hours=24)
    addresses = Addresses(redis, store, key, lifetime)
    await addresses.write(conversation, heard_at=int(yesterday.timestamp() * 1000))
    await redis.aclose()


async def test_the_first_message_says_what_meta_knows_and_the_language_is_in_a_list(
    service: Service, person: WhatsAppPerson
) -> None:
    await person.say("AIDE")
    first = await person.reads("WhatsApp (Meta) sait")
    assert any(service.settings.public_origin in message.text for message in person.shown())
    assert person.shown()[0] is first or "112" in person.shown()[0].text
    await person.say("LANGUE")
    asked = await person.reads("Dans quelle langue")
    assert [payload for _, payload in asked.buttons] == [f"#language:{each}" for each in ("fr", "en", "es")]
    await person.press("#language:en")
    await person.reads("English")


async def test_meta_sets_the_webhook_up_with_our_word_and_nobody_else(service: Service) -> None:
    ours = verify_token(service.settings)
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    url = f"{service.chat}/webhooks/whatsapp"
    async with httpx.AsyncClient() as meta:
        right = await meta.get(url, params={**asked, "hub.verify_token": ours})
        assert (right.status_code, right.text) == (200, "1158201444")
        for wrong in ({**asked, "hub.verify_token": "à deviner"}, asked, {}):
            assert (await meta.get(url, params=wrong)).status_code == httpx.codes.FORBIDDEN


async def test_a_forged_delivery_is_refused_and_a_strange_one_accepted(
    service: Service, graph_api: GraphApi, person: WhatsAppPerson
) -> None:
    value = graph_api.message(person.number, "text", {"body": "je suis Meta"})
    change = {"field": "messages", "value": value}
    forged = json.dumps({"entry": [{"changes": [change]}]}).encode()
    assert await graph_api.deliver_body(forged, "another secret") == httpx.codes.FORBIDDEN
    async with httpx.AsyncClient() as stranger:
        url = f"{service.chat}/webhooks/whatsapp"
        assert (await stranger.post(url, content=forged)).status_code == httpx.codes.FORBIDDEN
    for body in (
        b"pas du json",
        b"[]",
        b'{"entry": 3}',
        b'{"entry": [{"changes": [{"field": "messages"}]}]}',
    ):
        assert await graph_api.deliver_body(body, "app-secret-of-the-tests") == httpx.codes.OK
    assert await graph_api.deliver({"telepathy": [{"thought": "aide"}]}, attempts=1) == httpx.codes.OK
    assert person.shown() == []


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image", {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}),
        ("audio", {"id": "1", "voice": True}),
        ("contacts", [{"name": {"formatted_name": "Mirabellune"}}]),
        ("a_kind_of_tomorrow", {"anything": 1}),
    ],
)
async def test_what_is_not_words_gets_a_kind_word(
    person: WhatsAppPerson, kind: str, content: dict[str, object]
) -> None:
    await person.send(kind, content)
    await person.reads("Je n'ai pas ouvert ce que tu as envoyé")


async def test_a_location_a_reaction_and_an_edit(graph_api: GraphApi, person: WhatsAppPerson) -> None:
    await person.send("reaction", {"message_id": "wamid.x", "emoji": "👍"})
    await person.send("location", {"latitude": 48.85, "longitude": 2.35})
    offer = await person.reads("Je n'ai pas regardé ta position")
    assert [payload for _, payload in offer.buttons] == ["#place"]
    await person.press("#place")
    await person.reads("Dans quel département")
    count = len(person.shown())
    words = {"type": "text", "text": {"body": "je suis dans le Rhône"}}
    await person.send("edit", {"original_message_id": "wamid.x", "message": words})
    await eventually(lambda: len(person.shown()) > count, PATIENCE)


async def test_after_a_day_one_neutral_template_asks_and_the_words_wait(
    service: Service, graph_api: GraphApi, person: WhatsAppPerson
) -> None:
    async with Counsellor.on_duty(service) as counsellor:
        before = await counsellor.waiting()
        await person.ask_person()
        conversation = await counsellor.takes("whatsapp", before)
        await person.reads("Une personne de l'équipe est là")
        await last_heard_a_day_ago(service.settings, conversation)
        graph_api.window_closed.add(person.number)
        for words in ("Tu es là ?", "Je reste joignable."):
            await counsellor.writes(conversation, words)
        await eventually(lambda: (person.number, "reprise") in graph_api.templates, PATIENCE)
        await counsellor.reads(conversation, "Je reste joignable.")
        graph_api.window_closed.discard(person.number)
        await person.send("button", {"text": "Oui", "payload": "Oui"})
        await person.reads("Je reste joignable.")
        assert [to for to, _ in graph_api.templates].count(person.number) == 1
        texts = [message.text for message in person.shown()]
        assert texts.index("Équipe : Tu es là ?") < texts.index("Équipe : Je reste joignable.")
        await counsellor.gives_back(conversation)


async def test_whoever_cannot_be_reached_is_told_to_the_counsellor(
    service: Service, graph_api: GraphApi, person: WhatsAppPerson
) -> None:
    async with Counsellor.on_duty(service) as counsellor:
        before = await counsellor.waiting()
        await person.ask_person()
        conversation = await counsellor.takes("whatsapp", before)
        await person.reads("Une personne de l'équipe est là")
        await graph_api.deliver(graph_api.failed(person.number, 131047))
        await counsellor.reads(conversation, "n'ont pas été remis")
        await graph_api.deliver(graph_api.failed(person.number, 131026))
        await counsellor.reads(conversation, "a bloqué le compte")
        await counsellor.gives_back(conversation)


async def test_too_fast_is_waited_for(graph_api: GraphApi, person: WhatsAppPerson) -> None:
    graph_api.too_many = 2
    await person.say("AIDE")
    await person.reads("119")


async def test_nothing_kept_names_who_writes(service: Service, person: WhatsAppPerson) -> None:
    await person.say("c'est anonyme ?")
    await person.sees(lambda message: bool(message.buttons))
    await asyncio.sleep(1.1)  # Redis writes its file once a second
    files = [file for file in service.log_folder.parent.rglob("*") if file.is_file()]
    marked = [person.number, *PROFILE.values()]
    found = [(f.name, word) for f in files for word in marked if word.encode() in f.read_bytes()]
    assert found == []


async def test_messenger_reads_an_edit_a_start_and_a_picture(service: Service, graph_api: GraphApi) -> None:
    person = MessengerPerson(graph_api)
    await person.send(postback={"mid": "m_start", "payload": "GET_STARTED", "title": "Démarrer"})
    await person.reads("Messenger (Meta) sait")
    count = len(person.shown())
    await person.send(message={"mid": "m_picture", "attachments": [{"type": "image", "payload": {}}]})
    await person.reads("Je n'ai pas ouvert")
    await person.send(message={"mid": "m_echo", "text": "notre propre message", "is_echo": True})
    await person.send(read={"watermark": 1})
    await person.send(message_edit={"mid": "m_1", "text": "c'est anonyme ?", "num_edit": 1})
    await eventually(lambda: len(person.shown()) >= count + 2, PATIENCE)
    await person.send(message={"mid": "m_language", "text": "langue"})
    asked = await person.reads("Dans quelle langue")
    assert [payload for _, payload in asked.buttons] == [f"#language:{each}" for each in ("fr", "en", "es")]
