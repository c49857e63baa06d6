"""Server-rendered pages of the staff app: their headers, their menu, and what a refusal looks like."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request, status
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from starlette.exceptions import HTTPException

from handoff.records.tables import Account
from handoff.staff.access import COOKIE, Permission, allows
from handoff.staff.door import door_of
from handoff.staff.forms import VISIT_COOKIE, form_token, new_visit
from handoff.staff.language import language_of, remember_language, texts_of

templates = Jinja2Templates(Path(__file__).parent / "templates")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

# What the menu of a page offers, to whoever may: address, label (texts of "account"), permission.
MENU = (
    ("/console", "menu_console", Permission.USE_CONSOLE),
    ("/supervision/figures", "menu_figures", Permission.SEE_FIGURES),
    ("/danger", "menu_danger", Permission.REPORT_DANGER),
    ("/resources", "menu_directory", Permission.KEEP_DIRECTORY),
    ("/accounts", "menu_accounts", Permission.MANAGE_ACCOUNTS),
    ("/studio", "menu_studio", Permission.WRITE_CARDS),
    ("/audit", "menu_audit", Permission.READ_AUDIT),
)

# Where somebody works all day: they arrive there after signing in.
HOMES = frozenset({Permission.USE_CONSOLE, Permission.WRITE_CARDS})


def menu_of(request: Request, account: Account) -> list[tuple[str, str]]:
    """The pages that an account may open: (address, label)."""
    texts = texts_of(request, "account")
    return [
        *((address, texts[label]) for address, label, permission in MENU if allows(account, permission)),
        ("/account", texts["menu_account"]),
    ]


def home_of(account: Account) -> str:
    """Where somebody arrives after signing in."""
    for address, _, permission in MENU:
        if permission in HOMES and allows(account, permission):
            return address
    return "/account"


def show(
    request: Request,
    template: str,
    account: Account | None = None,
    *,
    code: int = status.HTTP_200_OK,
    **context: object,
) -> Response:
    """Renders a page. ``texts`` are those of "account" unless ``context`` brings its own."""
    visit = request.cookies.get(COOKIE) if account else request.cookies.get(VISIT_COOKIE)
    new = None if visit else new_visit()
    filled = {
        "texts": texts_of(request, "account"),
        "language": language_of(request),
        "account": account,
        "menu": menu_of(request, account) if account else [],
        "form_token": form_token(visit or new or ""),
        **context,
    }
    answer = templates.TemplateResponse(request, template, filled, code, headers=HEADERS)
    remember_language(request, answer)
    if new is not None:
        secure = door_of(request).secure_cookie
        answer.set_cookie(VISIT_COOKIE, new, httponly=True, secure=secure, samesite="strict")
    return answer


def go(address: str) -> Response:
    """On to another page, after a form."""
    return RedirectResponse(address, status.HTTP_303_SEE_OTHER, headers=HEADERS)


async def show_refusal(request: Request, error: Exception) -> Response:
    """A refusal as a page for a page, as JSON for the console's scripts."""
    assert isinstance(error, HTTPException)
    path: str = request.scope["path"]
    if path.removeprefix(request.scope.get("root_path", "")).startswith("/api/"):
        return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)
    if error.status_code == status.HTTP_401_UNAUTHORIZED:
        return show_sign_in(request, code=error.status_code)
    return show(request, "refusal.html", code=error.status_code, number=error.status_code)


def show_sign_in(
    request: Request, *, code: int = status.HTTP_200_OK, problem: str = "", login: str = ""
) -> Response:
    """The sign-in page."""
    oidc = door_of(request).oidc
    return show(
        request,
        "signin.html",
        code=code,
        problem=problem,
        login=login,
        oidc_name=oidc.name if oidc else None,
    )
