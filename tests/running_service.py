"""The whole of Repère, running for the tests: Redis, Rasa, its actions, both apps, each a real process."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from handoff.run import RunningPart, RunningParts, sign_in_link
from handoff.settings import Settings
from tests.channels import graph_api as graph_api_module
from tests.channels import sms_gateway as sms_gateway_module
from tests.channels.bot_api import TOKEN as TELEGRAM_TOKEN
from tests.channels.bot_api import BotApi
from tests.channels.graph_api import GraphApi
from tests.channels.sms_gateway import SmsGateway
from tests.collector import Collector

STARTED_AGAIN_WITHIN_SECONDS = 60  # the new process; until it works may take longer


@dataclass
class Service:
    """A running Repère and its addresses."""

    settings: Settings
    parts: RunningParts
    log_folder: Path
    stopped: dict[str, RunningPart] = field(default_factory=dict)

    @property
    def chat(self) -> str:
        return f"http://127.0.0.1:{self.settings.public_port}"

    @property
    def console(self) -> str:
        return f"http://127.0.0.1:{self.settings.staff_port}"

    async def sign_in_link(self) -> str:
        return await sign_in_link(self.settings)

    async def stop(self, name: str) -> None:
        """Stops a part for good (it is not started again)."""
        part = self.parts.running.pop(name)
        await part.stop()
        self.stopped[name] = part

    async def start(self, name: str) -> None:
        """Starts it again, and waits until it works."""
        part = self.stopped.pop(name)
        await part.start()
        await part.until_healthy()
        self.parts.running[name] = part

    async def kill(self, name: str) -> None:
        """Kills a part without a word, and waits until the supervisor's new process of it works."""
        part = self.parts.running[name]
        killed = part.process
        assert killed is not None
        os.killpg(killed.pid, signal.SIGKILL)
        async with asyncio.timeout(STARTED_AGAIN_WITHIN_SECONDS):
            while part.process is killed:
                await asyncio.sleep(0.1)
        await part.until_healthy()

    def logs(self) -> str:
        return "\n".join(
            file.read_text(encoding="utf-8", errors="replace") for file in self.log_folder.glob("*.log")
        )


@pytest.fixture(scope="session")
async def bot_api() -> AsyncIterator[BotApi]:
    """Our Telegram."""
    api = BotApi()
    api.server.start()
    yield api
    await api.close()


@pytest.fixture(scope="session")
async def graph_api() -> AsyncIterator[GraphApi]:
    """Our Meta."""
    api = GraphApi()
    api.server.start()
    yield api
    await api.close()


@pytest.fixture(scope="session")
def sms_gateway() -> Iterator[SmsGateway]:
    """Our gateway for text messages."""
    gateway = SmsGateway()
    gateway.server.start()
    yield gateway
    gateway.server.stop()


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """Our collector of traces."""
    collector = Collector()
    collector.server.start()
    yield collector
    collector.server.stop()


@pytest.fixture(scope="session")
async def service(
    bot_api: BotApi, graph_api: GraphApi, sms_gateway: SmsGateway, collector: Collector
) -> AsyncIterator[Service]:
    """Everything, on free ports, with data of its own; models are those of ``make build``."""
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        folder = Path(name)
        settings = Settings.load().apart(folder)
        apps = {
            "log_level": "DEBUG",
            # One counsellor account serves many tests, which leave conversations behind.
            "at_once": 200,
            "most_at_once": 200,
            "severe_in_a_row": 1000,
            "training_pace": 0.05,
            "public_origin": f"http://127.0.0.1:{settings.public_port}",
            "telegram_token": TELEGRAM_TOKEN,
            "telegram_api": bot_api.server.url,
            "whatsapp_token": graph_api_module.TOKEN,
            "whatsapp_number": graph_api_module.NUMBER,
            "whatsapp_secret": graph_api_module.SECRET,
            "messenger_token": graph_api_module.TOKEN,
            "messenger_page": graph_api_module.PAGE,
            "messenger_secret": graph_api_module.SECRET,
            "graph_api": graph_api.address,
            "sms_url": f"{sms_gateway.server.url}/send",
            "sms_token": sms_gateway_module.TOKEN,
            "sms_secret": sms_gateway_module.SECRET,
            "traces_to": collector.address,
        }
        settings = settings.model_copy(update=apps)
        sms_gateway.webhook = f"{settings.public_origin}/webhooks/sms"
        graph_api.webhook = f"{settings.public_origin}/webhooks"
        parts = RunningParts(settings, log_folder=folder / "log")
        async with parts:
            yield Service(settings, parts, folder / "log")


@dataclass
class RasaServer:
    """The running service's Rasa."""

    url: str


@pytest.fixture(scope="session")
async def rasa(service: Service) -> RasaServer:
    return RasaServer(service.settings.effective_rasa_url)


@pytest.fixture(scope="session")
async def redis_url(service: Service) -> str:
    return service.settings.effective_redis_url
