"""Which département a message is from, however the place is written; and none when no place is meant."""

from __future__ import annotations

import pytest

from handoff.privacy.stripper import Stripper


@pytest.mark.parametrize(
    ("text", "departement"),
    [
        ("jsuis a toul0use ché pa ou alé", "31"),
        ("je dors chez une pote a nanterr", "92"),
        ("reim", "51"),
        ("mt de marsan", "40"),
        ("j'hab vitrol", "13"),
        ("je suis de maurepas a rennes", "35"),
        ("chui a mess en moselle", "57"),
        ("je sui o havre", "76"),
        ("vivo en burdeos", "33"),
        ("ds les 2 sevres ya quoi", "79"),
        ("la maurienne", "73"),
        ("foyal", "972"),
    ],
)
def test_the_place_that_is_meant_is_found(stripper: Stripper, text: str, departement: str) -> None:
    assert stripper.strip(text).departement == departement


@pytest.mark.parametrize(
    "text",
    [
        "madame Beauvais m'a encore virée de cours",
        "elle m'oblige a me laver au savon de marseille",
        "il veut que je mette ma robe bordeaux samedi",
        "depuis l'opération je marche avec des cannes",
        "il m'a offert un truc pour la st valentin",
        "jsuis arrivé seul de guiné",
        "jentend rien dans mon casque",
        "il se prend pour paris hilton",
    ],
)
def test_what_only_sounds_like_a_place_is_none(stripper: Stripper, text: str) -> None:
    assert stripper.strip(text).departement is None
