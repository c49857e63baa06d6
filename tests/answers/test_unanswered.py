"""What people ask that nothing answers: nobody may be found in it."""

from __future__ import annotations

import numpy as np
import pytest

from handoff.answers.unanswered import LEAST_CONVERSATIONS, groups, known_words
from handoff.encoder.encoder import Encoder
from handoff.settings import Settings

KNOWN = known_words(["comment je fais pour avoir le permis de conduire, c'est quand, il me faut quoi, jveux"])
ASKED = (
    "comment avoir le permis",
    "comment je fais pour avoir le permis",
    "je fais comment pour le permis de conduire",
    "il me faut quoi pour le permis",
    "jveux le permis il me faut quoi",
    "c'est quand le permis de conduire",
)
FAR = "quelle heure il est"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(Settings.load().var_folder / "encoder")


@pytest.fixture(scope="module")
def middle(encoder: Encoder) -> np.ndarray:
    texts = ["mon copain me frappe", "bonjour ça va", "jveux porter plainte", FAR, "j'ai fugué hier", "merci"]
    mean: np.ndarray = encoder.encode(texts).mean(axis=0)
    return mean


def test_what_five_conversations_ask_is_one_group(encoder: Encoder, middle: np.ndarray) -> None:
    said = [(f"c{number}", text) for number, text in enumerate([*ASKED, FAR])]
    found = groups(said, KNOWN, encoder, middle)
    assert [group.conversations >= LEAST_CONVERSATIONS for group in found] == [True]
    assert set(found[0].sentences) <= set(ASKED)


def test_four_conversations_are_too_few_however_often_they_say_it(
    encoder: Encoder, middle: np.ndarray
) -> None:
    said = [(f"c{number % 4}", text) for number, text in enumerate([*ASKED, *ASKED])]
    assert groups(said, KNOWN, encoder, middle) == []


def test_a_rare_word_is_never_shown(encoder: Encoder, middle: np.ndarray) -> None:
    said = [(f"c{number}", text) for number, text in enumerate(ASKED)]
    rare = "comment avoir le permis a xylopolis"
    found = groups([*said, ("c9", rare)], KNOWN, encoder, middle)
    shown = " ".join(sentence for group in found for sentence in group.sentences)
    assert shown
    assert "xylopolis" not in shown
    # Said often, but by one person: it stays theirs.
    again = [(f"c{number}", text) for number, text in enumerate(ASKED)] + [("c9", rare)] * 9
    assert "xylopolis" not in str(groups(again, KNOWN, encoder, middle))
    # In five conversations it is a word like any other.
    by_many = [(f"c{number}", rare) for number in range(LEAST_CONVERSATIONS)]
    assert groups(by_many, KNOWN, encoder, middle)[0].sentences == (rare,)


def test_no_conversation_can_be_read(encoder: Encoder, middle: np.ndarray) -> None:
    one = [("secret", text) for text in ASKED] + [("secret", "mon histoire " + "et puis " * 40)]
    others = [(f"c{number}", ASKED[0]) for number in range(LEAST_CONVERSATIONS)]
    found = groups([*one, *others], KNOWN, encoder, middle)
    # One sentence of it at most, of those that others say too; nothing tells which.
    shown = [sentence for group in found for sentence in group.sentences]
    assert len([sentence for sentence in shown if sentence != ASKED[0]]) <= 1
    assert "histoire" not in str(found)
    assert "secret" not in str(found)


def test_what_stripping_left_is_no_word(encoder: Encoder, middle: np.ndarray) -> None:
    said = [(f"c{number}", f"comment avoir le permis [PERSONNE_{number + 1}]") for number in range(5)]
    assert groups(said, KNOWN, encoder, middle)[0].conversations == LEAST_CONVERSATIONS


def test_nothing_said_is_nothing_shown(encoder: Encoder, middle: np.ndarray) -> None:
    assert groups([], KNOWN, encoder, middle) == []
    assert groups([("a", "???"), ("b", " ")], KNOWN, encoder, middle) == []
