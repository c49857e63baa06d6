"""One's own account: password, second factors, sign-out everywhere."""

from __future__ import annotations

from fastapi import APIRouter, Request, status
from fastapi.responses import Response

from handoff.records.steps import StepKind
from handoff.records.tables import Account
from handoff.staff import totp
from handoff.staff.access import COOKIE, SettingUp, SignedIn
from handoff.staff.door import door_of
from handoff.staff.forms import read_form
from handoff.staff.language import texts_of
from handoff.staff.pages import go, show
from handoff.staff.passwords import fault_of
from handoff.staff.sign_in import STEP_COOKIE, set_cookie

router = APIRouter()


async def show_account(
    request: Request,
    account: Account,
    *,
    code: int = status.HTTP_200_OK,
    problem: str = "",
    codes: list[str] | None = None,
) -> Response:
    """The page; ``problem`` and ``done`` are keys of texts."""
    door = door_of(request)
    texts = texts_of(request, "account")
    account = await door.accounts.get(account.id) or account
    return show(
        request,
        "account.html",
        account,
        code=code,
        problem=texts[problem] if problem else "",
        codes=codes or [],
        passkeys=await door.credentials.passkeys(account.id),
        codes_left=await door.credentials.recovery_codes_left(account.id),
        second_factor=await door.credentials.has_second_factor(account),
        browsers=await door.sessions.count(account.id),
    )


@router.get("/account")
async def own_account(request: Request, account: SettingUp) -> Response:
    return await show_account(request, account)


@router.post("/account/password")
async def change_password(request: Request, account: SettingUp) -> Response:
    """A new password ends every other session: whoever had the old one is out."""
    door = door_of(request)
    form = await read_form(request)
    login = account.login or form.get("login", "").strip()
    new, fault = form.get("password", ""), None
    if account.password_hash is not None:
        key = ("own password", str(account.id))
        if door.pace.seconds_to_wait(*key) > 0:
            return await show_account(request, account, code=429, problem="slow_down_short")
        door.pace.wrong(*key)
        if not await door.passwords.is_right(account.password_hash, form.get("current", "")):
            return await show_account(request, account, code=403, problem="wrong_current")
        door.pace.right(*key)
    if not login or len(login) > 254:
        fault = "login_needed"
    fault = fault or fault_of(new, [account.name, login])
    if fault is None and new != form.get("again", ""):
        fault = "passwords_differ"
    taken = await door.accounts.by_login(login) if account.login is None else None
    if fault is None and taken is not None:
        fault = "login_taken"
    if fault is not None:
        return await show_account(request, account, code=422, problem=fault)
    values: dict[str, object] = {"password_hash": await door.passwords.hash(new)}
    if account.login is None:
        values["login"] = login.casefold()
    await door.accounts.change(account.id, **values)
    await door.sessions.end_all(account.id, but=request.cookies.get(COOKIE, ""))
    await door.audit.record("password_changed", account.id)
    return go("/account")


@router.post("/account/totp")
async def start_totp(request: Request, account: SettingUp) -> Response:
    """Shows a new secret. It counts only once a code made with it came back."""
    door = door_of(request)
    secret = totp.new_secret()
    step = await door.steps.open(StepKind.NEW_TOTP, account.id, {"secret": secret})
    answer = _totp_page(request, account, secret)
    set_cookie(answer, door, STEP_COOKIE, step, 600)
    return answer


@router.post("/account/totp/confirm")
async def confirm_totp(request: Request, account: SettingUp) -> Response:
    """Keeps the secret, and shows the recovery codes once."""
    door = door_of(request)
    step_secret = request.cookies.get(STEP_COOKIE, "")
    step = await door.steps.look(StepKind.NEW_TOTP, step_secret)
    if step is None or step.account_id != account.id:
        return await show_account(request, account, code=403, problem="totp_too_late")
    secret = str(step.content["secret"])
    used = totp.step_of(secret, (await read_form(request)).get("code", ""))
    if used is None:
        return _totp_page(request, account, secret, "wrong_code", status.HTTP_403_FORBIDDEN)
    await door.steps.take(StepKind.NEW_TOTP, step_secret)
    first = not await door.credentials.has_second_factor(account)
    await door.credentials.keep_totp(account.id, secret, used)
    codes = await door.credentials.new_recovery_codes(account.id)
    await keep_session(request, account, first_factor=first)
    await door.audit.record("totp_set_up", account.id)
    return await show_account(request, account, codes=codes)


async def keep_session(request: Request, account: Account, *, first_factor: bool) -> None:
    """A second factor was set up: this session is whole. With the first one, every other session ends."""
    door = door_of(request)
    secret = request.cookies.get(COOKIE, "")
    await door.sessions.complete(secret)
    if first_factor:
        await door.sessions.end_all(account.id, but=secret)


def _totp_page(
    request: Request, account: Account, secret: str, problem: str = "", code: int = status.HTTP_200_OK
) -> Response:
    return show(
        request,
        "totp.html",
        account,
        code=code,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=totp.picture(secret, account.login or account.name),
        problem=texts_of(request, "account")[problem] if problem else "",
    )


@router.post("/account/recovery-codes")
async def new_recovery_codes(request: Request, account: SignedIn) -> Response:
    """Fresh codes, shown once."""
    door = door_of(request)
    codes = await door.credentials.new_recovery_codes(account.id)
    await door.audit.record("recovery_codes_made", account.id)
    return await show_account(request, account, codes=codes)


@router.post("/account/passkeys/remove")
async def remove_passkey(request: Request, account: SignedIn) -> Response:
    """The last second factor stays: without one nobody could sign in again."""
    door = door_of(request)
    keys = await door.credentials.passkeys(account.id)
    if account.totp_secret is None and len(keys) <= 1:
        return await show_account(request, account, code=409, problem="last_factor")
    if await door.credentials.remove_passkey(account.id, (await read_form(request)).get("key", "")):
        await door.audit.record("passkey_removed", account.id)
    return go("/account")


@router.post("/account/sign-out-everywhere")
async def sign_out_everywhere(request: Request, account: SettingUp) -> Response:
    """Ends every session, this one too."""
    door = door_of(request)
    await door.sessions.end_all(account.id)
    await door.audit.record("sign_out_everywhere", account.id)
    answer = go("/signin")
    answer.delete_cookie(COOKIE)
    return answer
