"""Administrators: invite, change roles, switch off, invite again. They see no conversation by it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, status
from fastapi.responses import Response

from handoff.errors import LoginTakenError
from handoff.records.accounts import LinkPurpose
from handoff.records.tables import Account, Role
from handoff.staff.access import Permission, require
from handoff.staff.door import door_of
from handoff.staff.forms import read_form
from handoff.staff.language import texts_of
from handoff.staff.pages import go, show

LONGEST_NAME = 80
LONGEST_LOGIN = 254

Administrator = Annotated[Account, Depends(require(Permission.MANAGE_ACCOUNTS))]

router = APIRouter()


@router.get("/accounts")
async def list_accounts(request: Request, account: Administrator) -> Response:
    await door_of(request).audit.record("accounts_seen", account.id)
    return await _show(request, account)


@router.post("/accounts")
async def invite(request: Request, account: Administrator) -> Response:
    """Makes an account and shows its invitation, once."""
    door = door_of(request)
    form = await read_form(request)
    name, login, roles = form.get("name", "").strip(), form.get("login", "").strip(), _roles(form)
    fault = None
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        fault = "name_needed"
    elif not login or len(login) > LONGEST_LOGIN or not login.isprintable():
        fault = "login_needed"
    elif not roles:
        fault = "role_needed"
    if fault is not None:
        return await _show(request, account, code=422, problem=fault, form=form)
    try:
        invited = await door.accounts.create(name, login, roles)
    except LoginTakenError:
        return await _show(request, account, code=409, problem="login_taken", form=form)
    await door.audit.record("account_invited", account.id, about=f"account {invited.id}")
    return await _show_invitation(request, account, invited)


@router.post("/accounts/{account_id}/roles")
async def change_roles(request: Request, account_id: int, account: Administrator) -> Response:
    other = await _other(request, account_id)
    roles = _roles(await read_form(request))
    if not roles:
        return await _show(request, account, code=422, problem="role_needed")
    door = door_of(request)
    if not await door.accounts.change_keeping_an_administrator(other.id, roles=roles):
        return await _show(request, account, code=409, problem="last_administrator")
    about = f"account {other.id}: {' '.join(sorted(roles))}"[:80]
    await door.audit.record("roles_changed", account.id, about=about)
    return go("/accounts")


@router.post("/accounts/{account_id}/switch-off")
async def switch_off(request: Request, account_id: int, account: Administrator) -> Response:
    """Ends their sessions at once; what they did stays in the audit trail."""
    other = await _other(request, account_id)
    door = door_of(request)
    if not await door.accounts.change_keeping_an_administrator(other.id, disabled_at=datetime.now(UTC)):
        return await _show(request, account, code=409, problem="last_administrator")
    await door.sessions.end_all(other.id)
    await door.audit.record("account_switched_off", account.id, about=f"account {other.id}")
    return go("/accounts")


@router.post("/accounts/{account_id}/invite-again")
async def invite_again(request: Request, account_id: int, account: Administrator) -> Response:
    """For somebody who lost their phone, or comes back: all they proved themselves with is forgotten."""
    other = await _other(request, account_id)
    door = door_of(request)
    if other.id == account.id:
        return await _show(request, account, code=409, problem="not_yourself")
    if other.login is None:
        return await _show(request, account, code=409, problem="login_needed")
    await door.credentials.forget_all(other.id)
    await door.sessions.end_all(other.id)
    await door.accounts.change(other.id, disabled_at=None)
    await door.audit.record("account_invited_again", account.id, about=f"account {other.id}")
    return await _show_invitation(request, account, other)


async def _other(request: Request, account_id: int) -> Account:
    other = await door_of(request).accounts.get(account_id) if account_id < 2**31 else None
    if other is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return other


def _roles(form: dict[str, str]) -> frozenset[Role]:
    words = set(form.get("roles", "").split())
    return frozenset(role for role in Role if role.value in words)


async def _show_invitation(request: Request, account: Account, invited: Account) -> Response:
    door = door_of(request)
    secret = await door.accounts.new_sign_in_link(invited.id, LinkPurpose.INVITATION)
    origin = (door.origin or str(request.base_url)).rstrip("/")
    return await _show(request, account, invited=invited, link=f"{origin}/invitation/{secret}")


async def _show(
    request: Request,
    account: Account,
    *,
    code: int = status.HTTP_200_OK,
    problem: str = "",
    form: dict[str, str] | None = None,
    invited: Account | None = None,
    link: str = "",
) -> Response:
    door = door_of(request)
    return show(
        request,
        "accounts.html",
        account,
        code=code,
        problem=texts_of(request, "account")[problem] if problem else "",
        form=form or {},
        invited=invited,
        link=link,
        roles=list(Role),
        people=await door.accounts.all(),
    )
