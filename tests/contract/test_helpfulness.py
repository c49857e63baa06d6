"""“Ça t'a aidé ?” as the chat page has it, and the figures that reach SQL without a word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handoff.records import database
from handoff.records.topic_figures import Figures, TopicFigures
from tests.chat_client import ChatClient, Frame
from tests.conftest import eventually
from tests.running_service import Service


def buttons(frame: Frame) -> list[str]:
    return [button["payload"] for button in frame["buttons"]]


async def press(page: ChatClient, payload: str) -> None:
    await page.send({"type": "press", "id": f"press-{len(page.frames)}", "payload": payload})


async def figures_of(service: Service, topic: str) -> Figures:
    engine, sessions = database.connect(service.settings.effective_database_url)
    today = datetime.now(UTC).date()
    try:
        return await TopicFigures(sessions).of_topic(topic, today - timedelta(days=1), today)
    finally:
        await engine.dispose()


async def test_the_first_answer_is_followed_by_the_question_and_a_press_is_counted_once(
    service: Service,
) -> None:
    before = await figures_of(service, "proteger_compte")
    async with await ChatClient.open(service.chat) as page:
        await press(page, "/proteger_compte")
        await page.answer()
        question = await page.answer()
        assert buttons(question) == ["#helped:proteger_compte", "#not_helped:proteger_compte"]
        for _ in range(2):
            await press(page, "#not_helped:proteger_compte")
            assert "#person" in buttons(await page.answer())
        # Counted after all that came before: once it is written, so is the rest.
        marker = (await figures_of(service, "prescription")).shown
        await press(page, "/prescription")
        await page.answer()

    async def written() -> bool:
        return (await figures_of(service, "prescription")).shown > marker

    await eventually(written, 60)
    now = await figures_of(service, "proteger_compte")
    assert (now.shown, now.not_helped) == (before.shown + 1, before.not_helped + 1)


async def test_a_typed_yes_right_after_the_question_is_counted(service: Service) -> None:
    before = await figures_of(service, "compte_pirate")
    async with await ChatClient.open(service.chat) as page:
        await press(page, "/compte_pirate")
        await page.answer()
        await page.answer()
        await page.write("oui")
        assert not buttons(await page.answer()), "thanks, and not: yes to what?"

    async def counted() -> bool:
        return (await figures_of(service, "compte_pirate")).helped == before.helped + 1

    await eventually(counted, 60)


async def test_the_second_answer_is_not_followed_by_the_question(service: Service) -> None:
    async with await ChatClient.open(service.chat) as page:
        await press(page, "/proteger_compte")
        await page.answer()
        await page.answer()
        await press(page, "/signaler_contenu")
        await page.answer()
        await press(page, "/preuves")
        answer = await page.answer()
        assert not [payload for payload in buttons(answer) if payload.startswith("#helped")]


async def test_somebody_in_danger_is_never_asked(service: Service) -> None:
    async with await ChatClient.open(service.chat) as page:
        await page.write("je veux mourir, j'ai pris des cachets")
        await page.status("waiting")
        await press(page, "/preuves")
        await page.until(lambda frame: frame["type"] == "message" and frame["author"] == "assistant")
        await press(page, "/anonymat")
        await page.answer()
        said = [frame for frame in page.frames if frame["type"] == "message"]
        assert not [each for each in said for payload in buttons(each) if payload.startswith("#helped")]


@pytest.mark.parametrize("payload", ["#helped:", "#helped:nothing", "#not_helped:../../x", "#helped"])
async def test_a_button_that_does_not_exist_is_refused(service: Service, payload: str) -> None:
    async with await ChatClient.open(service.chat) as page:
        await press(page, payload)
        refused = await page.until(lambda frame: frame["type"] == "refused")
        assert refused["code"] == "bad_frame"
