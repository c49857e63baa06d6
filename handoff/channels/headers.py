"""What every answer of the public door says to the browser: keep nothing, load nothing from elsewhere."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PLAIN = {
    # A page in the browser's cache is a trace; so is a script of ours.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")


def page_headers(
    host: str, embedded_by: str = "", *, sends_forms: bool = False, script: str = "", style: str = ""
) -> Mapping[str, str]:
    """The headers of a page. ``embedded_by``: origins that may show it in a frame (the widget).
    ``sends_forms``: whether it sends plain forms to us. ``script`` and ``style``: those that stand in the
    page itself, allowed by what they are.

    The WebSocket is named beside 'self': Safari before 15.4 does not take it for the same origin.
    """
    socket = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    ancestors = embedded_by or "'none'"
    forms = "'self'" if sends_forms else "'none'"
    policy = (
        f"default-src 'none'; script-src 'self'{_hash(script)}; style-src 'self'{_hash(style)}; "
        f"img-src 'self'; connect-src 'self'{socket}; "
        f"base-uri 'none'; form-action {forms}; frame-ancestors {ancestors}"
    )
    if embedded_by:
        return {"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "cross-origin"}
    return {
        "Content-Security-Policy": policy,
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


@lru_cache
def _hash(text: str) -> str:
    """The source that allows exactly this text (Content Security Policy Level 3, 2.3.1)."""
    return f" 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" if text else ""


class KeepNothing:
    """Adds the plain headers to every answer that does not say otherwise itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in PLAIN.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
