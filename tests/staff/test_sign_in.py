"""Signing in, over HTTP: what works, and everything that must not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pyotp
import pytest

from handoff.records.accounts import Accounts, LinkPurpose
from handoff.records.tables import Role
from handoff.staff import totp
from tests.staff.conftest import CHROME, FIREFOX, PASSWORD, StaffDoor
from tests.staff.identity_provider import IdentityProvider

OURS = {"X-Requested-With": "repere-console"}


async def token_of(browser: httpx.AsyncClient, page: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', (await browser.get(page)).text)
    assert found, page
    return found.group(1)


async def send(
    browser: httpx.AsyncClient, path: str, page: str | None = None, **fields: str
) -> httpx.Response:
    """Fills in the form of a page and sends it."""
    return await browser.post(path, data={"form_token": await token_of(browser, page or path), **fields})


async def password(browser: httpx.AsyncClient, word: str = PASSWORD) -> httpx.Response:
    return await send(browser, "/signin", login="sam@exemple.fr", password=word)


async def with_totp(staff_door: StaffDoor) -> str:
    """Sam has a password and an application. Returns the application's secret."""
    account = await staff_door.with_password()
    secret = totp.new_secret()
    await staff_door.door.credentials.keep_totp(account.id, secret, 0)
    return secret


# -- invitation --------------------------------------------------------------------------


async def test_an_invitation_leads_to_a_password_then_a_second_factor(staff_door: StaffDoor) -> None:
    account = await staff_door.invited(Role.COUNSELLOR, Role.ADMINISTRATOR)
    link = (
        f"/invitation/{await staff_door.door.accounts.new_sign_in_link(account.id, LinkPurpose.INVITATION)}"
    )
    async with staff_door.browser() as browser:
        for weak in ("court", "motdepasse123", "sam@exemple.fr"):
            refused = await send(browser, link, password=weak, again=weak)
            assert refused.status_code == 422
        differ = await send(browser, link, password=PASSWORD, again=PASSWORD + "x")
        assert differ.status_code == 422
        done = await send(browser, link, password=PASSWORD, again=PASSWORD)
        assert done.headers["location"] == "/account"
        # A password alone opens nothing but one's own account.
        assert (await browser.get("/accounts")).status_code == httpx.codes.UNAUTHORIZED
        page = (await send(browser, "/account/totp", "/account")).text
        shown = re.search(r'totp-secret">([A-Z2-7 ]+)<', page)
        assert shown
        secret = shown.group(1).replace(" ", "")
        token = await token_of(browser, "/account")
        wrong = await browser.post("/account/totp/confirm", data={"form_token": token, "code": "12"})
        assert wrong.status_code == httpx.codes.FORBIDDEN
        code = pyotp.TOTP(secret).now()
        right = await browser.post("/account/totp/confirm", data={"form_token": token, "code": code})
        assert len(re.findall(r"<code>[a-z2-9-]{14}</code>", right.text)) == 10
        assert (await browser.get("/accounts")).status_code == httpx.codes.OK
    async with staff_door.browser() as other:
        assert (await other.get(link)).status_code == httpx.codes.FORBIDDEN  # it served


async def test_an_expired_invitation_is_refused_in_plain_words(staff_door: StaffDoor) -> None:
    account = await staff_door.invited()
    door = staff_door.door
    late = Accounts(door.accounts._sessions, timedelta(hours=1), timedelta(seconds=-1))
    secret = await late.new_sign_in_link(account.id, LinkPurpose.INVITATION)
    async with staff_door.browser() as browser:
        answer = await browser.get(f"/invitation/{secret}")
        assert answer.status_code == httpx.codes.FORBIDDEN
        assert "trop ancien" in answer.text


# -- two factors -------------------------------------------------------------------------


async def test_password_then_code_and_a_replayed_code_is_refused(staff_door: StaffDoor) -> None:
    secret = await with_totp(staff_door)
    code = pyotp.TOTP(secret).now()
    async with staff_door.browser() as browser:
        assert (await password(browser)).headers["location"] == "/signin/second"
        assert (await browser.get("/account")).status_code == httpx.codes.UNAUTHORIZED
        done = await send(browser, "/signin/second", code=code)
        assert done.headers["location"] == "/console"
    async with staff_door.browser() as thief:
        await password(thief)
        replayed = await send(thief, "/signin/second", code=code)
        assert replayed.status_code == httpx.codes.FORBIDDEN
        assert (await thief.get("/account")).status_code == httpx.codes.UNAUTHORIZED


async def test_a_recovery_code_opens_once(staff_door: StaffDoor) -> None:
    await with_totp(staff_door)
    account = await staff_door.door.accounts.by_login("sam@exemple.fr")
    assert account
    (first, *_) = await staff_door.door.credentials.new_recovery_codes(account.id)
    for expected in (httpx.codes.SEE_OTHER, httpx.codes.FORBIDDEN):
        async with staff_door.browser() as browser:
            await password(browser)
            assert (await send(browser, "/signin/second", code=first)).status_code == expected


async def test_the_second_step_cannot_be_reached_without_the_first(staff_door: StaffDoor) -> None:
    secret = await with_totp(staff_door)
    async with staff_door.browser() as browser:
        token = await token_of(browser, "/signin")
        code = pyotp.TOTP(secret).now()
        answer = await browser.post("/signin/second", data={"form_token": token, "code": code})
        assert answer.headers["location"] == "/signin"
        assert "repere_staff" not in browser.cookies


async def test_who_knew_the_password_before_cannot_replace_the_second_factor(staff_door: StaffDoor) -> None:
    account = await staff_door.with_password()
    async with staff_door.browser() as owner, staff_door.browser(FIREFOX) as thief:
        for browser in (thief, owner):
            assert (await password(browser)).headers["location"] == "/account"
        (theirs, token) = await new_totp(thief)
        (secret, form) = await new_totp(owner)
        done = await confirm(owner, form, secret)
        assert done.status_code == httpx.codes.OK
        # The owner has a second factor now: a password proves nothing any more, however early it was given.
        assert (await confirm(thief, token, theirs)).status_code == httpx.codes.UNAUTHORIZED
        for path in ("/account/totp", "/account/password", "/api/passkeys/options", "/api/passkeys"):
            answer = await thief.post(path, headers=OURS, json={})
            assert answer.status_code == httpx.codes.UNAUTHORIZED, path
        assert (await thief.get("/account")).status_code == httpx.codes.UNAUTHORIZED
        assert (await owner.get("/account")).status_code == httpx.codes.OK
        kept = await staff_door.door.accounts.get(account.id)
        assert kept
        assert staff_door.door.credentials.totp_secret(kept) == secret
        assert await staff_door.door.sessions.count(account.id) == 1


async def test_a_session_with_a_password_only_ends_when_a_second_factor_appears(
    staff_door: StaffDoor,
) -> None:
    """Also when the factor came by another way than a page of ours: the look at each request decides."""
    account = await staff_door.with_password()
    async with staff_door.browser() as browser:
        await password(browser)
        assert (await browser.get("/account")).status_code == httpx.codes.OK
        await staff_door.door.credentials.keep_totp(account.id, totp.new_secret(), 0)
        assert (await browser.get("/account")).status_code == httpx.codes.UNAUTHORIZED
        assert await staff_door.door.sessions.count(account.id) == 0


async def new_totp(browser: httpx.AsyncClient) -> tuple[str, str]:
    """Starts to set an application up: its secret, and the form's token."""
    page = (await send(browser, "/account/totp", "/account")).text
    shown = re.search(r'totp-secret">([A-Z2-7 ]+)<', page)
    assert shown
    return shown.group(1).replace(" ", ""), await token_of(browser, "/account")


async def confirm(browser: httpx.AsyncClient, token: str, secret: str) -> httpx.Response:
    code = pyotp.TOTP(secret).now()
    return await browser.post("/account/totp/confirm", data={"form_token": token, "code": code})


async def test_who_has_an_account_cannot_be_told(staff_door: StaffDoor) -> None:
    await staff_door.with_password()
    async with staff_door.browser() as browser:
        wrong = await password(browser, "faux")
        nobody = await send(browser, "/signin", login="personne@exemple.fr", password="faux")
    assert wrong.status_code == nobody.status_code == httpx.codes.FORBIDDEN
    problem = re.compile(r'data-testid="problem">([^<]*)<')
    assert problem.findall(wrong.text) == problem.findall(nobody.text)


async def test_guessing_is_slowed_down_and_locks_nobody_out(staff_door: StaffDoor) -> None:
    account = await staff_door.with_password()
    link = await staff_door.door.accounts.new_sign_in_link(account.id)
    async with staff_door.browser() as known:
        await known.get(f"/signin/{link}")
        await known.post("/sign-out", headers=OURS)
        await _guess(staff_door)
        # From the same address, a browser that the account knows is let in; with another's mark it is not.
        assert (await password(known)).status_code == httpx.codes.SEE_OTHER
        other = await staff_door.invited(login="zoé@exemple.fr")
        known.cookies.clear()
        forged = staff_door.door.seal.close(f"known browser of account {other.id}".encode()).decode()
        for mark in (forged, "invente"):
            known.cookies.set("repere_known", mark, path="/signin")
            assert (await password(known)).status_code == httpx.codes.TOO_MANY_REQUESTS


async def _guess(staff_door: StaffDoor) -> None:
    async with staff_door.browser() as guesser:
        answers = [(await password(guesser, f"faux {number}")) for number in range(6)]
        assert answers[-1].status_code == httpx.codes.TOO_MANY_REQUESTS
        assert "n&#39;est pas bloqué" in answers[-1].text
    # The same account, from elsewhere, as ever.
    assert staff_door.door.pace.seconds_to_wait("192.0.2.7", "sam@exemple.fr") == 0


# -- sessions ----------------------------------------------------------------------------


async def test_a_stolen_cookie_is_refused_in_another_browser_and_ends_the_session(
    staff_door: StaffDoor,
) -> None:
    async with (
        staff_door.signed_in(Role.COUNSELLOR, user_agent=CHROME) as victim,
        staff_door.browser(FIREFOX) as thief,
    ):
        thief.cookies.set("repere_staff", victim.cookies["repere_staff"])
        assert (await thief.get("/account")).status_code == httpx.codes.UNAUTHORIZED
        assert (await victim.get("/account")).status_code == httpx.codes.UNAUTHORIZED


async def test_sign_out_everywhere(staff_door: StaffDoor) -> None:
    async with staff_door.signed_in(Role.COUNSELLOR) as here, staff_door.browser() as there:
        account = await staff_door.door.accounts.by_login("counsellor@exemple.fr")
        assert account
        link = await staff_door.door.accounts.new_sign_in_link(account.id)
        await there.get(f"/signin/{link}")
        await send(here, "/account/sign-out-everywhere", "/account")
        assert (await here.get("/account")).status_code == httpx.codes.UNAUTHORIZED
        assert (await there.get("/account")).status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize("path", ["/accounts", "/account/sign-out-everywhere", "/account/recovery-codes"])
async def test_a_forged_form_does_nothing(staff_door: StaffDoor, path: str) -> None:
    async with staff_door.signed_in(*Role) as browser:
        before = len(await staff_door.door.accounts.all())
        fields = {"name": "Pirate", "login": "p@exemple.fr", "roles": "administrator"}
        for token in ({}, {"form_token": "0" * 64}, {"form_token": ""}):
            answer = await browser.post(path, data=fields | token)
            assert answer.status_code == httpx.codes.FORBIDDEN
        assert len(await staff_door.door.accounts.all()) == before
        assert (await browser.get("/account")).status_code == httpx.codes.OK
    async with staff_door.browser() as visitor:
        answer = await visitor.post("/signin", data={"login": "sam@exemple.fr", "password": PASSWORD})
        assert answer.status_code == httpx.codes.FORBIDDEN


# -- roles -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.SUPERVISOR, Role.CONTENT_LEAD])
async def test_what_is_forbidden_and_what_does_not_exist_answer_alike(
    staff_door: StaffDoor, role: Role
) -> None:
    async with staff_door.signed_in(role) as browser:
        forbidden, missing = await browser.get("/accounts"), await browser.get("/inexistant")
        assert forbidden.status_code == httpx.codes.NOT_FOUND
        assert missing.status_code == httpx.codes.NOT_FOUND
        change = await browser.post("/accounts/1/roles", headers=OURS, data={"roles": "administrator"})
        assert change.status_code == httpx.codes.NOT_FOUND


async def test_an_administrator_invites_changes_and_switches_off(staff_door: StaffDoor) -> None:
    async with staff_door.signed_in(Role.ADMINISTRATOR) as admin:
        name = "<script>alert(1)</script>"
        page = await send(admin, "/accounts", name=name, login="Zoé@Exemple.fr", roles="counsellor")
        assert name not in page.text
        assert "&lt;script&gt;" in page.text
        link = re.search(r"/invitation/([\w-]+)", page.text)
        assert link
        again = await send(admin, "/accounts", name="Z", login="zoé@exemple.fr", roles="counsellor")
        assert again.status_code == httpx.codes.CONFLICT
        invited = await staff_door.door.accounts.by_login("zoé@exemple.fr")
        assert invited
        here = f"/accounts/{invited.id}"
        await send(admin, f"{here}/roles", "/accounts", roles="supervisor")
        cookie = await staff_door.door.sessions.open(invited.id)
        account = await staff_door.door.sessions.account_of(cookie)
        assert account
        assert account.roles == {Role.SUPERVISOR}
        await send(admin, f"{here}/switch-off", "/accounts")
        assert await staff_door.door.sessions.account_of(cookie) is None
        me = await staff_door.door.accounts.by_login("administrator@exemple.fr")
        assert me
        alone = await send(admin, f"/accounts/{me.id}/switch-off", "/accounts")
        assert alone.status_code == httpx.codes.CONFLICT
        missing = await send(admin, "/accounts/99999/switch-off", "/accounts")
        assert missing.status_code == httpx.codes.NOT_FOUND
        trail = (await admin.get("/audit")).text
        for action in ("account_invited", "roles_changed", "account_switched_off"):
            assert action in trail
    assert (await staff_door.door.audit.check()).problem is None


async def test_a_new_password_needs_the_old_one_and_ends_other_sessions(staff_door: StaffDoor) -> None:
    account = await staff_door.with_password()
    async with staff_door.browser() as browser:
        link = await staff_door.door.accounts.new_sign_in_link(account.id)
        await browser.get(f"/signin/{link}")
        other = await staff_door.door.sessions.open(account.id)
        new = "tramway violet onze fougères"
        fields = {"password": new, "again": new}
        wrong = await send(browser, "/account/password", "/account", current="faux", **fields)
        assert wrong.status_code == httpx.codes.FORBIDDEN
        right = await send(browser, "/account/password", "/account", current=PASSWORD, **fields)
        assert right.status_code == httpx.codes.SEE_OTHER
        assert (await browser.get("/account")).status_code == httpx.codes.OK
    assert await staff_door.door.sessions.account_of(other) is None


# -- the organisation's identity provider ------------------------------------------------


async def through_provider(browser: httpx.AsyncClient) -> httpx.Response:
    return await browser.get("/oidc/start", follow_redirects=True)


async def test_an_invited_person_signs_in_through_their_organisation(
    staff_door: StaffDoor, provider: IdentityProvider
) -> None:
    account = await staff_door.invited()
    provider.honest()
    async with staff_door.browser() as browser:
        start = await browser.get("/oidc/start")
        came_back = await browser.get((await browser.get(start.headers["location"])).headers["location"])
        assert came_back.headers["location"] == "/console"
        assert (await browser.get("/account")).status_code == httpx.codes.OK
    # Next time it is the person that counts, not the address.
    provider.honest(email="sam@ailleurs.example")
    async with staff_door.browser() as browser:
        await through_provider(browser)
        assert (await browser.get("/account")).status_code == httpx.codes.OK
    await staff_door.door.accounts.change(account.id, disabled_at=datetime.now(UTC))
    async with staff_door.browser() as browser:
        await through_provider(browser)
        assert (await browser.get("/account")).status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize(
    ("person", "lies", "forged"),
    [
        ({"email": "inconnu@exemple.fr"}, {}, False),
        ({"email_verified": False}, {}, False),
        ({"email_verified": "true"}, {}, False),
        ({}, {"nonce": "autre"}, False),
        ({}, {"aud": "autre"}, False),
        ({}, {"iss": "https://ailleurs.example"}, False),
        ({}, {"exp": 1}, False),
        ({}, {}, True),
    ],
)
async def test_a_provider_answer_that_proves_nobody_is_refused(
    staff_door: StaffDoor,
    provider: IdentityProvider,
    person: dict[str, object],
    lies: dict[str, object],
    forged: bool,
) -> None:
    await staff_door.invited()
    provider.honest(**person)
    provider.lies, provider.forged = lies, forged
    async with staff_door.browser() as browser:
        answer = await through_provider(browser)
        assert answer.status_code == httpx.codes.FORBIDDEN
        assert (await browser.get("/account")).status_code == httpx.codes.UNAUTHORIZED


async def test_an_answer_to_somebody_elses_question_is_refused(
    staff_door: StaffDoor, provider: IdentityProvider
) -> None:
    await staff_door.invited()
    provider.honest()
    async with staff_door.browser() as thief, staff_door.browser() as victim:
        start = await thief.get("/oidc/start")
        callback = (await thief.get(start.headers["location"])).headers["location"]
        assert (await victim.get(callback)).status_code == httpx.codes.FORBIDDEN
        await victim.get("/oidc/start")
        assert (await victim.get(callback)).status_code == httpx.codes.FORBIDDEN
