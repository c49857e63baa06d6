"""The parts of a running Repère: how each is started and how we know that it works."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx

from handoff.assistant.rasa import RasaClient
from handoff.build import RASA_PYTHON
from handoff.settings import PROJECT_FOLDER, Settings
from handoff.store import connection, embedded
from handoff.training.versions import Versions

# What only the two apps may know.
SECRETS = (
    *("REPERE_MASTER_KEY", "DATABASE_URL", "REPERE_TELEGRAM_TOKEN", "REPERE_WHATSAPP_TOKEN"),
    *("REPERE_WHATSAPP_SECRET", "REPERE_MESSENGER_TOKEN", "REPERE_MESSENGER_SECRET", "REPERE_SMS_TOKEN"),
    *("REPERE_SMS_SECRET", "REPERE_OIDC_CLIENT_SECRET", "REPERE_ALARM_TO"),
)


@dataclass(frozen=True)
class Part:
    """A process of its own. ``is_healthy`` asks it, through its own door, whether it works."""

    name: str
    command: list[str]
    is_healthy: Callable[[], Awaitable[bool]]
    environment: dict[str, str] = field(default_factory=dict)
    port: int | None = None


def all_parts(settings: Settings) -> dict[str, Part]:
    """Every part by name, in the order in which they start."""
    found: dict[str, Part] = {}
    if not settings.redis_url:
        found["redis"] = _redis(settings)
    found["actions"] = _actions(settings)
    found["rasa"] = _rasa(settings)
    for door, host, port in (
        ("public", settings.public_host, settings.public_port),
        ("staff", settings.staff_host, settings.staff_port),
    ):
        command = [sys.executable, "-m", "handoff.serve", door]
        health = _answers(f"http://{_reachable(host)}:{port}/health")
        found[door] = Part(door, command, health, settings.as_environment(), port)
    return found


def _redis(settings: Settings) -> Part:
    async def is_healthy() -> bool:
        redis = connection.connect(settings.effective_redis_url)
        try:
            return bool(await redis.ping())
        except Exception:
            return False
        finally:
            await redis.aclose()

    command = embedded.command(settings.redis_folder, settings.redis_socket)
    return Part("redis", command, is_healthy)


def _actions(settings: Settings) -> Part:
    command = [str(RASA_PYTHON), "-m", "actions", "--port", str(settings.actions_port)]
    health = _answers(f"http://127.0.0.1:{settings.actions_port}/health")
    return Part("actions", command, health, port=settings.actions_port)


def _rasa(settings: Settings) -> Part:
    async def is_healthy() -> bool:
        client = RasaClient(settings.effective_rasa_url, settings.rasa_timeout_seconds)
        try:
            return await client.is_ready()
        finally:
            await client.close()

    command = [
        *(
            str(RASA_PYTHON),
            "-m",
            "bot.quiet_rasa",
            "run",
            "--enable-api",
            "--model",
            str(_served_model(settings)),
        ),
        *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
        *("--interface", "127.0.0.1", "--port", str(settings.rasa_port)),
    ]
    environment = {
        "REDIS_URL": settings.effective_redis_url,
        "REPERE_ENCODER_ONNX": str(settings.var_folder / "encoder" / "onnx"),
        "REPERE_ACTIONS_URL": f"http://127.0.0.1:{settings.actions_port}/webhook",
        "REPERE_TRACKER_TTL_SECONDS": str(_seconds(settings.conversation_lifetime)),
        "PYTHONPATH": str(PROJECT_FOLDER),
    }
    return Part("rasa", command, is_healthy, environment, settings.rasa_port)


def _served_model(settings: Settings) -> Path:
    """The live model, which is that of ``make build`` until the studio publishes another."""
    if settings.served_model:
        return Path(settings.served_model)
    versions = Versions(settings.models_folder)
    try:
        versions.take_built(settings.built_model)
    except OSError as error:
        print(f"repere: the built model could not be put in place ({error.strerror})", file=sys.stderr)
        return versions.live_model if versions.live_model.is_file() else settings.built_model
    return versions.live_model


def _answers(url: str) -> Callable[[], Awaitable[bool]]:
    async def is_healthy() -> bool:
        try:
            async with httpx.AsyncClient(timeout=2) as client:
                return (await client.get(url)).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    return is_healthy


def _reachable(host: str) -> str:
    """An address to ask, for a host that may mean "everywhere"."""
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host


def _seconds(lifetime: timedelta) -> int:
    return int(lifetime.total_seconds())


def environment_of(part: Part) -> dict[str, str]:
    """The whole environment a part's process gets: its own, over ours without our secrets."""
    ours = {name: value for name, value in os.environ.items() if name not in SECRETS}
    return {**ours, **part.environment}
