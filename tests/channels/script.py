"""The conversation that every channel must pass: one class, run once a channel.

A new channel adds a ``Phone`` (``people.py``) and a subclass in ``test_script.py``, nothing else.
"""

from __future__ import annotations

from tests.channels.people import Counsellor
from tests.channels.phone import PATIENCE, Phone
from tests.conftest import eventually
from tests.running_service import Service

DANGER_NOW = "j'ai avalé toute la boîte de cachets de ma mère, j'ai la tête qui tourne"


class ConversationScript:
    """Subclasses give the fixture ``phone``."""

    async def test_a_question_is_answered_and_a_button_too(self, phone: Phone) -> None:
        await phone.say("c'est anonyme ?")
        answer = await phone.sees(lambda m: "#person" in [payload for _, payload in m.buttons])
        assert all(label for label, _ in answer.buttons)
        await phone.press("/effacer_conversation")
        await phone.reads("disparaît")  # one word: an app may cut the sentence

    async def test_danger_now_shows_the_numbers(self, phone: Phone) -> None:
        await phone.say(DANGER_NOW)
        urgent = await phone.reads("Appelle le 15 ou le 112")

        def told() -> bool:
            """With it, or right after it where an app cuts long words."""
            return any("114" in message.text for message in phone.shown()[phone.shown().index(urgent) :])

        await eventually(told, PATIENCE)

    async def test_a_person_takes_over_writes_in_order_and_gives_back(
        self, service: Service, phone: Phone
    ) -> None:
        async with Counsellor.on_duty(service) as counsellor:
            before = await counsellor.waiting()
            await phone.ask_person()
            conversation = await counsellor.takes(phone.channel, before)
            await phone.reads("Une personne de l'équipe est là")
            await counsellor.types(conversation)
            if phone.sees_typing:
                await eventually(phone.saw_typing, PATIENCE)
            said = [f"Je te lis, {word}." for word in ("un", "deux", "trois", "quatre")]
            for words in said:
                await counsellor.writes(conversation, words)
            await phone.reads(said[-1])
            read = [message.text for message in phone.shown() if "Je te lis" in message.text]
            assert [text[-len(words) :] for text, words in zip(read, said, strict=True)] == said
            await phone.say("merci d'etre la")
            await counsellor.reads(conversation, "merci d'etre la")
            await counsellor.gives_back(conversation)
        await phone.reads("Le robot reprend")

    async def test_help_near_is_found_by_the_departement_alone(self, phone: Phone) -> None:
        await phone.say("je cherche un lieu d'aide près de chez moi")
        await phone.reads("ce qu'on garde")
        await phone.say("93")
        found = await phone.reads("Seine-Saint-Denis")

        def told() -> bool:
            """With it, or right after it where an app cuts long words."""
            after = phone.shown()[phone.shown().index(found) :]
            return any("119" in message.text for message in after)

        await eventually(told, PATIENCE)

    async def test_what_comes_twice_is_answered_once(self, phone: Phone) -> None:
        await phone.say("c'est anonyme ?")
        await phone.sees(lambda m: "#person" in [payload for _, payload in m.buttons])
        count = len(phone.shown())
        await phone.again()
        await phone.say("merci")
        await eventually(lambda: len(phone.shown()) > count, PATIENCE)
        assert len(phone.shown()) == count + 1

    async def test_a_long_message_is_read(self, phone: Phone) -> None:
        await phone.say("je voudrais de l'aide. " * 170)
        await eventually(lambda: len(phone.shown()) >= (2 if phone.welcomed else 1), PATIENCE)
        assert not any("trop long" in message.text for message in phone.shown())

    async def test_forget_erases_and_whoever_comes_back_is_new(self, service: Service, phone: Phone) -> None:
        async with Counsellor.on_duty(service) as counsellor:
            before = await counsellor.waiting()
            await phone.ask_person()
            conversation = await counsellor.takes(phone.channel, before)
            await phone.forget()
            gone = await counsellor.staff.post(f"/api/conversations/{conversation}/claim")
            assert gone.is_client_error
        count = len(phone.shown())
        await phone.say("salut")
        await eventually(lambda: len(phone.shown()) >= count + (2 if phone.welcomed else 1), PATIENCE)
