"""The main job, in a real browser: a young person writes, gets an answer, and a person takes over."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.conftest import eventually
from tests.running_service import Service

pytestmark = pytest.mark.end_to_end


async def write(phone: Page, text: str) -> None:
    await phone.get_by_test_id("chat-input").fill(text)
    await phone.get_by_test_id("chat-send").click()


def messages(page: Page, author: str) -> Locator:
    return page.locator(f'[data-testid="message"][data-author="{author}"]')


async def conversation_of(phone: Page) -> str:
    """The id of the phone's conversation, as the console names it. (The outbox holds numbers like it.)"""

    async def token() -> str | None:
        found: str | None = await phone.evaluate("() => sessionStorage.getItem('repere.token')")
        return found

    await eventually(token)
    found = re.search(r"[0-9a-f]{32}", await token() or "")
    assert found
    return found.group()


async def claim(phone: Page, laptop: Page, service: Service) -> None:
    conversation = await conversation_of(phone)
    item = laptop.locator(f'[data-testid="waiting-item"][data-conversation="{conversation}"]')
    await expect(item).to_be_visible()
    await item.get_by_test_id("claim").click()
    await expect(laptop.get_by_test_id("staff-input")).to_be_visible()


async def test_a_question_gets_the_card_of_its_topic(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    await write(phone, "c'est anonyme ici ? qui peut lire ce que j'écris")
    await expect(messages(phone, "young_person").first).to_contain_text("anonyme")
    await expect(messages(phone, "assistant").first).to_be_visible()
    await expect(phone.get_by_test_id("own-state").first).to_contain_text(re.compile("reçu", re.I))
    await expect(phone.get_by_test_id("status-line")).to_contain_text(re.compile("robot", re.I))


async def test_distress_reaches_a_counsellor_and_the_two_talk(
    service: Service, phone: Page, laptop: Page
) -> None:
    await phone.goto(service.chat)
    await write(
        phone, "il menace de publier mes photos nues si je paye pas, j'ai peur. mon num 06 39 98 12 34"
    )
    # The help lines first, then the line that says who reads.
    await expect(messages(phone, "service").first).to_contain_text("3018")
    # The number never reaches anybody.
    await expect(messages(phone, "young_person").first).not_to_contain_text("06 39 98")
    await claim(phone, laptop, service)
    await expect(laptop.get_by_test_id("transcript")).to_contain_text("photos")
    await expect(laptop.get_by_test_id("transcript")).not_to_contain_text("06 39 98")
    await laptop.get_by_test_id("staff-input").fill("Bonsoir, je suis là. Tu as bien fait d'écrire.")
    await laptop.get_by_test_id("staff-send").click()
    await expect(messages(phone, "counsellor")).to_contain_text("Tu as bien fait d'écrire")
    before = await messages(phone, "assistant").count()
    await write(phone, "merci d'être là")
    await expect(laptop.get_by_test_id("transcript")).to_contain_text("merci d'être là")
    # The assistant stays silent while a person talks.
    assert await messages(phone, "assistant").count() == before
    await laptop.get_by_test_id("hand-back").click()
    await expect(phone.get_by_test_id("status-line")).to_contain_text(re.compile("robot", re.I))
    await write(phone, "c'est quoi le 119 ?")
    await expect(messages(phone, "assistant").nth(before)).to_be_visible()


async def test_asking_for_a_person_before_any_message_notifies_too(
    service: Service, phone: Page, laptop: Page
) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("ask-person").click()
    await expect(messages(phone, "service").first).to_be_visible()
    await claim(phone, laptop, service)
    await laptop.get_by_test_id("staff-input").fill("Bonjour !")
    await laptop.get_by_test_id("staff-send").click()
    await expect(messages(phone, "counsellor")).to_contain_text("Bonjour")


async def test_a_reload_shows_everything_once(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    await write(phone, "salut")
    await expect(messages(phone, "assistant").first).to_be_visible()
    await phone.reload()
    await expect(messages(phone, "young_person")).to_have_count(1)
    await expect(messages(phone, "assistant").first).to_be_visible()


async def test_help_nearby_asks_for_the_place_and_answers(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    await write(phone, "je cherche de l'aide près de chez moi")
    await expect(messages(phone, "assistant").first).to_be_visible()
    await write(phone, "j'habite à Lyon")
    await expect(messages(phone, "young_person").nth(1)).to_contain_text("Rhône (69)")
    await expect(phone.get_by_test_id("resource").first).to_be_visible()


async def test_erasing_leaves_nothing(service: Service, phone: Page, laptop: Page) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("ask-person").click()
    await expect(messages(phone, "service").first).to_be_visible()
    await claim(phone, laptop, service)
    conversation = await conversation_of(phone)
    await phone.get_by_test_id("erase").click()
    await phone.get_by_test_id("erase-confirm").click()
    await expect(phone.get_by_test_id("message")).to_have_count(0)
    mine = laptop.locator(f'[data-testid="mine-item"][data-conversation="{conversation}"]')
    await expect(mine).to_have_count(0)


async def test_words_of_html_are_shown_as_words(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    await write(phone, "<img src=x onerror=\"document.title='piraté'\"> <b>gras</b>")
    await expect(messages(phone, "young_person").first).to_contain_text("<b>gras</b>")
    assert await phone.title() != "piraté"


async def test_the_page_asks_nothing_of_anybody_else(service: Service, phone: Page) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    await phone.goto(service.chat)
    await write(phone, "bonjour")
    await expect(messages(phone, "assistant").first).to_be_visible()
    assert [url for url in asked if not url.startswith((service.chat, "ws://127.0.0.1"))] == []
    assert await phone.context.cookies() == []


async def test_the_young_person_sees_what_the_team_sees_and_alone_looks_under_it(
    service: Service, phone: Page
) -> None:
    await phone.goto(service.chat)
    await write(phone, "moi c'est kevin 👋 et mon num c'est le 06 39 98 12 34 voilà")
    mine = messages(phone, "young_person").first
    hidden = mine.get_by_test_id("masked")
    await expect(hidden).to_have_count(2)
    await expect(hidden.nth(0)).to_have_text("[PERSONNE_1]")
    await expect(mine).not_to_contain_text("06 39 98")
    await hidden.nth(1).click()
    await expect(hidden.nth(1)).to_have_text("06 39 98 12 34")
    await hidden.nth(1).click()
    await expect(mine).not_to_contain_text("06 39 98")
    await expect(mine).to_contain_text("L'équipe voit ceci")
    # What was typed is nowhere but in the page's memory: after a reload nobody can look any more.
    await phone.reload()
    await expect(messages(phone, "young_person").first).to_contain_text("[TÉLÉPHONE] voilà")
    await expect(phone.get_by_test_id("masked")).to_have_count(0)


async def test_a_detail_given_on_purpose_is_shown_once_to_that_counsellor(
    service: Service, phone: Page, laptop: Page
) -> None:
    await phone.goto(service.chat)
    await expect(phone.get_by_test_id("share")).to_be_hidden()
    await phone.get_by_test_id("ask-person").click()
    await expect(messages(phone, "service").first).to_be_visible()
    await claim(phone, laptop, service)
    await phone.get_by_test_id("share").click()
    await phone.get_by_test_id("share-detail").fill("Inès, 06 39 98 55 44")
    await phone.get_by_test_id("share-send").click()
    await expect(phone.get_by_test_id("take-back")).to_be_visible()
    await expect(laptop.get_by_test_id("transcript")).to_contain_text("Elle seule peut le voir")
    await expect(laptop.get_by_test_id("transcript")).not_to_contain_text("06 39 98")
    await laptop.get_by_test_id("detail").click()
    await expect(laptop.get_by_test_id("detail-text")).to_have_text("Inès, 06 39 98 55 44")
    await laptop.get_by_test_id("detail-done").click()
    await expect(laptop.get_by_test_id("detail")).to_be_hidden()
    await expect(messages(phone, "service").last).to_contain_text("a vu ce que tu as donné")
    await expect(phone.get_by_test_id("take-back")).to_be_hidden()
    assert "06 39 98" not in await laptop.content()


async def test_a_detail_can_be_taken_back_before_it_is_seen(
    service: Service, phone: Page, laptop: Page
) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("ask-person").click()
    await expect(messages(phone, "service").first).to_be_visible()
    await claim(phone, laptop, service)
    await phone.get_by_test_id("share").click()
    await phone.get_by_test_id("share-detail").fill("06 39 98 55 44")
    await phone.get_by_test_id("share-send").click()
    await expect(laptop.get_by_test_id("detail")).to_be_visible()
    await phone.get_by_test_id("take-back").click()
    await expect(laptop.get_by_test_id("detail")).to_be_hidden()
    await expect(messages(phone, "service").last).to_contain_text("C'est repris")


async def test_a_counsellor_is_warned_before_a_private_number_leaves(
    service: Service, phone: Page, laptop: Page
) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("ask-person").click()
    await expect(messages(phone, "service").first).to_be_visible()
    await claim(phone, laptop, service)
    # The numbers of services are there to be given.
    await laptop.get_by_test_id("staff-input").fill("Tu peux appeler le 119, ou le 3018.")
    await laptop.get_by_test_id("staff-send").click()
    await expect(messages(phone, "counsellor")).to_have_count(1)
    await laptop.get_by_test_id("staff-input").fill("Rappelle-moi au 06 39 98 77 66")
    await laptop.get_by_test_id("staff-send").click()
    await expect(laptop.get_by_test_id("check-found")).to_contain_text("06 39 98 77 66 (téléphone)")
    await laptop.get_by_test_id("check-edit").click()
    await expect(laptop.get_by_test_id("staff-input")).to_have_value("Rappelle-moi au 06 39 98 77 66")
    await expect(messages(phone, "counsellor")).to_have_count(1)
    await laptop.get_by_test_id("staff-send").click()
    await laptop.get_by_test_id("check-send").click()
    await expect(messages(phone, "counsellor").last).to_contain_text("06 39 98 77 66")


async def test_a_counsellor_corrects_the_level_in_one_click(
    service: Service, phone: Page, laptop: Page
) -> None:
    await phone.goto(service.chat)
    await write(phone, "il menace de publier mes photos nues si je paye pas, j'ai peur")
    await claim(phone, laptop, service)
    await expect(laptop.get_by_test_id("level")).to_have_value(re.compile("[23]"))
    await laptop.get_by_test_id("level").select_option("1")
    # The text is shown before anything is kept, and nothing is kept without consent.
    await expect(laptop.get_by_test_id("example-text")).to_contain_text("publier mes photos")
    await expect(laptop.get_by_test_id("example-keep")).to_be_disabled()
    await laptop.get_by_test_id("example-no").click()
    await expect(laptop.get_by_test_id("level")).to_have_value("1")
    conversation = await conversation_of(phone)
    mine = laptop.locator(f'[data-conversation="{conversation}"]')
    await expect(mine.first).to_contain_text("préoccupation")
    await laptop.get_by_test_id("hand-back").click()
