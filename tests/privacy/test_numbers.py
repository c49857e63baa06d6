"""Numbers with a check, and numbers that must stay."""

from __future__ import annotations

import pytest

from handoff.place_names.number_words import digits_of
from handoff.privacy.recognisers.bank_account import has_valid_check
from handoff.privacy.recognisers.bank_card import has_valid_luhn
from handoff.privacy.recognisers.fr_social_security_number import has_valid_key
from handoff.privacy.stripper import Stripper


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("zero six douze", "0612"),
        ("soixante dix sept", "77"),
        ("quatre vingt dix neuf", "99"),
        ("quatre vingt un", "81"),
        ("vingt et un", "21"),
        ("soixante et onze", "71"),
        ("06 douze 34", "061234"),
        ("nonante deux", "92"),
        ("dix sept dix huit", "1718"),
    ],
)
def test_a_number_said_aloud_is_read(words: str, digits: str) -> None:
    assert digits_of(words.split()) == digits


def test_checks_tell_a_right_number_from_a_mistyped_one() -> None:
    assert has_valid_key("255081416802538") and not has_valid_key("255081416802539")
    body = "108122a004123"
    key = 97 - int("1081219004123") % 97
    assert has_valid_key(f"{body}{key:02d}") and not has_valid_key(f"{body}{key % 97 + 1:02d}")
    assert has_valid_check("FR76 3000 6000 0112 3456 7890 189")
    assert not has_valid_check("FR76 3000 6000 0112 3456 7890 188")
    assert has_valid_luhn("5500-0000-0000-0004") and not has_valid_luhn("5500-0000-0000-0005")


@pytest.mark.parametrize(
    "text",
    [
        "15", "17", "18", "112", "114", "115", "119", "3018", "3114", "116 000", "116 006", "3919",
        "0 800 05 95 95", "0800 235 236", "0 805 802 804", "09 72 39 40 50",
        "119 3018 3919", "appelle le 119 ou le 3018 au 15 17 18",
    ],
)  # fmt: skip
def test_helplines_stay_readable(text: str, stripper: Stripper) -> None:
    assert stripper.strip(f"appelle le {text} vite").removed == ()


@pytest.mark.parametrize(
    "separator", ["", " ", ".", "-", "/", ",", "  ", " . ", "\n", "🙂", "_", "\u200b", "\u00a0"]
)
@pytest.mark.parametrize("group", [1, 2, 3, 5])
def test_no_spacing_lets_a_phone_number_through(separator: str, group: int, stripper: Stripper) -> None:
    digits = "0612345678"
    number = separator.join(digits[start : start + group] for start in range(0, 10, group))
    value = stripper.strip(f"mon num {number} voilà").value
    assert not any(character.isdigit() for character in value)
