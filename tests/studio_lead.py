"""A content lead for tests: an account made in the database, signed in by a one-time link."""

from __future__ import annotations

from datetime import UTC, datetime

from handoff.records import database
from handoff.records.accounts import Accounts
from handoff.records.tables import Account, Role
from tests.running_service import Service


async def lead_link(service: Service, name: str, role: Role = Role.CONTENT_LEAD) -> str:
    """The address that signs a new account of this role in."""
    engine, sessions = database.connect(service.settings.effective_database_url)
    try:
        async with sessions.begin() as session:
            account = Account(name=name, role=role, created_at=datetime.now(UTC))
            session.add(account)
        settings = service.settings
        accounts = Accounts(sessions, settings.sign_in_link_lifetime, settings.staff_session_lifetime)
        return f"{service.console}/signin/{await accounts.new_sign_in_link(account.id)}"
    finally:
        await engine.dispose()
