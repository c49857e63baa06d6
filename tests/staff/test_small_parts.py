"""Codes that follow a clock, delays, roles: the small parts of the door."""

from __future__ import annotations

import pyotp
import pytest

from handoff.records.tables import Account, Role
from handoff.staff import totp
from handoff.staff.access import PERMISSIONS, Permission, allows
from handoff.staff.passwords import Passwords, fault_of
from handoff.staff.sign_in_pace import LONGEST_DELAY_SECONDS, SignInPace

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("seconds_off", "right"), [(0, True), (-30, True), (30, True), (-90, False), (3600, False)]
)
def test_a_code_is_right_near_its_time_only(seconds_off: int, right: bool) -> None:
    now = 1_800_000_000
    code = pyotp.TOTP(SECRET).at(now + seconds_off)
    assert (totp.step_of(SECRET, f" {code[:3]} {code[3:]} ", now) is not None) is right


@pytest.mark.parametrize("code", ["", "abcdef", "１２３４５６", "0" * 300, "12345"])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert totp.step_of(SECRET, code, 1_800_000_000) is None


def test_the_delay_grows_for_the_source_that_guesses_and_for_it_alone() -> None:
    moment = 1000.0
    pace = SignInPace(lambda: moment)
    waits = []
    for _ in range(14):
        waits.append(pace.seconds_to_wait("192.0.2.1", "sam"))
        pace.wrong("192.0.2.1", "sam")
    assert waits[:4] == [0, 0, 0, 0]
    assert waits[4:7] == [1, 2, 4]
    assert max(waits) == LONGEST_DELAY_SECONDS
    assert pace.seconds_to_wait("192.0.2.2", "sam") == 0
    assert pace.seconds_to_wait("192.0.2.1", "zoé") == 0
    pace.right("192.0.2.1", "sam")
    assert pace.seconds_to_wait("192.0.2.1", "sam") == 0


def test_one_network_is_one_source() -> None:
    pace = SignInPace(lambda: 1.0)
    for number in range(8):
        pace.wrong(f"2001:db8::{number}", "sam")
    assert pace.seconds_to_wait("2001:db8::ffff", "sam") > 0
    assert pace.seconds_to_wait("2001:db8:1::1", "sam") == 0


def test_every_role_is_in_the_table_and_every_permission_is_somebodys() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert set().union(*PERMISSIONS.values()) == set(Permission)


def test_who_reads_conversations_does_not_manage_accounts() -> None:
    lead = Account(roles=frozenset({Role.CONTENT_LEAD}))
    administrator = Account(roles=frozenset({Role.ADMINISTRATOR}))
    counsellor = Account(roles=frozenset({Role.COUNSELLOR}))
    assert not allows(lead, Permission.ANSWER)
    assert not allows(administrator, Permission.ANSWER)
    assert not allows(administrator, Permission.SUPERVISE)
    assert not allows(counsellor, Permission.MANAGE_ACCOUNTS)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("court", "password_too_short"),
        ("x" * 201, "password_too_long"),
        ("azertyuiop12", "password_too_easy"),
        ("camille@exemple.fr", "password_too_easy"),
        ("marsouin grenier sept nuage", None),
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password: str, fault: str | None) -> None:
    assert fault_of(password, ["Camille", "camille@exemple.fr"]) == fault


async def test_a_password_is_right_however_its_accents_were_typed() -> None:
    passwords = Passwords()
    kept = await passwords.hash("fougère violette")
    assert kept.startswith("$argon2id$")
    assert await passwords.is_right(kept, "fouge\u0300re violette")
    assert not await passwords.is_right(kept, "fougere violette")
    assert not await passwords.is_right(None, "nobody has this password")
