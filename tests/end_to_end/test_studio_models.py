"""A model put live and taken back while people write; a training that is killed; one that may not go live."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from handoff.store import connection, keys
from handoff.training.job import NICE
from handoff.training.versions import Stage, Versions
from tests.chat_client import ChatClient
from tests.conftest import eventually
from tests.end_to_end.test_studio import by_hand, signed_in
from tests.running_service import Service

pytestmark = pytest.mark.end_to_end

CONVERSATIONS = 50
BARS = {"first": 0.8, "among_three": 0.9, "stories": 1.0}
CONFUSION = [["droits", "droits", 8], ["droits", "sante", 2], ["hors_sujet", "hors_sujet", 3]]


@pytest.fixture
async def page(browser: Browser, service: Service) -> AsyncIterator[Page]:
    page = await signed_in(browser, service, "Camille")
    yield page
    await page.context.close()


def new_version(service: Service, stage: Stage, first: float) -> str:
    """A version as a training leaves it; its model is a copy of the one that is live."""
    versions = Versions(service.settings.models_folder)
    version = versions.new("Camille", "essai")
    versions.model(version).write_bytes(versions.live_model.read_bytes())
    bars = {**BARS, "first": first}
    mistakes = [["porter_plainte", "ivg", 2]]
    versions.write_report(version, {"bars": bars, "confusion": CONFUSION, "mistakes": mistakes})
    versions.update(version, stage=stage)
    return version


async def served(service: Service) -> str:
    """The model that Rasa says it answers with."""
    async with httpx.AsyncClient(base_url=service.settings.effective_rasa_url, timeout=30) as rasa:
        return str((await rasa.get("/status")).json()["model_file"])


async def talk(service: Service, until: asyncio.Event) -> tuple[int, int]:
    """Somebody who goes on writing; how many messages, and how many of them were answered."""
    sent = answered = 0
    async with await ChatClient.open(service.chat) as young:
        while not (until.is_set() and sent):
            await young.write("c'est anonyme ici ?")
            sent += 1
            await young.answer(60)
            answered += 1
            await asyncio.sleep(1)
    return sent, answered


async def test_a_model_goes_live_and_back_while_fifty_people_write(service: Service, page: Page) -> None:
    before = Versions(service.settings.models_folder).live()
    assert before is not None
    version = new_version(service, Stage.READY, 0.81)
    await page.goto(f"{service.console}/studio/models")
    await expect(page.get_by_test_id("confusion")).to_be_visible()
    await expect(page.get_by_test_id("bars")).to_contain_text("81,0 %")
    done = asyncio.Event()
    talks = [asyncio.create_task(talk(service, done)) for _ in range(CONVERSATIONS)]
    try:
        await page.get_by_test_id(f"why-{version}").fill("meilleurs exemples")
        await page.get_by_test_id(f"publish-{version}").click(timeout=120_000)
        await expect(page.get_by_test_id("done")).to_be_visible(timeout=120_000)
        assert version in await served(service)
    finally:
        done.set()
        counts = await asyncio.gather(*talks)
    assert all(sent == answered for sent, answered in counts)
    redis = connection.connect(service.settings.effective_redis_url)

    async def has_every_message_its_outcome() -> bool:
        return await redis.zcard(keys.PENDING) == 0

    await eventually(has_every_message_its_outcome, 60)
    await redis.aclose()
    await page.get_by_test_id(f"why-{before.version}").fill("l'ancien était mieux")
    await page.get_by_test_id(f"publish-{before.version}").click()
    await expect(page.get_by_test_id("done")).to_be_visible(timeout=120_000)
    assert before.version in await served(service)


async def test_a_sentence_is_tried_on_a_model_that_is_not_live(service: Service, page: Page) -> None:
    version = new_version(service, Stage.REFUSED, 0.7)
    served_before = await served(service)
    await page.goto(f"{service.console}/studio/try")
    await page.get_by_test_id("sentence").fill("comment je porte plainte ?")
    await page.get_by_test_id("with-waiting").check()

    async def is_answered() -> bool:
        # Its Rasa starts at the first try; until it answers, the page says so.
        await page.get_by_test_id("run").click(timeout=120_000)
        await expect(page.get_by_test_id("found")).to_be_visible(timeout=120_000)
        return await page.get_by_test_id("other").count() > 0

    await eventually(is_answered, 240)
    rankings = [
        await page.get_by_test_id(name).locator("li").first.inner_text()
        for name in ("ranking", "ranking-waiting")
    ]
    assert rankings[0] == rankings[1], "it is a copy of the model that is live"
    assert version not in await served(service)
    assert await served(service) == served_before


async def test_a_model_whose_bar_fell_cannot_go_live(service: Service, page: Page) -> None:
    version = new_version(service, Stage.REFUSED, 0.5)
    served_before = await served(service)
    await page.goto(f"{service.console}/studio/models")
    await expect(page.get_by_test_id("bars-fell")).to_be_visible()
    await expect(page.get_by_test_id(f"publish-{version}")).to_have_count(0)
    async with await by_hand(page) as client:
        address = f"{service.console}/studio/models/{version}/publish"
        answer = await client.post(address, content=urlencode({"why": "quand même"}))
        assert answer.status_code == httpx.codes.CONFLICT
    assert await served(service) == served_before


async def test_a_model_that_rasa_cannot_read_changes_nothing(service: Service, page: Page) -> None:
    version = new_version(service, Stage.READY, 0.82)
    versions = Versions(service.settings.models_folder)
    versions.model(version).write_bytes(b"half a model")
    live = versions.live_model.read_bytes()
    await page.goto(f"{service.console}/studio/models")
    await page.get_by_test_id(f"why-{version}").fill("essai")
    await page.get_by_test_id(f"publish-{version}").click()
    await expect(page.get_by_test_id("refused")).to_contain_text("L'ancien continue", timeout=60_000)
    assert versions.live_model.read_bytes() == live
    async with await ChatClient.open(service.chat) as young:
        await young.write("c'est anonyme ici ?")
        await young.answer(60)


async def test_a_training_that_is_killed_leaves_the_old_model_going(service: Service, page: Page) -> None:
    versions = Versions(service.settings.models_folder)
    live = versions.live()
    await page.goto(f"{service.console}/studio/models")
    await page.get_by_test_id("why").fill("nouveaux exemples")
    await page.get_by_test_id("train").click()
    await expect(page.get_by_test_id("progress")).to_be_visible()
    await eventually(lambda: versions.running() is not None, 60)
    version = versions.running()
    assert version is not None
    # A second one has to wait.
    async with await by_hand(page) as client:
        again = await client.post(
            f"{service.console}/studio/models/train", content=urlencode({"why": "encore"})
        )
        assert again.status_code == httpx.codes.CONFLICT
    found = subprocess.run(
        ["pgrep", "-f", f"handoff.training.job {version}"], capture_output=True, check=True
    )
    job = int(found.stdout.split()[0])
    # Whoever answers young people goes first.
    assert os.getpriority(os.PRIO_PROCESS, job) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
    os.killpg(job, signal.SIGKILL)
    await page.goto(f"{service.console}/studio/models")
    await expect(page.locator(f'[data-version="{version}"]')).to_contain_text("interrompu")
    await expect(page.get_by_test_id("train")).to_be_visible()
    assert versions.live() == live
    async with await ChatClient.open(service.chat) as young:
        await young.write("c'est anonyme ici ?")
        await young.answer(60)
