"""Signing in and out: password then second factor, invitation, the operator's one-time link."""

from __future__ import annotations

from fastapi import APIRouter, Request, status
from fastapi.responses import Response

from handoff.records.accounts import LinkPurpose, plain_login
from handoff.records.steps import StepKind
from handoff.records.tables import Account
from handoff.staff import totp
from handoff.staff.access import COOKIE, SettingUp, signed_in
from handoff.staff.browser import browser_of
from handoff.staff.door import Door, door_of
from handoff.staff.forms import read_visitors_form
from handoff.staff.known_browser import remember_browser, source_of
from handoff.staff.language import texts_of
from handoff.staff.pages import HEADERS, go, home_of, show, show_sign_in
from handoff.staff.passwords import fault_of

STEP_COOKIE = "repere_step"

router = APIRouter()


async def open_session(request: Request, account: Account, how: str, *, complete: bool = True) -> Response:
    """Signs this browser in and goes on: to their page, or to setting a second factor up."""
    door = door_of(request)
    secret = await door.sessions.open(account.id, browser_of(request), complete=complete)
    await door.audit.record("sign_in", account.id, about=how)
    answer = go(home_of(account) if complete else "/account")
    set_cookie(answer, door, COOKIE, secret, int(door.sessions.lifetime.total_seconds()))
    remember_browser(answer, door, account)
    answer.delete_cookie(STEP_COOKIE)
    return answer


def set_cookie(answer: Response, door: Door, name: str, value: str, seconds: int) -> None:
    # Lax, not strict: the first page after following a link from a mail must know who it is.
    answer.set_cookie(
        name, value, max_age=seconds, httponly=True, secure=door.secure_cookie, samesite="lax", path="/"
    )


@router.get("/signin")
async def sign_in_page(request: Request) -> Response:
    account = await signed_in(request)
    return go(home_of(account)) if account else show_sign_in(request)


@router.post("/signin")
async def sign_in(request: Request) -> Response:
    """Login and password. Whether the login exists cannot be told from the answer."""
    door = door_of(request)
    form = await read_visitors_form(request)
    login = plain_login(form.get("login", ""))[:254]
    account = await door.accounts.by_login(login)
    source = source_of(request, account)
    wait = door.pace.seconds_to_wait(source, login)
    if wait > 0:
        return _slow_down(request, wait, login)
    # Counted before the slow hash: tries sent all at once must not pass while it runs.
    door.pace.wrong(source, login)
    right = await door.passwords.is_right(
        account.password_hash if account else None, form.get("password", "")
    )
    if account is None or not right:
        if account is not None:
            await door.audit.record("sign_in_refused", account.id)
        return show_sign_in(
            request, code=status.HTTP_403_FORBIDDEN, problem=_text(request, "wrong_password"), login=login
        )
    door.pace.right(source, login)
    if door.passwords.needs_a_new_hash(account.password_hash or ""):
        await door.accounts.change(
            account.id, password_hash=await door.passwords.hash(form.get("password", ""))
        )
    if not await door.credentials.has_second_factor(account):
        return await open_session(request, account, "password", complete=False)
    step = await door.steps.open(StepKind.SECOND_FACTOR, account.id, {})
    answer = go("/signin/second")
    set_cookie(answer, door, STEP_COOKIE, step, 600)
    return answer


def _slow_down(request: Request, wait: float, login: str = "") -> Response:
    seconds = int(wait) + 1
    problem = _text(request, "slow_down").format(seconds=seconds)
    answer = show_sign_in(request, code=status.HTTP_429_TOO_MANY_REQUESTS, problem=problem, login=login)
    answer.headers["Retry-After"] = str(seconds)
    return answer


@router.get("/signin/second")
async def second_factor_page(request: Request) -> Response:
    step = await door_of(request).steps.look(StepKind.SECOND_FACTOR, request.cookies.get(STEP_COOKIE, ""))
    return show(request, "second_factor.html", problem="") if step else go("/signin")


@router.post("/signin/second")
async def second_factor(request: Request) -> Response:
    """A code of the application, or a recovery code."""
    door = door_of(request)
    form = await read_visitors_form(request)
    secret = request.cookies.get(STEP_COOKIE, "")
    step = await door.steps.look(StepKind.SECOND_FACTOR, secret)
    account = await door.accounts.get(step.account_id) if step and step.account_id else None
    if account is None or account.disabled_at is not None:
        return go("/signin")
    # By account alone: here the password is known already, so no stranger can slow anybody down.
    wait = door.pace.seconds_to_wait("second", str(account.id))
    if wait > 0:
        problem = _text(request, "slow_down").format(seconds=int(wait) + 1)
        return show(request, "second_factor.html", code=status.HTTP_429_TOO_MANY_REQUESTS, problem=problem)
    door.pace.wrong("second", str(account.id))
    how = await _proven_by(door, account, form.get("code", ""))
    if how is None:
        await door.audit.record("sign_in_refused", account.id, about="second factor")
        problem = _text(request, "wrong_code")
        return show(request, "second_factor.html", code=status.HTTP_403_FORBIDDEN, problem=problem)
    door.pace.right("second", str(account.id))
    await door.steps.take(StepKind.SECOND_FACTOR, secret)
    return await open_session(request, account, how)


async def _proven_by(door: Door, account: Account, code: str) -> str | None:
    totp_secret = door.credentials.totp_secret(account)
    step = totp.step_of(totp_secret, code) if totp_secret else None
    if step is not None:
        # A code that was read over a shoulder, or sent twice, opens nothing the second time.
        return "totp" if await door.credentials.use_totp_step(account.id, step) else None
    return "recovery code" if await door.credentials.use_recovery_code(account.id, code) else None


# Before "/signin/{secret}" there is "/signin/second": the order of these two matters.
@router.get("/signin/{secret}")
async def sign_in_by_link(request: Request, secret: str) -> Response:
    """Uses the operator's link up."""
    door = door_of(request)
    account_id = await door.accounts.use_link(secret, LinkPurpose.SIGN_IN)
    account = await door.accounts.get(account_id) if account_id else None
    if account is None or account.disabled_at is not None:
        return show(request, "refusal.html", code=status.HTTP_403_FORBIDDEN, number=0)
    return await open_session(request, account, "link")


@router.get("/invitation/{secret}")
async def invitation_page(request: Request, secret: str) -> Response:
    """Looking at an invitation does not use it up: mail scanners look at every link."""
    account = await door_of(request).accounts.account_of_link(secret, LinkPurpose.INVITATION)
    if account is None:
        return show(request, "refusal.html", code=status.HTTP_403_FORBIDDEN, number=0)
    return show(request, "invitation.html", invited=account, problem="")


@router.post("/invitation/{secret}")
async def accept_invitation(request: Request, secret: str) -> Response:
    """Sets the password, and uses the invitation up."""
    door = door_of(request)
    form = await read_visitors_form(request)
    account = await door.accounts.account_of_link(secret, LinkPurpose.INVITATION)
    if account is None:
        return show(request, "refusal.html", code=status.HTTP_403_FORBIDDEN, number=0)
    password = form.get("password", "")
    fault = fault_of(password, [account.name, account.login or ""])
    if fault is None and password != form.get("again", ""):
        fault = "passwords_differ"
    if fault is not None:
        problem = _text(request, fault)
        return show(
            request,
            "invitation.html",
            code=status.HTTP_422_UNPROCESSABLE_CONTENT,
            invited=account,
            problem=problem,
        )
    password_hash = await door.passwords.hash(password)
    if await door.accounts.use_link(secret, LinkPurpose.INVITATION) is None:
        return show(request, "refusal.html", code=status.HTTP_403_FORBIDDEN, number=0)
    await door.accounts.change(account.id, password_hash=password_hash)
    return await open_session(request, account, "invitation", complete=False)


@router.post("/api/sign-out")
async def sign_out(request: Request, account: SettingUp) -> Response:
    """For the console's script."""
    answer = Response(status_code=status.HTTP_204_NO_CONTENT, headers=HEADERS)
    return await _signed_out(request, account, answer)


@router.post("/sign-out")
async def sign_out_from_a_page(request: Request, account: SettingUp) -> Response:
    return await _signed_out(request, account, go("/signin"))


async def _signed_out(request: Request, account: Account, answer: Response) -> Response:
    door = door_of(request)
    await door.sessions.end(request.cookies.get(COOKIE, ""))
    await door.audit.record("sign_out", account.id)
    answer.delete_cookie(COOKIE)
    return answer


def _text(request: Request, key: str) -> str:
    return texts_of(request, "account")[key]
