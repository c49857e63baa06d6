"""Says in plain words what is wrong with an installation: ``python -m handoff.doctor`` (`make doctor`).

A line a finding: ``ok``, ``look`` (it works, but not as it should in production) or ``wrong``, with what
to do. Ends with 1 when something is wrong. Changes nothing; shows no secret.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError

from handoff.build import steps
from handoff.errors import SettingError, StoreUnavailableError
from handoff.parts import all_parts
from handoff.records import database
from handoff.settings import Settings
from handoff.store import connection

OLDEST_REDIS = (6, 2)  # the first with all the commands we use
LEAST_FREE_BYTES = 2 * 1024**3
OUR_OWN_PROXIES = str(Settings.model_fields["trusted_proxies"].default)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """What was looked at, and what is to be said of it."""

    state: State
    about: str
    says: str

    def __str__(self) -> str:
        return f"{self.state:<6} {self.about:<9} {self.says}"


def _ok(about: str, says: str) -> Finding:
    return Finding(State.OK, about, says)


def _look(about: str, says: str) -> Finding:
    return Finding(State.LOOK, about, says)


def _wrong(about: str, says: str) -> Finding:
    return Finding(State.WRONG, about, says)


async def of_models(settings: Settings) -> list[Finding]:
    """Whether everything was built, and from today's data."""
    found = []
    for step in steps(settings):
        if not step.product.exists():
            found.append(_wrong("models", f"{step.name}: never built; run `make build`"))
        elif step.is_due():
            found.append(_look("models", f"{step.name}: made from other data; run `make build`"))
        else:
            found.append(_ok("models", f"{step.name}: built"))
    return found


async def of_keys(settings: Settings) -> list[Finding]:
    """Whether the master key is one, and who may read it."""
    file = settings.master_key_file
    if not settings.master_key and not file.exists():
        return [_look("keys", "no master key yet: the first start makes one in REPERE_VAR/secrets")]
    try:
        count = len(settings.master_keys)
    except SettingError as error:
        return [_wrong("keys", str(error))]
    if not settings.master_key and file.stat().st_mode & 0o077:
        return [_wrong("keys", "others may read secrets/master.key; `chmod 600` it")]
    if count > 1:
        return [_look("keys", f"{count - 1} older beside it; `python -m handoff.rotate_key`, then drop them")]
    return [_ok("keys", "one master key")]


async def of_redis(settings: Settings) -> list[Finding]:
    """Whether Redis answers, is new enough, and never throws a conversation away."""
    redis = connection.connect(settings.effective_redis_url)
    try:
        async with connection.redis_faults():
            info = await redis.info()
    except StoreUnavailableError:
        return [_wrong("redis", "does not answer at REDIS_URL (or `make run` is not running)")]
    finally:
        await redis.aclose()
    version = str(info["redis_version"])
    found = [_ok("redis", f"{version} answers")]
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        found = [_wrong("redis", f"{version} is too old: 6.2 or newer")]
    if info.get("maxmemory") and info.get("maxmemory_policy") != "noeviction":
        found.append(_wrong("redis", "may throw conversations away: set maxmemory-policy noeviction"))
    if not info.get("aof_enabled"):
        found.append(_look("redis", "forgets conversations when it restarts: set appendonly yes"))
    return found


async def of_database(settings: Settings) -> list[Finding]:
    """Whether SQL answers and has our tables as this version wants them."""
    try:
        pending = await database.pending_migrations(settings.effective_database_url)
    except (SQLAlchemyError, OSError) as error:
        return [_wrong("database", f"does not answer at DATABASE_URL ({type(error).__name__})")]
    if pending:
        return [_look("database", f"{pending} migrations to come: the staff app runs them when it starts")]
    return [_ok("database", "tables are up to date")]


async def of_parts(settings: Settings) -> list[Finding]:
    """Whether each part answers at its own door."""
    found = []
    for part in all_parts(settings).values():
        if part.name == "redis":
            continue
        if await part.is_healthy():
            found.append(_ok(part.name, "answers"))
        elif part.name in ("rasa", "actions"):
            found.append(_look(part.name, "does not answer: young people get the nearest card instead"))
        else:
            found.append(_wrong(part.name, f"does not answer; see {part.name}.log in REPERE_VAR/log"))
    return found


async def of_doors(settings: Settings) -> list[Finding]:
    """What is fine on one's own machine and is not on the internet."""
    found = []
    open_to_others = settings.staff_host not in LOOPBACK or bool(settings.staff_origin)
    if open_to_others and not settings.staff_secure_cookie:
        found.append(_wrong("doors", "staff sign in over the network: set REPERE_STAFF_SECURE_COOKIE=true"))
    if settings.staff_secure_cookie and not settings.staff_origin:
        found.append(_look("doors", "set REPERE_STAFF_ORIGIN: the one page that may open the console"))
    if settings.public_host not in LOOPBACK and settings.trusted_proxies == OUR_OWN_PROXIES:
        says = "set REPERE_TRUSTED_PROXIES to your proxy's address, or everybody counts as one (floods)"
        found.append(_look("doors", says))
    for name in ("public_origin", "staff_origin"):
        origin = str(getattr(settings, name))
        if origin.startswith("http://") and not any(host in origin for host in LOOPBACK):
            found.append(_wrong("doors", f"REPERE_{name.upper()} is not https: words would travel in clear"))
    return found or [_ok("doors", "settings fit")]


async def of_disk(settings: Settings) -> list[Finding]:
    """Whether there is room left."""
    folder = settings.var_folder if settings.var_folder.exists() else settings.var_folder.parent
    free = shutil.disk_usage(folder).free
    says = f"{free / 1024**3:.0f} GiB free"
    return [_ok("disk", says) if free >= LEAST_FREE_BYTES else _wrong("disk", f"only {says}")]


CHECKS: tuple[Callable[[Settings], Awaitable[list[Finding]]], ...] = (
    of_models,
    of_keys,
    of_redis,
    of_database,
    of_parts,
    of_doors,
    of_disk,
)


async def examine(settings: Settings) -> list[Finding]:
    """Every finding, in the order of the checks."""
    return [finding for check in CHECKS for finding in await check(settings)]


def main() -> int:
    try:
        settings = Settings.load()
    except SettingError as error:
        print(_wrong("settings", str(error)))
        return 1
    findings = asyncio.run(examine(settings))
    print("\n".join(str(finding) for finding in findings))
    return 1 if any(finding.state is State.WRONG for finding in findings) else 0


if __name__ == "__main__":
    sys.exit(main())
