"""The two steps of a sign-in through the organisation's identity provider. Only invited people get in."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import RedirectResponse, Response

from handoff.errors import LoginTakenError
from handoff.records.steps import StepKind
from handoff.records.tables import Account
from handoff.staff.door import Door, door_of
from handoff.staff.language import texts_of
from handoff.staff.oidc import OidcError, OidcPerson, OidcProvider
from handoff.staff.pages import HEADERS, show_sign_in
from handoff.staff.sign_in import STEP_COOKIE, open_session, set_cookie

router = APIRouter()


def _provider(request: Request) -> OidcProvider:
    provider = door_of(request).oidc
    if provider is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return provider


@router.get("/oidc/start")
async def start(request: Request) -> Response:
    """Sends the browser to the identity provider."""
    door = door_of(request)
    origin = (door.origin or str(request.base_url)).rstrip("/")
    try:
        address, kept = await _provider(request).start(f"{origin}/oidc/callback")
    except OidcError:
        return _refused(request, "oidc_unavailable", status.HTTP_502_BAD_GATEWAY)
    answer = RedirectResponse(address, status.HTTP_303_SEE_OTHER, headers=HEADERS)
    set_cookie(answer, door, STEP_COOKIE, await door.steps.open(StepKind.OIDC, None, kept), 600)
    return answer


@router.get("/oidc/callback")
async def callback(request: Request) -> Response:
    """The browser comes back with the provider's answer."""
    door = door_of(request)
    provider = _provider(request)
    step = await door.steps.take(StepKind.OIDC, request.cookies.get(STEP_COOKIE, ""))
    if step is None:
        return _refused(request, "oidc_refused")
    sent = request.query_params
    try:
        person = await provider.finish(sent.get("code", ""), sent.get("state", ""), step.content)
    except OidcError:
        return _refused(request, "oidc_refused")
    account = await _account_of(door, person)
    if account is None:
        return _refused(request, "oidc_not_invited")
    # The provider is trusted with the second factor: that is what the organisation chose it for.
    return await open_session(request, account, "oidc")


async def _account_of(door: Door, person: OidcPerson) -> Account | None:
    """The account tied to this person; the first time, the one whose login is their checked e-mail."""
    account = await door.accounts.by_oidc_subject(person.subject)
    if account is not None or person.email is None:
        return account
    account = await door.accounts.by_login(person.email)
    if account is None or account.oidc_subject is not None:
        return None
    try:
        await door.accounts.change(account.id, oidc_subject=person.subject)
    except LoginTakenError:
        return None
    return account


def _refused(request: Request, key: str, code: int = status.HTTP_403_FORBIDDEN) -> Response:
    return show_sign_in(request, code=code, problem=texts_of(request, "account")[key])
