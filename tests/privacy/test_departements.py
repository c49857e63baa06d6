"""Where help is looked for: the département stays readable and is kept aside."""

from __future__ import annotations

import pytest

from handoff.privacy.stripper import Stripper


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("jsuis dans le 93", "93"),
        ("jsuis du 13", "13"),
        ("en Seine-Saint-Denis", "93"),
        ("seine saint denis", "93"),
        ("le neuf trois", "93"),
        ("dans le 9-3", "93"),
        ("aide 974", "974"),
        ("je suis à la réunion", "974"),
        ("en guadeloupe ya quoi", "971"),
        ("jsuis mayotte", "976"),
        ("2A", "2A"),
        ("j'habite en haute-corse", "2B"),
        ("dans la Creuse", "23"),
        ("dans l'Ain", "01"),
        ("val d'oise", "95"),
        ("le 69", "69"),
        ("du 06", "06"),
        ("[LIEU: Rhône (69)]", "69"),
        ("jhabite a lyon", "69"),
        ("13013", "13"),
        ("20000 Ajaccio", "2A"),
        ("à Saint-Denis de la Réunion", "974"),
        ("97400 saint denis", "974"),
        ("neuf cinq ici ya koi", "95"),
        ("dans le soixante deux", "62"),
        ("jsui du seven seven", "77"),
        ("chui à la run", "974"),
        ("jsuis en gwada chez mon oncle", "971"),
        ("dans le finistaire y a quoi", "29"),
        ("haute garone", "31"),
        ("7-4 ici", "74"),
    ],
)
def test_help_is_looked_for_where_the_young_person_is(text: str, code: str, stripper: Stripper) -> None:
    assert stripper.strip(text).departement == code


@pytest.mark.parametrize(
    "text",
    [
        "j'ai appelé le 15", "le 17 répond pas", "du 13 au 15 mars", "le 13 mars", "il a 13 ans", "93 euros",
        "c cher", "en réunion", "réunion de parents", "un lot de photos", "je suis à bout", "à 18h", "",
        "on est le vingt trois", "le vingt trois mars", "neuf mois", "treize ans", "un deux trois soleil",
        "zero six douze trente quatre", "le 7.4", "4 5 fois", "sept sur dix",
    ],
)  # fmt: skip
def test_a_number_or_a_word_is_not_taken_for_a_place(text: str, stripper: Stripper) -> None:
    assert stripper.strip(text).departement is None


@pytest.mark.parametrize("text", ["dans le 93", "en Seine-Saint-Denis", "le neuf trois", "974", "dans l'Ain"])
def test_a_departement_stays_readable(text: str, stripper: Stripper) -> None:
    assert stripper.strip(text).value == text
