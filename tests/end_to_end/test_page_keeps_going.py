"""Nothing lost, nothing shown twice: bad networks, sleeping phones, two tabs, strange input."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.end_to_end.served import Line, Wire
from tests.end_to_end.test_story import claim, messages, write
from tests.running_service import Service

pytestmark = pytest.mark.end_to_end


async def test_what_is_typed_offline_is_kept_and_sent_once(wire: Wire, phone: Page) -> None:
    await phone.goto(wire.address)
    await write(phone, "salut")
    await expect(messages(phone, "assistant")).to_have_count(1)
    wire.cut()
    await expect(phone.get_by_test_id("offline")).to_be_visible()
    await expect(phone.get_by_test_id("offline").locator('a[href="tel:119"]')).to_be_visible()
    await expect(phone.get_by_test_id("status-line")).to_contain_text("Hors connexion")
    await write(phone, "c'est quoi le 119 ?")
    mine = messages(phone, "young_person").nth(1)
    await expect(mine.get_by_test_id("own-state")).to_have_text("envoi…")
    wire.mode = "open"
    await expect(mine.get_by_test_id("own-state")).to_have_text("reçu", timeout=30_000)
    await expect(phone.get_by_test_id("offline")).to_be_hidden()
    await expect(messages(phone, "assistant").nth(1)).to_be_visible()
    await phone.reload()
    await expect(messages(phone, "assistant").nth(1)).to_be_visible()
    await expect(messages(phone, "young_person")).to_have_count(2)


async def test_a_reload_offline_keeps_what_waits(wire: Wire, phone: Page) -> None:
    await phone.goto(wire.address)
    wire.mode = "portal"
    await write(phone, "je suis dans le train")
    # A hotel's or a train's Wi-Fi answers with a page of its own: the numbers, and it is tried again.
    await expect(phone.get_by_test_id("offline")).to_be_visible()
    wire.mode = "open"
    await phone.reload()
    mine = messages(phone, "young_person")
    await expect(mine.first.get_by_test_id("own-state")).to_have_text("reçu", timeout=30_000)
    await expect(mine).to_have_count(1)


async def test_what_is_sent_too_fast_stays_in_the_order_it_was_written(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    numbers = [str(number) for number in range(service.settings.burst_messages + 6)]
    for number in numbers:
        await write(phone, f"j'ai lu la page {number}")
    mine = messages(phone, "young_person")
    await expect(phone.locator('[data-state="received"]')).to_have_count(len(numbers), timeout=60_000)
    await phone.reload()
    await expect(mine).to_have_count(len(numbers))
    words = [await each.locator(".words").inner_text() for each in await mine.all()]
    assert re.findall(r"\d+", " ".join(words)) == numbers


async def test_a_button_pressed_offline_is_still_its_words_after_a_reload(
    service: Service, phone: Page
) -> None:
    line = Line()
    await line.carry(phone)
    await phone.goto(service.chat)
    await write(phone, "je cherche un lieu d'aide près de chez moi")
    await expect(messages(phone, "assistant").last).to_contain_text("département suffit")
    await write(phone, "saint denis")
    choice = phone.get_by_test_id("button").filter(has_text="Seine-Saint-Denis (93)")
    await expect(choice).to_be_visible()
    await line.go_down()
    await expect(phone.get_by_test_id("offline")).to_be_visible()
    await choice.click()
    await phone.reload()
    await expect(phone.get_by_test_id("offline")).to_be_visible()
    mine = messages(phone, "young_person")
    await expect(mine.locator(".words")).to_have_text(["Seine-Saint-Denis (93)"])
    line.is_down = False
    await expect(mine).to_have_count(3, timeout=30_000)
    # What was said before stands before it.
    await expect(mine.last.get_by_test_id("own-state")).to_have_text("reçu")
    await expect(mine.last).to_contain_text("Seine-Saint-Denis (93)")


async def test_an_erasure_asked_for_on_a_line_that_breaks_is_done_when_it_is_back(
    service: Service, phone: Page
) -> None:
    line = Line(breaks_at='"erase"')
    await line.carry(phone)
    await phone.goto(service.chat)
    await write(phone, "salut")
    await expect(messages(phone, "assistant")).to_have_count(1)
    await phone.get_by_test_id("erase").click()
    await phone.get_by_test_id("erase-confirm").click()
    await expect(phone.locator("#note")).to_contain_text("C'est effacé", timeout=30_000)
    assert line.breaks_at == "", "the line broke"
    await expect(phone.get_by_test_id("message")).to_have_count(0)
    assert await phone.evaluate("() => Object.keys(sessionStorage)") == ["repere.open"]


async def test_an_erasure_asked_for_is_done_though_the_page_is_loaded_anew(
    service: Service, phone: Page
) -> None:
    line = Line(breaks_at='"erase"')
    await line.carry(phone)
    await phone.goto(service.chat)
    await write(phone, "salut")
    await expect(messages(phone, "assistant")).to_have_count(1)
    await phone.get_by_test_id("erase").click()
    line.is_down = True
    await phone.get_by_test_id("erase-confirm").click()
    await expect(phone.locator("#note")).to_contain_text("Effacement en cours")
    await expect(phone.get_by_test_id("offline")).to_be_visible()
    await write(phone, "autre chose")
    await phone.reload()
    await expect(phone.locator("#note")).to_contain_text("Effacement en cours")
    line.is_down = False
    # What was written since is for the next conversation.
    await expect(phone.get_by_test_id("own-state")).to_have_text(["reçu"], timeout=30_000)
    await expect(messages(phone, "young_person")).to_contain_text(["autre chose"])


async def test_a_conversation_that_is_gone_leaves_the_page_as_it_was_first(
    service: Service, phone: Page, laptop: Page
) -> None:
    line = Line()
    await line.carry(phone)
    await phone.goto(service.chat)
    await phone.get_by_test_id("ask-person").click()
    await expect(messages(phone, "service").first).to_be_visible()
    await claim(phone, laptop, service)
    await expect(phone.get_by_test_id("share")).to_be_visible()
    token = await phone.evaluate("() => sessionStorage.getItem('repere.token')")
    await line.go_down()
    await expect(phone.get_by_test_id("offline")).to_be_visible()
    # Erased elsewhere meanwhile.
    other = await phone.context.new_page()
    await other.goto(service.chat)
    await other.evaluate("(token) => sessionStorage.setItem('repere.token', token)", token)
    await other.reload()
    await other.get_by_test_id("erase").click()
    await other.get_by_test_id("erase-confirm").click()
    await expect(other.locator("#note")).to_contain_text("C'est effacé")
    line.is_down = False
    await expect(phone.locator("#note")).to_contain_text(
        "L'ancienne conversation a été effacée", timeout=30_000
    )
    await expect(phone.get_by_test_id("offline")).to_be_hidden()
    await expect(phone.get_by_test_id("status-line")).to_have_text("Un robot te répond d'abord.")
    await expect(phone.get_by_test_id("share")).to_be_hidden()
    await expect(phone.get_by_test_id("ask-person")).to_be_visible()
    await expect(phone.get_by_test_id("erase")).to_be_hidden()
    await expect(phone.get_by_test_id("message")).to_have_count(0)
    await write(phone, "salut")
    await expect(messages(phone, "assistant")).to_have_count(1)


async def test_one_message_that_cannot_be_taken_holds_up_nothing(service: Service, phone: Page) -> None:
    line = Line(stuck_at="bloqué")
    await line.carry(phone)
    await phone.goto(service.chat)
    await write(phone, "salut")
    await expect(messages(phone, "assistant")).to_have_count(1)
    await write(phone, "un message bloqué")
    stuck = messages(phone, "young_person").nth(1)
    await expect(stuck.get_by_test_id("own-state")).to_contain_text("pas encore envoyé")
    await phone.get_by_test_id("ask-person").click()
    await expect(phone.get_by_test_id("status-line")).to_have_attribute("data-reader", "waiting")
    await expect(phone.locator('[data-state="not_sent"]')).to_contain_text(["un message bloqué"])
    line.stuck_at = ""
    await expect(phone.locator('[data-state="not_sent"]')).to_have_count(0, timeout=30_000)


async def test_a_detail_is_not_lost_on_a_line_that_breaks(
    service: Service, phone: Page, laptop: Page
) -> None:
    line = Line(breaks_at='"share"')
    await line.carry(phone)
    await phone.goto(service.chat)
    await phone.get_by_test_id("ask-person").click()
    await expect(messages(phone, "service").first).to_be_visible()
    await claim(phone, laptop, service)
    await phone.get_by_test_id("share").click()
    await phone.get_by_test_id("share-detail").fill("06 39 98 55 44")
    await phone.get_by_test_id("share-send").click()
    await expect(phone.get_by_test_id("share-note")).to_contain_text("Pas encore donné")
    await expect(phone.get_by_test_id("share-detail")).to_have_value("06 39 98 55 44")
    await expect(phone.get_by_test_id("status-line")).to_have_attribute("data-reader", "counsellor")
    await phone.get_by_test_id("share-send").click()
    await expect(phone.get_by_test_id("take-back")).to_be_visible()
    await expect(phone.get_by_test_id("share-detail")).to_be_hidden()
    await laptop.get_by_test_id("detail").click()
    await expect(laptop.get_by_test_id("detail-text")).to_have_text("06 39 98 55 44")


async def test_a_network_that_answers_nothing_shows_the_numbers(wire: Wire, phone: Page) -> None:
    await phone.goto(wire.address)
    wire.mode = "silent"
    await write(phone, "il y a quelqu'un ?")
    await expect(phone.get_by_test_id("offline")).to_be_visible()
    wire.mode = "open"
    wire.drop()
    mine = messages(phone, "young_person")
    await expect(mine.get_by_test_id("own-state")).to_have_text("reçu", timeout=40_000)
    await expect(mine).to_have_count(1)


async def test_what_is_typed_before_the_script_is_there_stays(pages: str, phone: Page) -> None:
    """The box is there before what makes it work: on a slow line somebody types in it meanwhile."""

    async def early(route: Route) -> None:
        answer = await route.fetch()
        page = await answer.text()
        await route.fulfill(
            response=answer, body=page.replace("</textarea>", "je vous écris déjà</textarea>")
        )

    await phone.route(f"{pages}/", early)
    await phone.goto(f"{pages}/")
    await expect(phone.locator("body[data-ready]")).to_be_visible()
    await expect(phone.get_by_test_id("chat-input")).to_have_value("je vous écris déjà")
    assert await phone.evaluate("() => sessionStorage.getItem('repere.draft')") == "je vous écris déjà"


async def test_a_page_whose_script_does_not_run_shows_the_numbers(pages: str, phone: Page) -> None:
    await phone.route(f"{pages}/", broken_script)
    await phone.goto(f"{pages}/")
    late = phone.get_by_test_id("late")
    await expect(late).to_be_visible(timeout=30_000)
    await expect(late.locator('a[href="tel:119"]')).to_be_visible()


async def broken_script(route: Route) -> None:
    """As a browser that is too old for it: the script stands there and does nothing."""
    answer = await route.fetch()
    page = (await answer.text()).replace('<script type="module">', '<script type="unknown">')
    await route.fulfill(response=answer, body=page)


async def test_a_phone_that_slept_for_an_hour_catches_up(wire: Wire, phone: Page) -> None:
    await phone.clock.install()
    await phone.goto(wire.address)
    await write(phone, "salut")
    await expect(messages(phone, "assistant")).to_have_count(1)
    # The line is dead and nobody told the browser: no answer comes to the page's sign of life.
    wire.mode = "silent"
    await phone.clock.fast_forward("01:00:00")
    await phone.clock.run_for(5_000)
    await expect(phone.get_by_test_id("offline")).to_be_visible()
    wire.mode = "open"
    wire.drop()
    # Somebody looks at the phone again.
    await phone.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    await expect(phone.get_by_test_id("offline")).to_be_hidden(timeout=30_000)
    await write(phone, "merci")
    await expect(messages(phone, "young_person").nth(1).get_by_test_id("own-state")).to_have_text("reçu")
    await expect(messages(phone, "young_person")).to_have_count(2)


@pytest.mark.parametrize("off_by", [-86_400_000, 86_400_000])
async def test_a_clock_off_by_a_day_changes_nothing(service: Service, phone: Page, off_by: int) -> None:
    await phone.add_init_script(f"const now = Date.now; Date.now = () => now() + {off_by};")
    await phone.goto(service.chat)
    await write(phone, "c'est anonyme ici ?")
    await expect(messages(phone, "assistant").first).to_be_visible()
    await expect(phone.get_by_test_id("own-state").first).to_have_text("reçu")


async def test_two_tabs_of_one_conversation_show_the_same(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    await write(phone, "salut")
    await expect(messages(phone, "assistant")).to_have_count(1)
    token = await phone.evaluate("() => sessionStorage.getItem('repere.token')")
    other = await phone.context.new_page()
    await other.goto(service.chat)
    await other.evaluate("(token) => sessionStorage.setItem('repere.token', token)", token)
    await other.reload()
    await expect(messages(other, "young_person")).to_have_text([re.compile("salut")])
    await write(other, "merci")
    await expect(messages(phone, "young_person").nth(1)).to_contain_text("merci")
    await expect(messages(other, "assistant").nth(1)).to_be_visible()
    await expect(messages(phone, "young_person")).to_have_count(2)
    await expect(messages(other, "young_person")).to_have_count(2)


async def test_back_and_forward_show_everything_once(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    await write(phone, "salut")
    await expect(messages(phone, "assistant")).to_have_count(1)
    await phone.goto(f"{service.chat}/confiance")
    await phone.go_back()
    await expect(messages(phone, "assistant")).to_have_count(1)
    await phone.go_forward()
    await phone.go_back()
    await expect(messages(phone, "assistant")).to_have_count(1)
    await expect(messages(phone, "young_person")).to_have_count(1)


async def test_a_pasted_page_goes_in_parts_and_nothing_is_lost(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    numbers = [str(number) for number in range(480)]
    pasted = " ".join(f"j'ai lu la page {number}" for number in numbers)
    await phone.get_by_test_id("chat-input").fill(pasted)
    await phone.get_by_test_id("chat-send").click()
    mine = messages(phone, "young_person")
    await expect(mine).to_have_count(3)
    for each in await mine.all():
        await expect(each.get_by_test_id("own-state")).to_have_text("reçu", timeout=30_000)
    words = " ".join([await each.locator(".words").inner_text() for each in await mine.all()])
    assert re.findall(r"\d+", words) == numbers


async def test_two_hundred_emoji_are_one_message(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    await write(phone, "😭" * 200)
    await expect(messages(phone, "young_person")).to_have_count(1)
    await expect(messages(phone, "assistant").first).to_be_visible()
    await expect(messages(phone, "young_person").first).to_contain_text("😭" * 200)


async def test_a_double_tap_sends_once(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("chat-input").fill("salut")
    await phone.get_by_test_id("chat-send").dblclick()
    await expect(messages(phone, "assistant")).to_have_count(1)
    await phone.get_by_test_id("ask-person").dblclick()
    await expect(messages(phone, "service").first).to_be_visible()
    await expect(messages(phone, "young_person")).to_have_count(2)


async def test_a_starting_point_is_answered_in_its_own_words(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("start").first.dblclick()
    await expect(messages(phone, "assistant").first).to_be_visible()
    await expect(messages(phone, "young_person")).to_have_count(1)
    await expect(messages(phone, "young_person").first).to_contain_text("On menace de montrer mes photos")
    await phone.reload()
    await expect(messages(phone, "young_person").first).to_contain_text("On menace de montrer mes photos")


async def test_the_language_of_the_page_is_the_language_of_the_answers(service: Service, phone: Page) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("menu").click()
    await phone.locator('[data-language="en"]').click()
    await expect(phone.get_by_test_id("status-line")).to_have_text("A robot answers first.")
    await phone.keyboard.press("Escape")
    await phone.get_by_test_id("ask-person").click()
    await expect(phone.get_by_test_id("own-state").first).to_have_text("received")
    await expect(messages(phone, "service").first).to_contain_text(re.compile("team|person"))
    await phone.get_by_test_id("menu").click()
    await phone.locator('[data-language="fr"]').click()
    await expect(phone.get_by_test_id("status-line")).to_contain_text("robot te répond")
    await expect(phone.get_by_test_id("own-state").first).to_have_text("reçu")


async def test_whoever_asked_for_a_code_comes_back_from_another_device(
    service: Service, browser: Browser, phone: Page
) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("menu").click()
    await phone.get_by_test_id("code").click()
    await expect(phone.locator("#note")).to_contain_text("Écris d'abord un message")
    await write(phone, "c'est anonyme ici ?")
    await expect(messages(phone, "assistant").first).to_be_visible()
    await phone.get_by_test_id("menu").click()
    await phone.get_by_test_id("code").click()
    shown = phone.get_by_test_id("code-shown")
    await expect(shown).to_have_text(re.compile("^[a-z0-9]{5}-[a-z0-9]{5}$"))
    code = await shown.inner_text()
    context = await browser.new_context(locale="fr-FR")
    library = await context.new_page()
    await library.goto(service.chat)
    await library.get_by_test_id("menu").click()
    await library.get_by_test_id("return").click()
    await library.get_by_test_id("return-code").fill("zzzzz-zzzzz")
    await library.get_by_test_id("return-send").click()
    await expect(library.get_by_test_id("return-note")).to_contain_text("ne marche pas")
    # Typed as people type: capitals, spaces, no dash.
    await library.get_by_test_id("return-code").fill(f" {code.upper().replace('-', ' ')} ")
    await library.get_by_test_id("return-send").click()
    await expect(messages(library, "young_person")).to_contain_text(["c'est anonyme ici ?"])
    await expect(messages(library, "assistant").first).to_be_visible()
    # Whoever wrote here before the code was typed loses nothing, and the code's conversation stays theirs.
    other = await context.new_page()
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await other.route("**/api/conversations", hold)
    await other.goto(service.chat)
    await write(other, "c'est encore moi")
    await other.get_by_test_id("menu").click()
    await other.get_by_test_id("return").click()
    await other.get_by_test_id("return-code").fill(code)
    await other.get_by_test_id("return-send").click()
    await expect(other.locator("dialog[open]")).to_have_count(0)
    released.set()
    mine = messages(other, "young_person")
    await expect(mine.locator(".words")).to_have_text(["c'est anonyme ici ?", "c'est encore moi"])
    await expect(mine.last.get_by_test_id("own-state")).to_have_text("reçu")
    await expect(messages(library, "young_person").last).to_contain_text("c'est encore moi")
    await context.close()


async def test_the_line_says_who_it_is_and_read_only_when_read(
    service: Service, phone: Page, laptop: Page
) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("ask-person").click()
    await expect(phone.get_by_test_id("own-state").first).to_have_text("reçu")
    await expect(phone.get_by_test_id("status-line")).to_have_attribute("data-reader", "waiting")
    await expect(phone.get_by_test_id("own-state").first).to_have_text("reçu")
    await claim(phone, laptop, service)
    await expect(phone.get_by_test_id("status-line")).to_have_text(
        re.compile("Tu parles à .+, une personne de l'équipe")
    )
    await expect(phone.get_by_test_id("own-state").first).to_have_text("lu")
    await laptop.get_by_test_id("staff-input").press_sequentially("Bon")
    await expect(phone.get_by_test_id("typing")).to_have_text("Une personne de l'équipe écrit…")
    await laptop.get_by_test_id("staff-input").fill("Bonsoir")
    await laptop.get_by_test_id("staff-send").click()
    await expect(messages(phone, "counsellor")).to_have_count(1)
    await expect(phone.get_by_test_id("typing")).to_have_count(0)
    await laptop.get_by_test_id("hand-back").click()
