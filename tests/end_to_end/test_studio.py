"""A content lead at work, in a real browser: a number corrected and published, two leads, a second reader."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from handoff.answers.spreadsheet import as_csv
from handoff.records.tables import Role
from tests.chat_client import ChatClient
from tests.conftest import eventually
from tests.end_to_end.conftest import LAPTOP
from tests.running_service import Service
from tests.studio_lead import lead_link

pytestmark = pytest.mark.end_to_end

TOPIC = "anonymat"  # risk 0
GRAVE = "sextorsion"  # risk 2
MOST_CLICKS = 8
OURS = {"X-Requested-With": "repere-console"}


async def signed_in(browser: Browser, service: Service, name: str) -> Page:
    context = await browser.new_context(viewport=LAPTOP, locale="fr-FR")  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(await lead_link(service, name))
    await page.goto(f"{service.console}/studio")
    return page


async def by_hand(page: Page) -> httpx.AsyncClient:
    """A script with the session of a page's browser."""
    cookies = {each["name"]: each["value"] for each in await page.context.cookies()}
    browser = str(await page.evaluate("navigator.userAgent"))
    return httpx.AsyncClient(cookies=cookies, headers={**OURS, "User-Agent": browser})


@pytest.fixture
async def camille(browser: Browser, service: Service) -> AsyncIterator[Page]:
    page = await signed_in(browser, service, "Camille")
    yield page
    await page.context.close()


@pytest.fixture
async def sacha(browser: Browser, service: Service) -> AsyncIterator[Page]:
    page = await signed_in(browser, service, "Sacha")
    yield page
    await page.context.close()


async def what_a_young_person_reads(service: Service, topic: str) -> str:
    """The answer to the button of a topic, in a new conversation."""
    async with await ChatClient.open(service.chat) as young:
        await young.send({"type": "press", "id": "b", "payload": f"/{topic}"})
        answer = await young.until(
            lambda frame: frame["type"] == "message" and frame["author"] == "assistant"
        )
        return str(answer["text"])


async def test_a_number_is_corrected_and_published_in_eight_clicks(service: Service, camille: Page) -> None:
    clicks = 0

    async def click(name: str) -> None:
        nonlocal clicks
        clicks += 1
        await camille.get_by_test_id(name).click()

    await camille.get_by_test_id("search").fill(TOPIC)
    await camille.get_by_test_id("search").press("Enter")
    clicks += 1
    await camille.locator(f'[data-topic="{TOPIC}"] a').click()
    short = camille.locator('[name="texts.fr.jeune.short"]')
    before = await short.input_value()
    clicks += 1
    await short.click()
    await short.fill("Tu peux écrire sans nom. Appelle le 3017.")
    # Nobody answers there: it is said in place, and the preview follows.
    await expect(camille.get_by_test_id("faults")).to_contain_text("3017")
    await expect(camille.get_by_test_id("preview-web")).to_contain_text("3017")
    await short.fill("Tu peux écrire sans nom. Appelle le 3018.")
    await expect(camille.get_by_test_id("faults")).not_to_contain_text("3017")
    await expect(camille.get_by_test_id("preview-telegram")).to_contain_text("3018")
    await click("save-publish")
    await expect(camille.get_by_test_id("difference")).to_contain_text("3018")
    await camille.get_by_test_id("why").fill("numéro corrigé")
    await click("publish")
    await expect(camille.get_by_test_id("done")).to_be_visible()
    assert clicks <= MOST_CLICKS

    async def is_read() -> bool:
        return "3018" in await what_a_young_person_reads(service, TOPIC)

    await eventually(is_read, 30)
    # And back again.
    await camille.goto(f"{service.console}/studio/topics/{TOPIC}/versions/1")
    await camille.get_by_test_id("why").fill("le premier texte était juste")
    await camille.get_by_test_id("roll-back").click()
    await expect(camille.get_by_test_id("publications").locator("li").first).to_contain_text("en ligne")

    async def is_back() -> bool:
        return await what_a_young_person_reads(service, TOPIC) == before

    await eventually(is_back, 30)


async def test_the_second_of_two_leads_sees_the_conflict_and_loses_nothing(
    service: Service, camille: Page, sacha: Page
) -> None:
    for page in (camille, sacha):
        await page.goto(f"{service.console}/studio/topics/lgbt")
    short = '[name="texts.fr.jeune.short"]'
    await camille.fill(short, "Le texte de Camille, qui est arrivé le premier.")
    await camille.get_by_test_id("save").click()
    await expect(camille.get_by_test_id("saved")).to_be_visible()
    await sacha.fill(short, "Le texte de Sacha, qui ne doit pas se perdre.")
    await sacha.get_by_test_id("save").click()
    await expect(sacha.get_by_test_id("conflict")).to_contain_text("Camille")
    await expect(sacha.get_by_test_id("conflict")).to_contain_text("arrivé le premier")
    assert await sacha.input_value(short) == "Le texte de Sacha, qui ne doit pas se perdre."
    await sacha.get_by_test_id("save").click()
    await expect(sacha.get_by_test_id("saved")).to_be_visible()
    await sacha.goto(f"{service.console}/studio/topics/lgbt/history")
    await expect(sacha.get_by_test_id("versions").locator("li")).to_have_count(3)


async def test_a_grave_text_waits_for_a_second_person(service: Service, camille: Page, sacha: Page) -> None:
    await camille.goto(f"{service.console}/studio/topics/{GRAVE}")
    more = camille.locator('[name="texts.fr.jeune.more"]')
    await more.fill("Bloque le compte après les captures. Parles-en à un adulte de confiance.")
    await camille.get_by_test_id("save-publish").click()
    await expect(camille.get_by_test_id("publish")).to_have_count(0)
    await expect(camille.get_by_test_id("approve")).to_have_count(0)
    # Not by hand either.
    path = f"{service.console}/studio/topics/{GRAVE}"
    async with await by_hand(camille) as client:
        for action, form in (
            ("publish", {"number": "2", "why": "je suis pressée"}),
            ("review", {"number": "2", "verdict": "approve"}),
        ):
            answer = await client.post(f"{path}/{action}", content=urlencode(form))
            assert answer.status_code == httpx.codes.CONFLICT
    await sacha.goto(f"{path}/publish")
    await sacha.get_by_test_id("approve").click()
    await expect(sacha.get_by_test_id("review")).to_contain_text("Sacha")
    await camille.reload()
    await camille.get_by_test_id("why").fill("plus court")
    await camille.get_by_test_id("publish").click()
    await expect(camille.get_by_test_id("done")).to_be_visible()


async def test_words_of_html_are_words_everywhere(service: Service, camille: Page) -> None:
    await camille.goto(f"{service.console}/studio/topics/avocat_mineur")
    await camille.fill(
        '[name="texts.fr.jeune.short"]', "<img src=x onerror=\"document.title='piraté'\"> bonjour"
    )
    await expect(camille.get_by_test_id("preview-web")).to_contain_text("<img")
    await camille.get_by_test_id("save-publish").click()
    await expect(camille.get_by_test_id("faults")).to_contain_text("code")
    await expect(camille.get_by_test_id("publish")).to_have_count(0)
    assert "piraté" not in await camille.title()


async def test_a_sentence_is_tried_and_leaves_nothing(service: Service, camille: Page) -> None:
    await camille.goto(f"{service.console}/studio/try")
    await camille.get_by_test_id("sentence").fill(
        "moi c'est kevin, j'habite à Lyon, il menace de publier mes photos nues"
    )
    await camille.get_by_test_id("run").click()
    found = camille.get_by_test_id("found")
    await expect(found).to_be_visible(timeout=60_000)
    await expect(camille.get_by_test_id("stripped")).not_to_contain_text("kevin")
    await expect(camille.get_by_test_id("place")).to_have_text("69")
    await expect(camille.get_by_test_id("level")).to_contain_text(re.compile("[23]"))
    await expect(camille.get_by_test_id("ranking").locator("li").first).to_be_visible()
    assert "menace de publier" not in service.logs()


async def test_a_sentence_is_answered_by_the_draft_beside_the_published_card(
    service: Service, camille: Page
) -> None:
    await camille.goto(f"{service.console}/studio/topics/ivg")
    await camille.fill('[name="texts.fr.jeune.short"]', "Un brouillon que personne ne lit encore.")
    await camille.get_by_test_id("save").click()
    await expect(camille.get_by_test_id("saved")).to_be_visible()
    await camille.goto(f"{service.console}/studio/try")
    await camille.get_by_test_id("sentence").fill("comment on fait pour avorter ?")
    await camille.get_by_test_id("run").click()
    await expect(camille.get_by_test_id("draft")).to_contain_text("Un brouillon que", timeout=60_000)
    await expect(camille.get_by_test_id("found")).not_to_contain_text("Un brouillon que")


async def test_a_new_example_is_compared_while_it_is_typed(service: Service, camille: Page) -> None:
    await camille.goto(f"{service.console}/studio/topics/lgbt/examples")
    box = camille.get_by_test_id("examples")
    before = await box.input_value()
    await box.fill(f"{before}\ncomment je porte plainte contre mon ex\n{before.splitlines()[0].upper()}")
    near = camille.get_by_test_id("near")
    await expect(near).to_contain_text("plus proche du sujet", timeout=60_000)
    await expect(near).to_contain_text("déjà dans la liste")
    await box.fill(f"{before}\nmon numéro c'est le 06 39 98 12 34")
    await camille.get_by_test_id("save").click()
    await expect(camille.get_by_test_id("refused")).to_contain_text("06 39 98")
    saved = "jsuis bi et jflippe que ça se sache"
    await box.fill(f"{before}\n{saved}")
    await camille.get_by_test_id("save").click()
    await expect(camille.get_by_test_id("saved")).to_be_visible()
    # What was saved here is known to the other topics at once, without a training.
    await camille.goto(f"{service.console}/studio/topics/ivg/examples")
    box = camille.get_by_test_id("examples")
    await box.fill(f"{await box.input_value()}\n{saved} !")
    await expect(near).to_contain_text(f"« {saved} »", timeout=60_000)
    await expect(near).to_contain_text("plus proche du sujet")


async def test_a_translation_comes_back_as_a_draft(service: Service, camille: Page, tmp_path: Path) -> None:
    table = tmp_path / "textes.csv"
    english = "A judge protects children and listens to you."
    await camille.goto(f"{service.console}/studio/topics/juge_enfants")
    french = await camille.input_value('[name="texts.fr.jeune.short"]')
    line = ("juge_enfants", "en", "jeune", "short", french, english)
    other = ("juge_enfants", "en", "jeune", "more", "un texte d'avant", "what no longer holds")
    table.write_bytes(as_csv([line, other]))
    await camille.goto(f"{service.console}/studio/exchange")
    await camille.get_by_test_id("file").set_input_files(table)
    await camille.get_by_test_id("look").click()
    await expect(camille.get_by_test_id("result")).to_contain_text("A judge protects")
    await expect(camille.get_by_test_id("stale")).to_contain_text("E3")
    await expect(camille.get_by_test_id("result")).not_to_contain_text("what no longer holds")
    await camille.get_by_test_id("why").fill("traduction relue")
    await camille.get_by_test_id("apply").click()
    await expect(camille.get_by_test_id("done")).to_be_visible()
    await camille.goto(f"{service.console}/studio/topics/juge_enfants")
    assert await camille.input_value('[name="texts.en.jeune.short"]') == english
    async with camille.expect_download() as download:
        await camille.goto(f"{service.console}/studio/exchange")
        await camille.get_by_test_id("xlsx").click()
    assert (await download.value).suggested_filename == "repere-textes.xlsx"


async def test_a_new_topic_starts_as_a_draft(service: Service, camille: Page) -> None:
    await camille.goto(f"{service.console}/studio/new")
    await camille.fill('[name="topic"]', "lgbt")
    await camille.fill('[name="title"]', "Un tout nouveau sujet")
    await camille.fill('[name="short"]', "Tu peux en parler ici. Une personne peut te lire.")
    await camille.fill('[name="examples"]', "\n".join(f"question nouvelle {number}" for number in range(12)))
    await camille.get_by_test_id("create").click()
    await expect(camille.get_by_test_id("problems")).to_contain_text("existe déjà")
    await camille.fill('[name="topic"]', "tout_nouveau")
    await camille.get_by_test_id("create").click()
    await expect(camille.get_by_test_id("save")).to_be_visible()
    await camille.goto(f"{service.console}/studio?state=new")
    await expect(camille.locator('[data-topic="tout_nouveau"]')).to_be_visible()


async def test_the_studio_is_for_content_leads(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.console) as stranger:
        assert (await stranger.get("/studio")).status_code == httpx.codes.UNAUTHORIZED
    async with httpx.AsyncClient(base_url=service.console, follow_redirects=True) as counsellor:
        await counsellor.get(await lead_link(service, "Alix", Role.COUNSELLOR))
        assert (await counsellor.get("/studio/try")).status_code == httpx.codes.NOT_FOUND
    async with httpx.AsyncClient(base_url=service.console, follow_redirects=True) as lead:
        await lead.get(await lead_link(service, "Lou"))
        assert (await lead.get("/studio")).status_code == httpx.codes.OK
        form = urlencode({"text": "d'une autre page"})
        for origin in ({}, {"Origin": "https://ailleurs.example"}, {"Origin": "null"}):
            answer = await lead.post("/studio/topics/lgbt/comment", content=form, headers=origin)
            assert answer.status_code == httpx.codes.FORBIDDEN
        assert (await lead.get("/studio/topics/inconnu")).status_code == httpx.codes.NOT_FOUND


async def test_the_inside_door_does_not_exist_without_the_secret(service: Service) -> None:
    body = {"text": "bonjour"}
    async with httpx.AsyncClient(base_url=service.chat) as stranger:
        guesses: tuple[dict[str, str], ...] = ({}, {"x-repere-inside": "guessed"})
        for headers in guesses:
            answer = await stranger.post("/inside/try", json=body, headers=headers)
            assert answer.status_code == httpx.codes.NOT_FOUND
        ours = {"x-repere-inside": service.settings.inside_secret}
        assert (await stranger.post("/inside/try", json=body, headers=ours)).status_code == httpx.codes.OK
        bad = await stranger.post("/inside/try", json={}, headers=ours)
        assert bad.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_the_pages_ask_nothing_of_anybody_else(service: Service, camille: Page) -> None:
    asked: list[str] = []
    errors: list[str] = []
    camille.on("request", lambda request: asked.append(request.url))
    camille.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    for path in ("", "/topics/lgbt", "/topics/lgbt/history", "/topics/lgbt/examples", "/try", "/exchange"):
        await camille.goto(f"{service.console}/studio{path}")
    assert [url for url in asked if not url.startswith(service.console)] == []
    assert errors == []


async def test_what_nothing_answers_is_shown_from_five_conversations_on(
    service: Service, camille: Page
) -> None:
    asked = "donne moi une recette de gateau au chocolat"
    await camille.goto(f"{service.console}/studio/unanswered")
    await expect(camille.get_by_test_id("group").filter(has_text="gateau au chocolat")).to_have_count(0)
    for number in range(5):
        async with await ChatClient.open(service.chat) as young:
            await young.write(asked)
            await young.answer()
            if number == 3:
                await camille.reload()
                await expect(camille.locator("main")).not_to_contain_text("gateau au chocolat")

    async def is_shown() -> bool:
        await camille.reload()
        return "gateau au chocolat" in await camille.locator("main").inner_text()

    await eventually(is_shown, 30)
    group = camille.get_by_test_id("group").filter(has_text="gateau au chocolat")
    await group.get_by_test_id("make-topic").click()
    await expect(camille.get_by_test_id("examples")).to_have_value(re.compile(asked))
    await camille.goto(f"{service.console}/studio/unanswered")
    # Another test may have asked nearly the same.
    line = group.get_by_role("listitem").filter(has_text=asked)
    await line.locator("select").select_option("lgbt")
    await line.get_by_test_id("make-example").click()
    await expect(camille.get_by_test_id("examples")).to_have_value(re.compile(asked))


async def test_nobody_can_read_a_conversation_in_what_nothing_answers(service: Service) -> None:
    """Over HTTP, as a lead and as the staff app itself: what one person wrote alone is nowhere."""
    common = "tu peux jouer aux échecs avec moi"
    alone = (
        f"{common} à zglorpville",
        f"{common} comme ma cousine de bretagne",
        f"{common} et " + "raconte une blague, " * 10,
    )
    secret = await ChatClient.open(service.chat)
    async with secret:
        for sentence in (*alone, common):
            await secret.write(sentence)
            await secret.answer(60)
    others = []
    for _ in range(5):
        async with await ChatClient.open(service.chat) as young:
            others.append(young.conversation)
            await young.write(common)
            await young.answer(60)
    ours = {"x-repere-inside": service.settings.inside_secret}
    async with (
        httpx.AsyncClient(base_url=service.chat, headers=ours, timeout=60) as inside,
        httpx.AsyncClient(base_url=service.console, follow_redirects=True, timeout=60) as lead,
    ):
        await lead.get(await lead_link(service, "Lou"))

        async def is_shown() -> bool:
            return common in (await lead.get("/studio/unanswered")).text

        await eventually(is_shown, 60)
        page = (await lead.get("/studio/unanswered")).text
        told = await inside.post("/inside/unanswered", json={})
    assert common in told.text
    assert {key for group in told.json() for key in group} == {"conversations", "sentences", "nearest"}
    for text in (page, told.text):
        for part in ("zglorpville", "cousine", "bretagne", "raconte une blague"):
            assert part not in text
        for conversation in (secret.conversation, *others):
            assert conversation not in text
