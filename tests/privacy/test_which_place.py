"""A place that may be several is told as such; what replaces it in the text does not change."""

from __future__ import annotations

import pytest

from handoff.privacy.stripper import Stripper


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("saint denis", {"93", "974"}),
        ("je suis à saint denis", {"93", "974"}),
        ("jsuis a st ouen", {"93", "95", "41"}),
        ("j'habite en bretagne", {"22", "29", "35", "56"}),
        ("ya quoi en idf ?", {"75", "77", "78", "91", "92", "93", "94", "95"}),
    ],
)
def test_someone_may_be_in_several_places(stripper: Stripper, text: str, codes: set[str]) -> None:
    assert set(stripper.strip(text).departements) == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("j'habite à Saint-Denis dans le 93", "93"),
        ("97400 saint denis", "974"),
        ("marseille 3e", "13"),
        ("je suis à Lyon", "69"),
        ("le 9-3", "93"),
        ("bretagne, dans le 29", "29"),
    ],
)
def test_what_is_clear_is_not_asked_again(stripper: Stripper, text: str, code: str) -> None:
    stripped = stripper.strip(text)
    assert (stripped.departement, stripped.departements) == (code, ())
