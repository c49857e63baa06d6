"""Whole messages that the tagger and the rules know: nothing that identifies stays, nothing else goes."""

from __future__ import annotations

import pytest

from handoff.privacy.stripper import Stripper
from handoff.privacy.tagger.marked import read_file
from handoff.settings import PROJECT_FOLDER

MESSAGES = list(read_file(PROJECT_FOLDER / "data" / "privacy" / "known.txt"))


# The tagger is trained on each machine, and two machines need not agree on the last message.
MOST_LEFT = 4
MOST_TAKEN = 12


def test_only_what_identifies_a_young_person_is_replaced(stripper: Stripper) -> None:
    left, taken = [], []
    for message in MESSAGES:
        covered = {index for span in stripper.spans(message.text) for index in range(span.start, span.end)}
        marked = {index for mark in message.marks for index in range(mark.start, mark.end)}
        letters = {index for index, letter in enumerate(message.text) if letter.isalnum()}
        left += [message.text] if letters & marked - covered else []
        taken += [message.text] if letters & covered - marked else []
    assert len(left) <= MOST_LEFT, left
    assert len(taken) <= MOST_TAKEN, taken


def test_a_message_stripped_twice_does_not_change(stripper: Stripper) -> None:
    for message in MESSAGES:
        once = stripper.strip(message.text)
        again = stripper.strip(once.value)
        assert again.value == once.value
        assert again.removed == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("moi c inès", "moi c [PERSONNE_1]"),
        (
            "Kévin m'a frappé, kevin ment, Kev aussi",
            "[PERSONNE_1] m'a frappé, [PERSONNE_1] ment, [PERSONNE_1] aussi",
        ),
        ("aminata et Yanis", "[PERSONNE_1] et [PERSONNE_2]"),
        ("mon num 06 12 34 56 78", "mon num [TÉLÉPHONE]"),
        ("jhabite a saint chamond 42400", "jhabite a [LIEU: Loire (42)]"),
        ("le collège Jean Moulin", "le [ÉTABLISSEMENT]"),
        ("écris à lea@example.org", "écris à [E-MAIL]"),
        ("[PERSONNE_1] et Yanis", "[PERSONNE_1] et [PERSONNE_2]"),
    ],
)
def test_a_counsellor_reads_what_kind_of_thing_was_there(
    text: str, expected: str, stripper: Stripper
) -> None:
    assert stripper.strip(text).value == expected


def test_a_birth_date_becomes_an_age_and_one_without_year_a_date(stripper: Stripper) -> None:
    assert stripper.strip(text="né le 1er janvier 2001").value.startswith("né le [ÂGE: 2")
    assert stripper.strip(text="mon anniv c le 14 juillet").value == "mon anniv c le [DATE]"


def test_a_forged_replacement_hides_nothing(stripper: Stripper) -> None:
    for forged in (
        "[LIEU: 06 12 34 56 78]",
        "[LIEU: Kevin (69)]",
        "[PERSONNE_0612345678]",
        "[ÂGE: 0612345678 ans]",
    ):
        value = stripper.strip(text=forged).value
        assert "12 34" not in value and "0612345678" not in value and "Kevin" not in value


def test_the_same_person_keeps_a_number_through_a_conversation(stripper: Stripper) -> None:
    first = stripper.strip(text="mon copain Kévin et Sofia", session=b"one")
    later = stripper.strip(text="sofia a peur de kevin", session=b"one")
    assert first.value == "mon copain [PERSONNE_1] et [PERSONNE_2]"
    assert later.value == "[PERSONNE_2] a peur de [PERSONNE_1]"
    assert stripper.strip(text="sofia a peur", session=b"two").value == "[PERSONNE_1] a peur"
    stripper.forget(b"one")
    assert stripper.strip(text="sofia a peur", session=b"one").value == "[PERSONNE_1] a peur"
