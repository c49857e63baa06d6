"""The whole of Repère, running for the tests: Redis, Rasa, its actions, both apps, each a real process."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from handoff.run import RunningPart, RunningParts, sign_in_link
from handoff.settings import Settings


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

    def logs(self) -> str:
        return "\n".join(
            file.read_text(encoding="utf-8", errors="replace") for file in self.log_folder.glob("*.log")
        )


@pytest.fixture(scope="session")
async def service() -> AsyncIterator[Service]:
    """Everything, on free ports, with data of its own; models are those of ``make build``."""
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        folder = Path(name)
        # One counsellor account serves many tests, which leave conversations behind.
        patient = {"log_level": "DEBUG", "at_once": 200, "most_at_once": 200, "severe_in_a_row": 1000}
        settings = Settings.load().apart(folder).model_copy(update={**patient, "training_pace": 0.05})
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
