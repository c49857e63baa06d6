"""Telling one browser from another, so that a session copied elsewhere is refused where it can be told."""

from __future__ import annotations

import hashlib

from fastapi import Request, WebSocket

NOT_A_BROWSER = ""


def browser_of(connection: Request | WebSocket) -> str:
    """A fingerprint of the browser: its ``User-Agent``, hashed; empty for a script.

    Every browser names itself "Mozilla/5.0 …" and says the same on pages and on sockets. What this
    cannot tell: the same version of the same browser on the same system, or a thief who copies the
    header too (docs/decisions/0030).
    """
    said = connection.headers.get("user-agent", "")
    return hashlib.sha256(said.encode()).hexdigest()[:32] if said.startswith("Mozilla/") else NOT_A_BROWSER
