"""Forms of server-rendered pages: reading them, and the token that proves that the form was ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request, status

TOKEN_FIELD = "form_token"
VISIT_COOKIE = "repere_visit"  # of a browser that is not signed in: binds the sign-in forms to it
LARGEST_FORM_BYTES = 512 * 1024  # the report of a child in danger, with words of a long conversation
MOST_FIELDS = 200


def new_visit() -> str:
    """The secret of a browser that is not signed in."""
    return secrets.token_urlsafe(32)


def form_token(cookie_secret: str) -> str:
    """The token of every form shown to this browser: another site's page cannot know it."""
    return hmac.new(cookie_secret.encode(), b"form", hashlib.sha256).hexdigest()


async def has_form_token(request: Request, cookie_secret: str) -> bool:
    """Whether the form that was sent is one that we showed to this browser."""
    if not cookie_secret:
        return False
    sent = (await read_form(request)).get(TOKEN_FIELD, "")
    return hmac.compare_digest(sent.encode(), form_token(cookie_secret).encode())


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; of a field sent twice, its values on lines of their own.

    Empty when it is not a form. Raises HTTPException 413 when it is too large, 422 when it is broken.
    """
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    # Browsers always say the length of a form; without it we would have to read to know.
    length = request.headers.get("content-length")
    if length is None or int(length) > LARGEST_FORM_BYTES:
        raise HTTPException(status.HTTP_413_CONTENT_TOO_LARGE)
    body = await request.body()
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT) from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        clean = value.replace("\x00", "").replace("\r\n", "\n")
        fields[name] = f"{fields[name]}\n{clean}" if name in fields else clean
    return fields


async def read_visitors_form(request: Request) -> dict[str, str]:
    """The fields of a form sent before signing in. Raises HTTPException 403 when the form is not ours."""
    if not await has_form_token(request, request.cookies.get(VISIT_COOKIE, "")):
        raise HTTPException(status.HTTP_403_FORBIDDEN)
    return await read_form(request)
