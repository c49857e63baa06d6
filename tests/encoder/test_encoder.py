"""The sentence encoder that was built: what it promises to the parts that use it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from handoff.encoder.build import LEAST_AGREEMENT, _agreement
from handoff.encoder.encoder import Encoder, EncoderMissingError
from handoff.settings import Settings
from tests.network_denied import run_without_network

FOLDER = Settings.load().var_folder / "encoder"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(FOLDER)


def test_vectors_are_of_unit_length(encoder: Encoder) -> None:
    vectors = encoder.encode(["salut", "j'ai peur de rentrer chez moi 😢", "", "a" * 10_000])
    assert vectors.shape == (4, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_no_text_gives_no_vector(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_a_text_means_the_same_alone_and_among_others(encoder: Encoder) -> None:
    alone = encoder.encode(["c'est quoi le 119"])[0]
    among = encoder.encode(["bonjour", "c'est quoi le 119", "il pleut beaucoup sur la ville ce soir"])[1]
    assert np.allclose(alone, among, atol=1e-3)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("on menace de publier mes photos", "il veut balancer mes nudes si je paye pas", "il fait beau"),
        ("on menace de publier mes photos", "they threaten to post my pictures", "what time is it"),
        ("je suis parti de chez moi", "me fui de casa", "me gusta el fútbol"),
    ],
)
def test_near_meaning_is_nearer_than_far_in_three_languages(
    encoder: Encoder, text: str, near: str, far: str
) -> None:
    vectors = encoder.encode([text, near, far])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.03


def test_a_lone_surrogate_does_not_stop_it(encoder: Encoder) -> None:
    assert encoder.encode(["aide \ud83d moi"]).shape == (1, 384)


def test_the_eight_bit_file_for_rasa_agrees() -> None:
    assert _agreement(FOLDER) >= LEAST_AGREEMENT


def test_a_missing_encoder_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissingError, match="make build"):
        Encoder.load(tmp_path)


def test_the_encoder_asks_nothing_of_the_network() -> None:
    run_without_network(
        f"""
        from pathlib import Path
        from handoff.encoder.encoder import Encoder
        assert Encoder.load(Path({str(FOLDER)!r})).encode(["salut"]).shape == (1, 384)
        """
    )
