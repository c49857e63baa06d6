"""Everything the sign-in and account pages use; built once by the wiring, found at ``app.state.door``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from fastapi import Request, WebSocket

from handoff.answers.page_catalogue import PageLanguage
from handoff.records.accounts import Accounts
from handoff.records.audit import AuditTrail
from handoff.records.credentials import Credentials
from handoff.records.seal import Seal
from handoff.records.sessions import StaffSessions
from handoff.records.steps import SignInSteps
from handoff.staff.oidc import OidcProvider
from handoff.staff.passwords import Passwords
from handoff.staff.sign_in_pace import SignInPace


class PageTexts(Protocol):
    """The labels of the pages (data/texts/ui.<language>.yml): ``handoff.staff.language`` asks for them."""

    def choose(self, asked: str | None, accepted: str) -> PageLanguage: ...
    def section(self, code: str, name: str) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Door:
    """The staff's door."""

    accounts: Accounts
    sessions: StaffSessions
    credentials: Credentials
    steps: SignInSteps
    audit: AuditTrail
    texts: PageTexts
    seal: Seal
    oidc: OidcProvider | None
    secure_cookie: bool
    origin: str
    passwords: Passwords = field(default_factory=Passwords)
    pace: SignInPace = field(default_factory=SignInPace)


def door_of(connection: Request | WebSocket) -> Door:
    door: Door = connection.app.state.door
    return door
