"""A link with a code, from the command that makes it to the number that it adds one to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from handoff import campaigns
from handoff.store import connection
from handoff.store.arrivals import Arrivals
from tests.channels.bot_api import BotApi
from tests.channels.people import Person
from tests.channels.phone import PATIENCE
from tests.conftest import eventually
from tests.running_service import Service

CODE = "lycee-7"
BOT = "repere_test_bot"


@pytest.fixture
async def arrivals(service: Service) -> AsyncIterator[Arrivals]:
    redis = connection.connect(service.settings.effective_redis_url)
    arrivals = Arrivals(redis)
    yield arrivals
    await arrivals.drop(CODE)
    await redis.aclose()


async def made(service: Service, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The links of the code, as the command prints them."""
    settings = service.settings.model_copy(update={"telegram_bot": BOT})
    assert await campaigns.run(settings, ["new", CODE]) == 0
    assert capsys.readouterr().out.splitlines() == list(campaigns.links(settings, CODE).values())
    return campaigns.links(settings, CODE)


async def test_a_web_link_counts_once_and_the_code_leaves_the_address(
    service: Service, arrivals: Arrivals, capsys: pytest.CaptureFixture[str]
) -> None:
    link = (await made(service, capsys))["web"]
    async with httpx.AsyncClient(timeout=PATIENCE, follow_redirects=True) as young:
        page = await young.get(link)
        assert str(page.url) == f"{service.chat}/"
        (step,) = page.history
        assert step.headers["referrer-policy"] == "no-referrer"
        assert step.headers["cache-control"] == "no-store"
        assert "set-cookie" not in step.headers
        assert (await arrivals.all())[CODE] == 1
        # As somebody types it from a poster; and codes that nobody made show the page too.
        for code in (CODE.upper(), "lycee-8", "%3Cscript%3E", "x" * 500):
            assert str((await young.get(f"{service.chat}/c/{code}")).url) == f"{service.chat}/"
    assert {code: count for code, count in (await arrivals.all()).items() if count} == {CODE: 2}


async def test_a_telegram_link_counts_once_also_when_telegram_delivers_it_twice(
    service: Service, bot_api: BotApi, arrivals: Arrivals, capsys: pytest.CaptureFixture[str]
) -> None:
    link = httpx.URL((await made(service, capsys))["telegram"])
    assert (link.host, link.path) == ("t.me", f"/{BOT}")
    person = Person(bot_api)
    start = await person.write(f"/start {link.params['start']}")  # what Telegram sends for a tap on the link
    await person.reads("Telegram sait que tu nous écris")
    await bot_api.deliver(start)
    await person.write("/start nobody-made-this")
    await eventually(lambda: len(person.shown()) == 2, PATIENCE)
    assert {code: count for code, count in (await arrivals.all()).items() if count} == {CODE: 1}
