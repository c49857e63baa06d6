"""Passkeys (WebAuthn): adding one, and signing in with one.

A passkey proves two things at once, the device and its owner (user verification is required), so it
signs in alone. Browsers offer it on https and on http://localhost only.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import JSONResponse, Response
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from handoff.records.steps import Step, StepKind
from handoff.staff.access import COOKIE, CSRF_HEADER, CSRF_VALUE, SettingUp
from handoff.staff.browser import browser_of
from handoff.staff.door import Door, door_of
from handoff.staff.known_browser import remember_browser
from handoff.staff.language import texts_of
from handoff.staff.own_account import keep_session
from handoff.staff.pages import HEADERS, home_of
from handoff.staff.sign_in import STEP_COOKIE, set_cookie

SERVICE_NAME = "Repère"
LARGEST_ANSWER_BYTES = 32 * 1024

router = APIRouter()


def _origin(request: Request) -> str:
    return (door_of(request).origin or str(request.base_url)).rstrip("/")


def _relying_party(request: Request) -> str:
    return urlsplit(_origin(request)).hostname or ""


@router.post("/api/passkeys/options")
async def options_for_a_new_one(request: Request, account: SettingUp) -> Response:
    """The challenge for adding a passkey to one's own account."""
    door = door_of(request)
    options = generate_registration_options(
        rp_id=_relying_party(request),
        rp_name=SERVICE_NAME,
        user_id=f"account-{account.id}".encode(),
        user_name=account.login or account.name,
        user_display_name=account.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(base64url_to_bytes(key.credential_id))
            for key in await door.credentials.passkeys(account.id)
        ],
    )
    return await _challenge(
        door, StepKind.NEW_PASSKEY, account.id, options.challenge, options_to_json(options)
    )


@router.post("/api/passkeys")
async def add(request: Request, account: SettingUp) -> Response:
    """Keeps the new passkey."""
    door = door_of(request)
    sent = await _answer(request)
    step = await _taken(request, StepKind.NEW_PASSKEY)
    if step.account_id != account.id:
        raise HTTPException(status.HTTP_403_FORBIDDEN, _text(request, "passkey_refused"))
    try:
        made = verify_registration_response(
            credential=sent.get("credential") or {},
            expected_challenge=base64.b64decode(step.content["challenge"]),
            expected_rp_id=_relying_party(request),
            expected_origin=_origin(request),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise HTTPException(status.HTTP_403_FORBIDDEN, _text(request, "passkey_refused")) from None
    name = str(sent.get("name") or "").strip()[:80] or _text(request, "passkey")
    credential_id = bytes_to_base64url(made.credential_id)
    if await door.credentials.passkey(credential_id) is not None:
        raise HTTPException(status.HTTP_409_CONFLICT, _text(request, "passkey_refused"))
    first = not await door.credentials.has_second_factor(account)
    await door.credentials.keep_passkey(
        account.id, credential_id, made.credential_public_key, made.sign_count, name
    )
    await keep_session(request, account, first_factor=first)
    await door.audit.record("passkey_added", account.id)
    return JSONResponse({"ok": True}, headers=HEADERS)


@router.post("/api/signin/passkey/options")
async def options_for_signing_in(request: Request) -> Response:
    """The challenge for signing in; the browser shows the passkeys that it has for us."""
    _only_from_our_page(request)
    options = generate_authentication_options(
        rp_id=_relying_party(request), user_verification=UserVerificationRequirement.REQUIRED
    )
    return await _challenge(
        door_of(request), StepKind.PASSKEY, None, options.challenge, options_to_json(options)
    )


@router.post("/api/signin/passkey")
async def sign_in(request: Request) -> Response:
    """Signs in. An unknown key, a wrong signature and a switched-off account answer alike."""
    _only_from_our_page(request)
    door = door_of(request)
    sent = (await _answer(request)).get("credential")
    step = await _taken(request, StepKind.PASSKEY)
    refused = HTTPException(status.HTTP_403_FORBIDDEN, _text(request, "passkey_refused"))
    credential_id = str(sent.get("id", "")) if isinstance(sent, dict) else ""
    passkey = await door.credentials.passkey(credential_id)
    account = await door.accounts.get(passkey.account_id) if passkey else None
    if passkey is None or account is None or account.disabled_at is not None:
        raise refused
    try:
        proven = verify_authentication_response(
            credential=sent or {},
            expected_challenge=base64.b64decode(step.content["challenge"]),
            expected_rp_id=_relying_party(request),
            expected_origin=_origin(request),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        await door.audit.record("sign_in_refused", account.id, about="passkey")
        raise refused from None
    await door.credentials.passkey_used(credential_id, proven.new_sign_count)
    secret = await door.sessions.open(account.id, browser_of(request))
    await door.audit.record("sign_in", account.id, about="passkey")
    answer = JSONResponse({"go": home_of(account)}, headers=HEADERS)
    set_cookie(answer, door, COOKIE, secret, int(door.sessions.lifetime.total_seconds()))
    remember_browser(answer, door, account)
    answer.delete_cookie(STEP_COOKIE)
    return answer


async def _challenge(
    door: Door, kind: StepKind, account_id: int | None, challenge: bytes, options: str
) -> Response:
    content = {"challenge": base64.b64encode(challenge).decode()}
    answer = Response(options, media_type="application/json", headers=HEADERS)
    set_cookie(answer, door, STEP_COOKIE, await door.steps.open(kind, account_id, content), 600)
    return answer


async def _taken(request: Request, kind: StepKind) -> Step:
    """The challenge that this answers; used up, so that an answer sent twice opens nothing."""
    step = await door_of(request).steps.take(kind, request.cookies.get(STEP_COOKIE, ""))
    if step is None:
        raise HTTPException(status.HTTP_403_FORBIDDEN, _text(request, "passkey_refused"))
    return step


async def _answer(request: Request) -> dict[str, Any]:
    if int(request.headers.get("content-length") or LARGEST_ANSWER_BYTES + 1) > LARGEST_ANSWER_BYTES:
        raise HTTPException(status.HTTP_413_CONTENT_TOO_LARGE)
    try:
        sent = json.loads(await request.body())
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT)
    return sent


def _only_from_our_page(request: Request) -> None:
    if request.headers.get(CSRF_HEADER) != CSRF_VALUE:
        raise HTTPException(status.HTTP_403_FORBIDDEN)


def _text(request: Request, key: str) -> str:
    return texts_of(request, "account")[key]
