"""What a counsellor types: their own name and private numbers are pointed at, services are not."""

from __future__ import annotations

import pytest

from handoff.privacy.outgoing import OutgoingCheck
from handoff.privacy.stripper import Stripper

DIRECTORY = ("04 72 00 00 00", "+33 1 44 00 00 00")


@pytest.fixture(scope="module")
def check(stripper: Stripper) -> OutgoingCheck:
    return OutgoingCheck(stripper, DIRECTORY)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rappelle-moi au 06 39 98 12 34", [("PHONE", "06 39 98 12 34")]),
        ("écris-moi à l.martin@example.org", [("EMAIL", "l.martin@example.org")]),
        ("ma collègue Sonia te répondra", [("PERSON", "Sonia")]),
        ("ici Maryvonne, bonsoir", [("PERSON", "Maryvonne")]),
        ("MARYVONNE te salue", [("PERSON", "MARYVONNE")]),
    ],
)
def test_what_is_personal_is_pointed_at(
    text: str, found: list[tuple[str, str]], check: OutgoingCheck
) -> None:
    assert check.find(text, "Maryvonne L.") == found


@pytest.mark.parametrize(
    "text",
    [
        "tu peux appeler le 119, le 3018 ou le 0 800 05 95 95",
        "la Maison des ados est au 12 rue de la Paix à Lyon",
        "leur numéro : 04 72 00 00 00, ou 01 44 00 00 00",
        "regarde sur www.cidj.com, ou va à la mission locale",
        "je comprends, tu as bien fait d'en parler",
    ],
)
def test_services_may_be_named(text: str, check: OutgoingCheck) -> None:
    assert check.find(text, "Maryvonne L.") == []
