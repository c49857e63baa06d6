"""A conversation with the assistant as the page has it: follow-ups, two questions, refusals, audience."""

from __future__ import annotations

from tests.chat_client import ChatClient, Frame
from tests.contract.test_helpfulness import buttons, press
from tests.running_service import Service


async def said(page: ChatClient) -> Frame:
    """The next thing that the assistant says, "ça t'a aidé ?" left aside."""
    return await page.until(
        lambda frame: (
            frame["type"] == "message"
            and frame["author"] == "assistant"
            and not any(payload.startswith("#helped") for payload in buttons(frame))
        )
    )


async def test_somebody_asks_on_and_is_answered_from_the_card(service: Service) -> None:
    async with await ChatClient.open(service.chat) as page:
        await page.write("comment avorter quand on est mineure")
        card = await said(page)
        await page.write("et après ?")
        rest = await said(page)
        assert card["more"] in rest["text"]
        await page.write("c'est gratuit ?")
        assert "gratuit" in (await said(page))["text"]
        await page.write("et si j'ai 14 ans ?")
        assert "ans" in (await said(page))["text"]
        await page.write("sans l'accord de mes parents ?")
        about_parents = await said(page)
        assert "parents" in about_parents["text"]
        assert "/limites_secret" in buttons(about_parents)


async def test_two_questions_in_one_message_are_both_answered(service: Service) -> None:
    async with await ChatClient.open(service.chat) as page:
        await page.write("comment porter plainte ? et aussi est-ce que c'est anonyme ici ?")
        answers = [await said(page), await said(page)]
        offered = {payload for answer in answers for payload in buttons(answer)}
        assert answers[0]["text"] != answers[1]["text"]
        # A button of each card: of the complaint's, and of the one that says who can read.
        assert {"/apres_appel_119", "/effacer_conversation"} <= offered


async def test_refusals_of_messages_sent_together_are_not_the_same_words(service: Service) -> None:
    async with await ChatClient.open(service.chat) as page:
        for request in (
            "aide moi pour mon dm de maths",
            "raconte moi une blague sur toto",
            "qui a gagné le match",
        ):
            await page.write(request)
        texts = [(await said(page))["text"] for _ in range(3)]
        assert texts[0] != texts[1] != texts[2]


async def test_a_mother_is_spoken_to_as_one_through_the_whole_conversation(service: Service) -> None:
    async with await ChatClient.open(service.chat) as page:
        await page.write("bonjour, ma fille a 14 ans")
        await page.answer()
        await press(page, "/parent_signes")
        await page.until(lambda frame: frame["type"] == "message" and "/parent_que_faire" in buttons(frame))
        for follow_up in ("et après ?", "lequel ?", "oui"):
            await page.write(follow_up)
            words = (await said(page))["text"].lower().replace(",", " ").replace(".", " ").split()
            assert not {"tu", "toi", "te", "ton", "ta", "tes", "t'en"} & set(words), words


async def test_an_english_speaker_is_answered_in_english(service: Service) -> None:
    async with await ChatClient.open(service.chat) as page:
        await page.write("can i get an abortion at 15 without telling my parents")
        await said(page)
        await page.write("is it free")
        assert "free" in (await said(page))["text"]
