"""Browsers that a member of staff signed in with before: guessing done elsewhere never slows these down.

Strangers may share our address, behind a proxy or in a building. So a known browser has a count of
wrong tries of its own (OWASP's "device cookie").
"""

from __future__ import annotations

import hashlib
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from handoff.records.seal import SealError
from handoff.records.tables import Account
from handoff.staff.door import Door, door_of

KNOWN_COOKIE: Final = "repere_known"
REMEMBERED_SECONDS: Final = 180 * 24 * 3600


def source_of(request: Request, account: Account | None) -> str:
    """Where a try comes from: this very browser if the account knows it, else its network address."""
    cookie = request.cookies.get(KNOWN_COOKIE, "")
    if account is not None and cookie:
        try:
            known = door_of(request).seal.open(cookie.encode()).decode()
        except SealError:
            known = ""
        if known == _name(account):
            return f"known {hashlib.sha256(cookie.encode()).hexdigest()}"
    return request.client.host if request.client else ""


def remember_browser(answer: Response, door: Door, account: Account) -> None:
    """The account signed in here."""
    sealed = door.seal.close(_name(account).encode()).decode()
    answer.set_cookie(
        KNOWN_COOKIE,
        sealed,
        max_age=REMEMBERED_SECONDS,
        httponly=True,
        secure=door.secure_cookie,
        samesite="strict",
        path="/signin",
    )


def _name(account: Account) -> str:
    return f"known browser of account {account.id}"
