"""The staff's door alone, over real HTTP, on a database of its own."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from handoff.answers.page_catalogue import PageCatalogue
from handoff.records import database
from handoff.records.accounts import Accounts, LinkPurpose
from handoff.records.audit import AuditTrail
from handoff.records.credentials import Credentials
from handoff.records.seal import Seal
from handoff.records.sessions import StaffSessions
from handoff.records.steps import SignInSteps
from handoff.records.tables import Account, Role
from handoff.settings import PROJECT_FOLDER
from handoff.staff import audit_pages, manage_accounts, oidc_sign_in, own_account, passkeys, sign_in
from handoff.staff.door import Door
from handoff.staff.language import LANGUAGES
from handoff.staff.oidc import OidcProvider
from handoff.staff.pages import show_refusal
from tests.staff.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from tests.staff_alone import served

CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"
PASSWORD = "marsouin grenier sept nuage"


@dataclass
class StaffDoor:
    """The door and its address."""

    url: str
    door: Door

    def browser(self, user_agent: str = CHROME) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, headers={"User-Agent": user_agent})

    async def invited(self, *roles: Role, login: str = "sam@exemple.fr", name: str = "Sam") -> Account:
        return await self.door.accounts.create(name, login, roles or [Role.COUNSELLOR])

    async def with_password(self, *roles: Role) -> Account:
        account = await self.invited(*roles)
        await self.door.accounts.change(account.id, password_hash=await self.door.passwords.hash(PASSWORD))
        return account

    @contextlib.asynccontextmanager
    async def signed_in(self, *roles: Role, user_agent: str = CHROME) -> AsyncIterator[httpx.AsyncClient]:
        """A browser whose session is complete, by a link."""
        account = await self.invited(*roles, login=f"{'-'.join(roles)}@exemple.fr")
        secret = await self.door.accounts.new_sign_in_link(account.id, LinkPurpose.SIGN_IN)
        async with self.browser(user_agent) as browser:
            assert (await browser.get(f"/signin/{secret}")).status_code == httpx.codes.SEE_OTHER
            yield browser


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("door") / "empty.sqlite"
    database.migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
async def staff_door(
    tmp_path: Path, migrated_file: Path, provider: IdentityProvider
) -> AsyncIterator[StaffDoor]:
    shutil.copy(migrated_file, tmp_path / "door.sqlite")
    engine, sessions = database.connect(f"sqlite+aiosqlite:///{tmp_path / 'door.sqlite'}")
    seal = Seal([bytes(32)])
    door = Door(
        Accounts(sessions, timedelta(hours=1)),
        StaffSessions(sessions, timedelta(hours=12), timedelta(minutes=30)),
        Credentials(sessions, seal),
        SignInSteps(sessions, seal),
        AuditTrail(sessions),
        PageCatalogue.load(PROJECT_FOLDER / "data" / "texts", LANGUAGES),
        seal,
        OidcProvider(provider.issuer, CLIENT_ID, CLIENT_SECRET, "la Fondation"),
        secure_cookie=False,
        origin="",
    )
    app = FastAPI(openapi_url=None)
    app.state.door = door
    app.add_exception_handler(HTTPException, show_refusal)
    app.mount("/static", StaticFiles(directory=PROJECT_FOLDER / "handoff" / "staff" / "static"))
    for part in (sign_in, oidc_sign_in, passkeys, own_account, manage_accounts, audit_pages):
        app.include_router(part.router)
    async with served(app) as url:
        provider.redirect_uri = f"{url}/oidc/callback"
        yield StaffDoor(url, door)
    await engine.dispose()
