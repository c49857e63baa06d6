"""The staff app alone, a real process with Redis and SQL of its own; and an identity provider of ours."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from handoff.conversation import Reader
from handoff.records import database
from handoff.records.accounts import Accounts, LinkPurpose
from handoff.records.database import Sessions
from handoff.records.tables import Account, Role
from handoff.run import RunningParts, sign_in_link
from handoff.settings import Settings, free_port
from handoff.store import connection
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from tests.conftest import said
from tests.staff.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider

OURS = {"X-Requested-With": "repere-console"}  # what the console's scripts send


@contextlib.asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serves an app on a free port; yields its address."""
    port = free_port()
    config = uvicorn.Config(app, port=port, log_level="error", lifespan="off", ws="none", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://localhost:{port}"
    server.should_exit = True
    await serving


@pytest.fixture(scope="session")
async def provider() -> AsyncIterator[IdentityProvider]:
    made = IdentityProvider()
    async with served(made.app) as url:
        made.issuer = url
        yield made


@dataclass
class StaffAlone:
    """A running staff app, and ways to be somebody there."""

    settings: Settings
    sessions: Sessions
    store: ConversationStore

    @property
    def url(self) -> str:
        # Not 127.0.0.1: browsers know passkeys on https and on localhost only.
        return f"http://localhost:{self.settings.staff_port}"

    @property
    def console(self) -> str:
        return self.url

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.sessions, timedelta(hours=1))

    async def first_link(self) -> str:
        """What ``make run`` prints."""
        return (await sign_in_link(self.settings)).replace("127.0.0.1", "localhost")

    async def somebody(self, *roles: Role, name: str = "Sam") -> tuple[Account, str]:
        """A new account, and a link that signs it in."""
        number = len(await self.accounts.all())
        account = await self.accounts.create(name, f"{name.lower()}{number}@exemple.fr", roles)
        secret = await self.accounts.new_sign_in_link(account.id, LinkPurpose.SIGN_IN)
        return account, f"{self.url}/signin/{secret}"

    @contextlib.asynccontextmanager
    async def signed_in(self, *roles: Role) -> AsyncIterator[tuple[httpx.AsyncClient, Account]]:
        """A script that is signed in, and its account."""
        account, link = await self.somebody(*roles)
        async with httpx.AsyncClient(base_url=self.url, headers=OURS) as client:
            assert (await client.get(link)).status_code == httpx.codes.SEE_OTHER
            yield client, account

    async def conversation(self, *words: str, of: Account | None = None) -> str:
        """A conversation in which a young person wrote, taken by somebody or nobody."""
        conversation_id, _ = await self.store.open("web")
        for each in words:
            await self.store.append(conversation_id, said(each))
        if of is not None:
            await self.store.move(conversation_id, Reader.WAITING)
            await self.store.move(conversation_id, Reader.COUNSELLOR, new_owner=of.id)
        return conversation_id


@pytest.fixture(scope="session")
async def staff_alone(provider: IdentityProvider) -> AsyncIterator[StaffAlone]:
    """Redis and the staff app, on free ports, with data of their own."""
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        folder = Path(name)
        oidc = {
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": CLIENT_SECRET,
            "oidc_name": "la Fondation",
        }
        settings = Settings.load().apart(folder).model_copy(update={"log_level": "DEBUG", **oidc})
        async with RunningParts(settings, ["redis", "staff"], folder / "log"):
            engine, sessions = database.connect(settings.effective_database_url)
            redis = connection.connect(settings.effective_redis_url)
            store = ConversationStore(
                redis, MasterKey(settings.master_key_bytes), timedelta(hours=24), timedelta(seconds=60)
            )
            await sign_in_link(settings)  # as at each start: whoever installs has the first account
            yield StaffAlone(settings, sessions, store)
            await redis.aclose()
            await engine.dispose()
