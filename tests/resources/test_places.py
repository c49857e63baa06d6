"""Places as they are typed in a search box."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.resources.places import Places, is_here, slug


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
        ("evry", ["91"]),
        ("boulogne", ["92", "62"]),
        ("clermont", ["63", "60"]),
        ("aix", ["13"]),
        ("corbeil", ["91"]),
        ("charleville", ["08"]),
        ("neuf trois", ["93"]),
        ("le neuf trois", ["93"]),
        ("reunion", ["974"]),
        ("à nice", ["06"]),
        ("06 nice", ["06"]),
        ("nice 06", ["06"]),
        ("marseile", ["13"]),
        ("paname", ["75"]),
        ("finistaire", ["29"]),
        ("roubai", ["59"]),
        ("au havre", ["76"]),
        ("j'habite à lyon", ["69"]),
        ("dans le nord", ["59"]),
        ("en bretagne", ["22", "29", "35", "56"]),
        ("region paca", ["04", "05", "06", "13", "83", "84"]),
        ("idf", ["75", "77", "78", "91", "92", "93", "94", "95"]),
        ("vienne", ["86", "38"]),
        ("69000", ["69"]),
        ("Rhône (69)", ["69"]),
        ("99999", []),
        ("près de chez moi", []),
        ("chez moi", []),
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


@pytest.mark.parametrize(
    ("typed", "commune", "departement"),
    [
        ("evry", "Évry-Courcouronnes", "91"),
        ("aix", "Aix-en-Provence", "13"),
        ("charleville", "Charleville-Mézières", "08"),
        ("villeurb", "Villeurbanne", "69"),
        ("marseile", "Marseille", "13"),
        ("69100", "Villeurbanne", "69"),
        ("59140", "Dunkerque", "59"),
        ("91000", "Évry-Courcouronnes", "91"),
        ("97400", "Saint-Denis", "974"),
    ],
)
def test_a_town_or_a_postcode_is_somewhere_to_search_near(
    places: Places, typed: str, commune: str, departement: str
) -> None:
    (found,) = places.find(typed)
    assert (found.commune, found.departement) == (commune, departement)
    assert found.position is not None and found.position == places.position_of(commune, departement)


@pytest.mark.parametrize(
    ("commune", "departement", "near"),
    [
        ("Dunkerque", "59", (51.0, 2.4)),
        ("Cherbourg-en-Cotentin", "50", (49.6, -1.6)),
        ("Évry-Courcouronnes", "91", (48.6, 2.4)),
        ("Saint-Ouen-sur-Seine", "93", (48.9, 2.3)),
        ("Nouméa", "988", (-22.3, 166.4)),
    ],
)
def test_towns_of_another_name_elsewhere_are_known(
    places: Places, commune: str, departement: str, near: tuple[float, float]
) -> None:
    latitude, longitude = places.position_of(commune, departement) or (0, 0)
    assert (round(latitude, 1), round(longitude, 1)) == near


def test_a_town_of_another_town_s_name_has_no_borrowed_position(places: Places) -> None:
    # Hesdin's, Lorry-Mardigny's and Saint-Laurent-d'Oingt's were near in name only.
    for commune, departement in (("Hesdin-l'Abbé", "62"), ("Lorry-lès-Metz", "57")):
        assert places.position_of(commune, departement) is None


def test_most_towns_know_where_they_are(places: Places) -> None:
    every = {place for typed in places.postcodes for place in places.find(typed)}
    assert sum(each.position is not None for each in every) > 0.85 * len(every)


@pytest.mark.parametrize("typed", ["près de chez moi", "Autour de moi", "chez moi", "ici"])
def test_near_me_is_understood(typed: str) -> None:
    assert is_here(typed) and not is_here(f"{typed} paris")


def test_towns_know_where_they_are(places: Places) -> None:
    latitude, longitude = places.position_of("Brest", "29") or (0, 0)
    assert (round(latitude, 1), round(longitude, 1)) == (48.4, -4.5)


@given(typed=st.text(max_size=100))
def test_any_text_is_a_place_or_is_not(places: Places, typed: str) -> None:
    assert all(each.departement in places.departements for each in places.find(typed))


def test_names_in_addresses() -> None:
    assert slug("Provence-Alpes-Côte d'Azur") == "provence-alpes-cote-d-azur"
