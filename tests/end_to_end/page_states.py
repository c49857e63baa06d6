"""Every state of the young people's page, each reached by what leads there, with the whole service behind.

For take_screens.py, which makes pictures of them, and for the tests that look at each.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page, expect

from handoff.errors import FloodedError
from handoff.settings import Settings
from handoff.store import connection
from handoff.store.cipher import MasterKey
from handoff.store.flood import Counted, Flood, Limit
from tests.end_to_end.served import Wire
from tests.end_to_end.test_story import messages, write

Reach = Callable[["Scene"], Awaitable[None]]

FLOODED_FROM = "203.0.113.12"


async def use_up(settings: Settings, address: str) -> None:
    """As when far too many conversations were opened from one place within the hour."""
    redis = connection.connect(settings.effective_redis_url)
    limits = {Counted.CONVERSATION: Limit.parse(settings.flood_conversations)}
    flood = Flood(redis, MasterKey(settings.master_key_bytes), limits)
    try:
        while True:
            await flood.admit(Counted.CONVERSATION, address)
    except FloodedError:
        await redis.aclose()


@dataclass
class Scene:
    """A page on its way to a state, the line it hangs on, and a counsellor's console."""

    page: Page
    wire: Wire
    laptop: Page
    settings: Settings

    async def open(self, path: str = "/") -> None:
        await self.page.goto(self.wire.address + path)

    async def menu(self, button: str) -> None:
        await self.page.get_by_test_id("menu").click()
        await self.page.get_by_test_id(button).click()

    async def answered(self) -> None:
        await self.open()
        await write(self.page, "c'est anonyme ici ? qui peut lire")
        await expect(messages(self.page, "assistant").first).to_be_visible()

    async def claimed(self) -> None:
        token = await self.page.evaluate("() => sessionStorage.getItem('repere.token')")
        item = self.laptop.locator(f'[data-testid="waiting-item"][data-conversation="{token[:32]}"]')
        await item.get_by_test_id("claim").click()
        await expect(self.page.get_by_test_id("status-line")).to_have_attribute("data-reader", "counsellor")


async def first(scene: Scene) -> None:
    await scene.open()


async def relatives(scene: Scene) -> None:
    await scene.open("/proches")


async def professionals(scene: Scene) -> None:
    await scene.open("/pros")


async def english(scene: Scene) -> None:
    await scene.open("/?langue=en")


async def menu(scene: Scene) -> None:
    await scene.answered()
    await scene.page.get_by_test_id("menu").click()


async def answer(scene: Scene) -> None:
    await scene.answered()


async def hidden_details(scene: Scene) -> None:
    await scene.open()
    await write(scene.page, "moi c'est kevin, mon num c'est le 06 39 98 12 34")
    await expect(scene.page.get_by_test_id("masked").nth(1)).to_be_visible()
    await expect(messages(scene.page, "assistant").first).to_be_visible()


async def danger(scene: Scene) -> None:
    await scene.open()
    await write(scene.page, "j'ai avalé tous les cachets de ma mère, ma tête tourne")
    await expect(messages(scene.page, "service").first).to_be_visible()


async def waiting(scene: Scene) -> None:
    await scene.open()
    await scene.page.get_by_test_id("ask-person").click()
    await expect(messages(scene.page, "service").first).to_be_visible()


async def person(scene: Scene) -> None:
    await scene.open()
    await write(scene.page, "il menace de publier mes photos nues si je paye pas")
    await expect(messages(scene.page, "service").first).to_be_visible()
    await scene.claimed()
    await scene.laptop.get_by_test_id("staff-input").fill("Bonsoir, je suis là. Tu as bien fait d'écrire.")
    await scene.laptop.get_by_test_id("staff-send").click()
    await expect(messages(scene.page, "counsellor")).to_be_visible()
    await write(scene.page, "merci… il veut 200 euros avant ce soir")
    await expect(scene.page.get_by_test_id("own-state").last).to_have_text("lu")
    await scene.laptop.get_by_test_id("hand-back").click(trial=True)


async def detail(scene: Scene) -> None:
    await waiting(scene)
    await scene.claimed()
    await scene.page.get_by_test_id("share").click()
    await expect(scene.page.get_by_test_id("share-detail")).to_be_visible()


async def closed(scene: Scene) -> None:
    await waiting(scene)
    await scene.claimed()
    await scene.laptop.get_by_test_id("close").click()
    await scene.laptop.get_by_test_id("close-confirm").click()
    await expect(scene.page.get_by_test_id("status-line")).to_have_attribute("data-reader", "closed")


async def help_nearby(scene: Scene) -> None:
    await scene.open()
    await write(scene.page, "je cherche un lieu d'aide près de chez moi")
    await expect(messages(scene.page, "assistant").last).to_contain_text("département suffit")
    await write(scene.page, "j'habite à Lyon")
    await expect(scene.page.get_by_test_id("resource").first).to_be_visible()


async def flooded(scene: Scene) -> None:
    await use_up(scene.settings, FLOODED_FROM)
    await scene.page.set_extra_http_headers({"X-Forwarded-For": FLOODED_FROM})
    await scene.open()
    await write(scene.page, "aide moi")
    await expect(messages(scene.page, "service").first).to_be_visible()


async def offline(scene: Scene) -> None:
    await scene.answered()
    scene.wire.cut()
    await expect(scene.page.get_by_test_id("offline")).to_be_visible()
    await write(scene.page, "vous êtes là ?")


async def code(scene: Scene) -> None:
    await scene.answered()
    await scene.menu("code")
    await expect(scene.page.get_by_test_id("code-shown")).to_contain_text("-")
    # Not a code of anybody: it expired with this run.


async def come_back(scene: Scene) -> None:
    await scene.open()
    await scene.menu("return")
    await expect(scene.page.get_by_test_id("return-code")).to_be_visible()


async def erase(scene: Scene) -> None:
    await scene.answered()
    await scene.page.get_by_test_id("erase").click()
    await expect(scene.page.get_by_test_id("erase-confirm")).to_be_visible()


async def erased(scene: Scene) -> None:
    await erase(scene)
    await scene.page.get_by_test_id("erase-confirm").click()
    await expect(scene.page.get_by_test_id("message")).to_have_count(0)


async def trust(scene: Scene) -> None:
    await scene.open("/confiance")


async def traces(scene: Scene) -> None:
    await scene.open("/traces")


async def help_pages(scene: Scene) -> None:
    await scene.open("/aide")


async def help_page(scene: Scene) -> None:
    await scene.open("/aide/93")
    await scene.page.get_by_test_id("help-needs").click()


async def no_script(scene: Scene) -> None:
    await scene.open()


# What a page shows without JavaScript is the one state that needs a browser of its own.
WITHOUT_SCRIPT: Reach = no_script
STATES: tuple[Reach, ...] = (
    first, relatives, professionals, english, menu, answer, hidden_details, help_nearby, danger, waiting,
    person, detail, closed, flooded, offline, code, come_back, erase, erased, trust, traces, help_pages,
    help_page,
)  # fmt: skip
