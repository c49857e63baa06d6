"""Danger, a person asked for, a person refused: what happens at the public door of the running service."""

from __future__ import annotations

from tests.chat_client import ChatClient, Frame
from tests.running_service import Service

DANGER_NOW = "j'ai avalé toute la boîte de cachets de ma mère, j'ai la tête qui tourne"
SERIOUS = "mon beau-père me frappe presque tous les soirs, j'ai des bleus partout"


def said(client: ChatClient) -> list[Frame]:
    """Everything shown that the young person did not write."""
    return [f for f in client.frames if f["type"] == "message" and f["author"] != "young_person"]


async def test_danger_now_shows_the_emergency_numbers_before_anything_else(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.write(DANGER_NOW)
        first = await client.answer()
        assert first["author"] == "service"
        assert first["urgent"]
        phones = [line["phone"] for line in first["resources"]] + [line["sms"] for line in first["resources"]]
        assert {"15", "112"} & set(phones)
        await client.status("waiting")


async def test_serious_harm_goes_to_the_waiting_list_and_can_be_refused(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.write(SERIOUS)
        first = await client.answer()
        assert [button["payload"] for button in first["buttons"]] == ["#no_person"]
        await client.status("waiting")
        await client.send({"type": "press", "id": "non-merci", "payload": "#no_person"})
        await client.status("assistant")
        # The same again is not forced on them; more danger is another matter.
        await client.write("il m'a encore frappé hier soir")
        await client.answer()
        await client.write(DANGER_NOW)
        await client.status("waiting")


async def test_a_person_cannot_be_refused_when_life_is_at_stake(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.write(DANGER_NOW)
        await client.status("waiting")
        await client.send({"type": "press", "id": "non", "payload": "#no_person"})
        await client.until(lambda frame: frame["type"] == "message" and frame["id"] == "non")
        await client.answer()
        async with await ChatClient.resume(service.chat, client.conversation, client.token) as again:
            assert (await again.until(lambda frame: frame["type"] == "status"))["reader"] == "waiting"


async def test_asking_for_a_person_in_ones_own_words_brings_one(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.write("je peux parler à une vraie personne stp")
        await client.status("waiting")
        if not any(frame["author"] == "service" for frame in said(client)):
            assert (await client.answer())["author"] == "service"  # the status may come first


async def test_while_waiting_the_assistant_goes_on_answering(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.send({"type": "ask_person", "id": "aide"})
        await client.status("waiting")
        await client.write("c'est anonyme ici ?")
        answer = await client.until(lambda f: f["type"] == "message" and f["author"] == "assistant")
        assert answer["text"]


async def test_the_line_says_that_nobody_is_there_when_nobody_is(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.send({"type": "ask_person", "id": "aide"})
        status = await client.status("waiting")
        if status["counsellors_on_duty"] == 0:
            assert "personne" in status["line"].lower() or "aucun" in status["line"].lower()


async def test_personal_data_is_stripped_before_it_is_shown_back(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        message_id = await client.write("appelle moi au 06 39 98 12 34 ou ecris a zoe.martin@exemple.fr")
        mine = await client.until(lambda f: f["type"] == "message" and f["id"] == message_id)
        assert "06 39" not in mine["text"]
        assert "exemple.fr" not in mine["text"]
        assert {"PHONE", "EMAIL"} <= set(mine["removed"])


async def test_worry_gets_an_open_question_and_the_offer_of_a_person_once(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        for text in (
            "tout le monde se moque de moi au collège, on me laisse seule à la cantine",
            "je suis harcelée au collège, je fais quoi",
            "c'est quoi le 119 ?",
        ):
            await client.write(text)
            await client.until(lambda frame: frame["type"] == "message" and frame["author"] == "assistant")
        offers = [frame for frame in said(client) if frame["author"] == "service"]
        assert [[button["payload"] for button in frame["buttons"]] for frame in offers] == [["#person"]]
