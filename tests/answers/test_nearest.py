"""The nearest examples: those of the files, and those that the studio saved since."""

from __future__ import annotations

import pytest

from handoff.answers.nearest import NearestTopic
from handoff.conversation import StrippedText
from handoff.encoder.encoder import Encoder
from handoff.settings import Settings

PAIRS = [("plainte", "comment je porte plainte"), ("fugue", "je veux partir de chez moi")]


@pytest.fixture(scope="module")
def nearest() -> NearestTopic:
    encoder = Encoder.load(Settings.load().var_folder / "encoder")
    return NearestTopic(encoder, PAIRS, encoder.encode([example for _, example in PAIRS]))


def test_an_example_that_is_in_no_file_yet_is_near_too(nearest: NearestTopic) -> None:
    text = StrippedText.from_privacy("c koi l'heure du bus")
    (without,) = nearest.neighbours([text], 3)
    assert {each.topic for each in without} == {"plainte", "fugue"}
    (near,) = nearest.neighbours([text], 3, [("bus", "c'est quoi l'heure du bus")])
    assert (near[0].topic, near[0].example) == ("bus", "c'est quoi l'heure du bus")
    assert near[0].similarity > without[0].similarity
    # What was lent for one question is in no other.
    assert nearest.neighbours([text], 3) == [without]
    assert "bus" not in dict(nearest.rank(text))
