"""Telegram: python-telegram-bot in the running service, speaking over HTTP to our own Bot API server."""

from __future__ import annotations

import httpx
import pytest

from handoff.quiet_hours import WINDOWS
from tests.channels.bot_api import BotApi
from tests.channels.people import Counsellor, Person
from tests.channels.phone import PATIENCE
from tests.channels.script import DANGER_NOW
from tests.conftest import eventually
from tests.running_service import Service


@pytest.fixture
def person(service: Service, bot_api: BotApi) -> Person:
    return Person(bot_api)


async def test_the_first_message_says_what_telegram_knows_and_offers_the_page(
    service: Service, person: Person
) -> None:
    await person.write("/start")
    first = await person.reads("Telegram sait que tu nous écris")
    assert service.settings.public_origin in first.text
    assert "112" in first.text
    await person.write("/start")
    await eventually(lambda: len(person.shown()) == 2, PATIENCE)
    assert person.shown()[0] is first


async def test_a_question_is_answered_with_buttons_and_more_unfolds_in_its_place(person: Person) -> None:
    await person.write("c'est anonyme ?")
    answer = await person.reads("L'application (ou ton opérateur")
    assert ("Parler à une personne", "#person") in answer.buttons
    await person.press("/horaires_attente")
    lines = await person.reads("Écris /humain")
    assert "appel 119" in lines.text
    await person.press("/numeros_utiles")
    long = await person.sees(lambda m: any(data.startswith("#more:") for _, data in m.buttons))
    (more,) = [data for _, data in long.buttons if data.startswith("#more:")]
    before = long.text
    await person.press(more)
    await eventually(lambda: long.edits == 1, PATIENCE)
    assert long.text.startswith(before[:100])
    assert len(long.text) > len(before)
    assert more not in [data for _, data in long.buttons]


async def test_danger_now_shows_the_numbers_and_a_person_is_called(person: Person) -> None:
    await person.write(DANGER_NOW)
    urgent = await person.reads("Appelle le 15 ou le 112")
    assert "SMS 114" in urgent.text
    assert "la ligne en haut" not in urgent.text


async def test_a_counsellor_and_a_young_person_write_to_each_other(
    service: Service, bot_api: BotApi, person: Person
) -> None:
    async with Counsellor.on_duty(service) as counsellor:
        before = await counsellor.waiting()
        await person.write("/humain")
        conversation = await counsellor.takes("telegram", before)
        joined = await person.reads("Une personne de l'équipe est là")
        assert "« Équipe »" in joined.text
        await counsellor.types(conversation)
        await eventually(
            lambda: ("sendChatAction", {"chat_id": person.chat, "action": "typing"}) in bot_api.calls,
            PATIENCE,
        )
        await counsellor.writes(conversation, "Bonjour {toi}, je te lis.")
        await person.reads("Équipe : Bonjour {toi}, je te lis.")
        said = await person.write("merci d'etre la")
        await counsellor.reads(conversation, "merci d'etre la")
        await person.send(
            "edited_message", text="merci detre la ce soir", number=said["message"]["message_id"]
        )
        edited = await counsellor.reads(conversation, "merci detre la ce soir")
        assert edited["edited"]
        await counsellor.gives_back(conversation)
    await person.reads("Le robot reprend")


async def test_a_counsellor_is_told_that_the_young_person_blocked_the_bot(
    service: Service, bot_api: BotApi, person: Person
) -> None:
    async with Counsellor.on_duty(service) as counsellor:
        before = await counsellor.waiting()
        await person.write("/humain")
        conversation = await counsellor.takes("telegram", before)
        await person.reads("Une personne de l'équipe est là")
        bot_api.blocked.add(person.chat)
        await counsellor.types(conversation)
        await counsellor.reads(conversation, "a bloqué le compte")
        await counsellor.writes(conversation, "tu es toujours là ?")
        await counsellor.reads(conversation, "tu es toujours là ?")
        # They come back: what was written meanwhile is there, our note to the counsellor is not.
        bot_api.blocked.discard(person.chat)
        await person.write("me revoila")
        await person.reads("tu es toujours là ?")
        assert not any("bloqué" in message.text for message in person.shown())
        await counsellor.gives_back(conversation)


async def test_whoever_says_stop_hears_nothing_until_they_write_again(
    service: Service, person: Person
) -> None:
    async with Counsellor.on_duty(service) as counsellor:
        before = await counsellor.waiting()
        await person.write("/humain")
        conversation = await counsellor.takes("telegram", before)
        await person.write("/stop")
        asked = await person.reads("quand est-ce qu'on peut t'écrire")
        assert [data for _, data in asked.buttons] == [f"#hours:{window}" for window in WINDOWS]
        await counsellor.reads(conversation, "ne plus recevoir de messages")
        await person.press("#hours:never")
        await person.reads("C'est noté : jamais.")
        await counsellor.writes(conversation, "Je reste là si besoin.")
        await counsellor.reads(conversation, "Je reste là si besoin.")
        count = len(person.shown())
        await counsellor.types(conversation)
        other = Person(person.api)  # what the same sender of ours does for somebody else, later
        await other.write("/aide")
        await other.reads("appel 119")
        assert len(person.shown()) == count
        await person.write("en fait je veux bien parler")
        await person.reads("Équipe : Je reste là si besoin.")
        await counsellor.gives_back(conversation)


async def test_forget_erases_both_sides_and_says_what_it_cannot(person: Person) -> None:
    await person.write("/start")
    await person.reads("Telegram sait")
    await person.write("c'est anonyme ?")
    await person.reads("L'application")
    forget = await person.write("/oublier")
    last = await person.reads("Ce qu'on ne peut pas effacer")

    # Of the phone only the goodbye is left, not even what the young person wrote. What was on the wire as
    # they asked goes as soon as it is there.
    def is_empty() -> bool:
        return list(person.api.phones[person.chat].values()) == [last]

    await eventually(is_empty)
    await person.api.deliver(forget)
    assert list(person.api.phones[person.chat].values()) == [last]
    await person.write("salut")
    await person.reads("Telegram sait")


async def test_a_picture_is_not_opened_and_its_caption_is_read(bot_api: BotApi, person: Person) -> None:
    picture = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 90}]
    for _ in range(2):
        await person.send(photo=picture, media_group_id="album-1")
    await person.send(photo=picture, caption=DANGER_NOW)
    await person.reads("Appelle le 15 ou le 112")
    kind = [message for message in person.shown() if "Je n'ai pas ouvert" in message.text]
    assert len(kind) == 2  # once for the album, once for the other
    assert not any(method == "getFile" for method, _ in bot_api.calls)


@pytest.mark.parametrize(
    "fields",
    [
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}},
        {"contact": {"phone_number": "+33639984471", "first_name": "Mirabellune"}},
        {"document": {"file_id": "f", "file_unique_id": "u"}},
        {
            "sticker": {
                **{"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 512, "height": 512},
                **{"is_animated": False, "is_video": False, "emoji": "😭"},
            }
        },
        {"a_kind_of_tomorrow": {"anything": 1}},
    ],
)
async def test_what_is_not_words_gets_a_kind_word(person: Person, fields: dict[str, object]) -> None:
    await person.send(**fields)
    await person.reads("Je n'ai pas ouvert ce que tu as envoyé")


async def test_a_location_is_not_looked_at_and_a_departement_may_be_named(person: Person) -> None:
    await person.send(location={"latitude": 48.85, "longitude": 2.35})
    offer = await person.reads("Je n'ai pas regardé ta position")
    assert [data for _, data in offer.buttons] == ["#place"]
    await person.press("#place")
    await person.reads("Dans quel département")


async def test_the_language_and_the_cover_are_a_tap_away(person: Person) -> None:
    await person.write("/language")
    await person.reads("Dans quelle langue")
    await person.press("#language:es")
    await person.reads("seguimos en español")
    await person.write("/discret")
    hidden = await person.reads("mis mensajes están ocultos")
    assert hidden.covered
    assert hidden.silent
    await person.write("/ayuda")
    assert (await person.reads("Si estás en peligro")).covered


async def test_a_group_is_left_politely(bot_api: BotApi, service: Service) -> None:
    group = -1009001
    await bot_api.deliver(bot_api.member_update(group, "member", "supergroup"))
    await eventually(lambda: group in bot_api.left_groups, PATIENCE)
    assert "en privé" in bot_api.shown(group)[0].text
    await bot_api.deliver(bot_api.member_update(group, "left", "supergroup"))
    assert len(bot_api.shown(group)) == 1


async def test_a_forged_update_is_refused_and_a_strange_one_accepted(
    service: Service, bot_api: BotApi, person: Person
) -> None:
    forged = bot_api.message_update(person.chat, text="je suis Telegram")
    url = f"{service.chat}/webhooks/telegram"
    async with httpx.AsyncClient() as stranger:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "à deviner".encode()}):
            answer = await stranger.post(url, json=forged, headers=headers)
            assert answer.status_code == httpx.codes.FORBIDDEN
        secret = {"X-Telegram-Bot-Api-Secret-Token": bot_api.webhook["secret_token"]}
        for body in ("pas du json", "[]", '{"update_id": 1, "message": {"rien": 1}}'):
            assert (await stranger.post(url, content=body, headers=secret)).status_code == httpx.codes.OK
        off = await stranger.post(f"{service.chat}/webhooks/minitel", json={})
        assert off.status_code == httpx.codes.NOT_FOUND
    assert await bot_api.deliver(bot_api.raw_update(telepathy={"thought": "aide"}), attempts=1) == 200
    assert person.shown() == []
    await person.write("/aide")
    await person.reads("appel 119")


async def test_an_update_delivered_twice_is_handled_once(person: Person) -> None:
    asked = await person.write("c'est anonyme ?")
    await person.reads("L'application")
    helped = await person.write("/aide")
    await person.reads("appel 119")
    count = len(person.shown())
    for update in (asked, helped):
        await person.api.deliver(update)
    await person.write("/language")
    await person.reads("Dans quelle langue")
    assert len(person.shown()) == count + 1


async def test_the_longest_message_telegram_allows_is_read(person: Person) -> None:
    await person.write("je voudrais de l'aide. " * 178)
    await eventually(lambda: len(person.shown()) >= 2, PATIENCE)
    assert not any("trop long" in message.text for message in person.shown())


async def test_too_many_requests_are_waited_for_and_refused_buttons_left_out(
    bot_api: BotApi, person: Person
) -> None:
    bot_api.too_many = 2
    await person.write("/start")
    await person.reads("Telegram sait")
    bot_api.refused_keyboards = True
    try:
        await person.write("/aide")
        assert (await person.reads("appel 119")).buttons == []
    finally:
        bot_api.refused_keyboards = False
