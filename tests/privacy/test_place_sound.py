"""Towns spelled by ear, and words that only look like it."""

from __future__ import annotations

import pytest

from handoff.place_names.guessed_town import GuessedTowns
from handoff.place_names.place_table import PlaceTable
from handoff.privacy.stripper import Stripper


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("jsui a mulouze chez un mec jpeu pas sortir", "[LIEU: Haut-Rhin (68)]"),
        ("on habite a anienne depuis un an c nul", None),
        ("je vien de bordo et jconé personne ici", "[LIEU: Gironde (33)]"),
        ("il memmene a versaye ce soir", "[LIEU: Yvelines (78)]"),
        ("g peur de parlé a mon pere", None),
        ("il a di a tou le monde", None),
        ("i have a stain on my dress and i'm scared", None),
    ],
)
def test_a_town_is_heard_where_a_place_stands(stripper: Stripper, text: str, place: str | None) -> None:
    stripped = stripper.strip(text).value
    # Without a département: something like a place may be hidden, but no help is looked for there.
    assert (place in stripped) if place else ("[LIEU:" not in stripped)


@pytest.fixture(scope="module")
def guessed() -> GuessedTowns:
    return GuessedTowns(PlaceTable.load().communes())


@pytest.mark.parametrize(
    ("words", "departement"),
    [
        ("kimper", "29"),  # by its sound
        ("shartre", "28"),
        ("aixenprovence", "13"),  # glued
        ("stmalo", "35"),
        ("montpel", "34"),  # its beginning
        ("charleville", "08"),  # not the village of that name
        ("montelimmare", "26"),  # nearly
        ("mulous", None),  # too short to be sure
        ("bdx", "33"),  # as they call it
        ("saint et tienne", "42"),
        ("lisieux", "14"),
        ("wesh", None),
        ("kdo", None),
    ],
)
def test_the_town_that_is_meant_is_guessed(
    guessed: GuessedTowns, words: str, departement: str | None
) -> None:
    town = guessed.sounding(words.split()) or guessed.alike(words.split())
    assert (town.departement if town else None) == departement
