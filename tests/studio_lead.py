"""A content lead for tests: an account made in the database, signed in by a one-time link."""

from __future__ import annotations

from handoff.records import database
from handoff.records.accounts import Accounts
from handoff.records.tables import Role
from tests.running_service import Service


async def lead_link(service: Service, name: str, role: Role = Role.CONTENT_LEAD) -> str:
    """The address that signs a new account of this role in."""
    engine, sessions = database.connect(service.settings.effective_database_url)
    try:
        accounts = Accounts(sessions, service.settings.sign_in_link_lifetime)
        login = f"{name.lower()}{len(await accounts.all())}@exemple.fr"
        account = await accounts.create(name, login, [role])
        return f"{service.console}/signin/{await accounts.new_sign_in_link(account.id)}"
    finally:
        await engine.dispose()
