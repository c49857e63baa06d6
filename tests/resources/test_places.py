"""Places as they are typed in a search box."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.resources.places import Places, slug


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("le 9-3", ["93"]),
        ("93", ["93"]),
        ("dans le 2a", ["2A"]),
        ("1", ["01"]),
        ("974", ["974"]),
        ("69100", ["69"]),
        ("20000", ["2A"]),
        ("villeurbanne", ["69"]),
        ("marseille 3e", ["13"]),
        ("Paris 18ème arrondissement", ["75"]),
        ("St Étienne", ["42"]),
        ("Val d'Oise", ["95"]),
        ("la réunion", ["974"]),
        ("Saint-Denis 93", ["93"]),
        ("97400 saint denis", ["974"]),
        ("bretagne", ["22", "29", "35", "56"]),
        ("villeurb", ["69"]),
        ("xyzzy", []),
        ("", []),
    ],
)
def test_what_is_typed_is_found(places: Places, typed: str, codes: list[str]) -> None:
    assert [each.departement for each in places.find(typed)] == codes


@pytest.mark.parametrize("typed", ["saint denis", "st ouen"])
def test_towns_of_one_name_are_told_apart(places: Places, typed: str) -> None:
    found = places.find(typed)
    assert len(found) > 1
    assert "93" in [each.departement for each in found]
    assert len({each.label for each in found}) == len(found)


def test_every_departement_is_found_by_its_code_and_its_name(places: Places) -> None:
    for code, departement in places.departements.items():
        assert code in [each.departement for each in places.find(code)]
        assert code in [each.departement for each in places.find(departement.name)]


def test_towns_know_where_they_are(places: Places) -> None:
    latitude, longitude = places.position_of("Brest", "29") or (0, 0)
    assert (round(latitude, 1), round(longitude, 1)) == (48.4, -4.5)


@given(typed=st.text(max_size=100))
def test_any_text_is_a_place_or_is_not(places: Places, typed: str) -> None:
    assert all(each.departement in places.departements for each in places.find(typed))


def test_names_in_addresses() -> None:
    assert slug("Provence-Alpes-Côte d'Azur") == "provence-alpes-cote-d-azur"
