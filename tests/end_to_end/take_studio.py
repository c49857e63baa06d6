"""Renews the pictures of docs/guide-contenus.md: ``python -m tests.end_to_end.take_studio``.

The real service, a made-up content lead. ``--phone FOLDER``: every page as a phone shows it, to look at.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from handoff.run import RunningParts
from handoff.settings import PROJECT_FOLDER, Settings
from handoff.training.versions import Stage, Versions
from tests.chat_client import ChatClient
from tests.end_to_end.conftest import CHROMIUM_FLAGS, PHONE
from tests.running_service import Service
from tests.studio_lead import lead_link

IMAGES = PROJECT_FOLDER / "docs" / "images"
LAPTOP = {"width": 1280, "height": 720}
PAGES = {
    "sujets": "",
    "texte": "/topics/sextorsion",
    "exemples": "/topics/lgbt/examples",
    "relire": "/topics/sextorsion/publish",
    "historique": "/topics/anonymat/history",
    "version": "/topics/anonymat/versions/1",
    "essayer": "/try",
    "sans-reponse": "/unanswered",
    "modele": "/models",
    "echange": "/exchange",
    "nouveau": "/new",
}
# Those in the guide.
GUIDE = set(PAGES) - {"version", "nouveau"}
# Said by six people: nothing answers it yet.
ASKED = (
    "fais moi mon devoir de maths",
    "tu peux faire mon devoir de maths",
    "fais mon devoir de maths stp",
    "fais moi mes devoirs de maths",
    "tu peux me faire un devoir de maths",
    "tu fais mes devoirs de maths",
)


async def prepare(service: Service, page: Page) -> None:
    """A draft, a published correction, questions without an answer, a model that was measured."""
    studio = f"{service.console}/studio"
    await page.goto(f"{studio}/topics/anonymat")
    short = page.locator('[name="texts.fr.jeune.short"]')
    await short.fill((await short.input_value()) + " Le 3018 répond aussi.")
    await page.get_by_test_id("save-publish").click()
    await page.get_by_test_id("why").fill("un numéro de plus")
    await page.get_by_test_id("publish").click()
    await page.goto(f"{studio}/topics/sextorsion")
    await page.locator('[name="texts.fr.jeune.more"]').fill("Bloque le compte après les captures.")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("saved")).to_be_visible()
    for sentence in ASKED:
        async with await ChatClient.open(service.chat) as young:
            await young.write(sentence)
            await young.answer(60)
    versions = Versions(service.settings.models_folder)
    version = versions.new("Camille", "exemples revus")
    shutil.copyfile(versions.live_model, versions.model(version))
    bars = {"first": 0.79, "among_three": 0.93, "out_of_scope": 0.85, "stories": 1.0}
    counts = [["droits", "droits", 38], ["droits", "violences", 4], ["violences", "violences", 51]]
    counts += [["sante", "sante", 30], ["sante", "violences", 2], ["hors_sujet", "hors_sujet", 44]]
    report = {"bars": bars, "confusion": counts, "mistakes": [["porter_plainte", "viol_agression", 3]]}
    live = versions.live()
    if live:
        versions.write_report(live.version, {**report, "bars": {**bars, "first": 0.78}})
    versions.write_report(version, report)
    versions.update(version, stage=Stage.READY)


async def main(phone_folder: Path | None) -> int:
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        settings = Settings.load().apart(Path(name))
        parts = RunningParts(settings, log_folder=Path(name) / "log")
        async with parts, async_playwright() as playwright:
            service = Service(settings, parts, Path(name) / "log")
            executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = await playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
            page = await browser.new_page(viewport=LAPTOP, locale="fr-FR")  # type: ignore[arg-type]
            await page.goto(await lead_link(service, "Camille"))
            await prepare(service, page)
            for each, path in PAGES.items():
                await page.goto(f"{service.console}/studio{path}")
                if each == "essayer":
                    await page.get_by_test_id("sentence").fill("il menace de publier mes photos")
                    await page.get_by_test_id("run").click()
                    await page.get_by_test_id("found").wait_for(timeout=60_000)
                await page.wait_for_timeout(700)
                if each in GUIDE:
                    await page.screenshot(path=IMAGES / f"studio-{each}.png")
                if phone_folder:
                    await page.screenshot(path=phone_folder / f"{each}-full.png", full_page=True)
                    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
                    await page.wait_for_timeout(300)
                    await page.screenshot(path=phone_folder / f"{each}-phone.png", full_page=each != "sujets")
                    wide = await page.evaluate("document.documentElement.scrollWidth")
                    if wide > PHONE["width"]:
                        print(f"{each}: {wide} px wide on a phone", flush=True)
                    await page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
            await browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[2]) if sys.argv[1:2] == ["--phone"] else None)))
