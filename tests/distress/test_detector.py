"""The distress detector as it serves: danger is seen, everyday words are not danger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.conversation import RiskLevel, StrippedText, Verdict
from handoff.distress.classifier import Classifier, Floats
from handoff.distress.context import CHARACTERS, in_context
from handoff.distress.detector import LEXICON, DistressDetector, conversation_level
from handoff.distress.lexicon import Lexicon
from handoff.distress.network import DistressModelError
from handoff.settings import Settings

VAR = Settings.load().var_folder


@pytest.fixture(scope="module")
def detector() -> DistressDetector:
    return DistressDetector.load(VAR / "distress")


def weigh(detector: DistressDetector, text: str) -> Verdict:
    return detector.weigh(StrippedText.from_privacy(text))


@pytest.mark.parametrize(
    "text",
    [
        "je vais me tuer ce soir",
        "jvais me suicider cette nuit jai tout prévu",
        "J'AI PRIS TOUS LES CACHETS DE MA MERE",
        "je veux mourir, j'ai pris tous les cachets de ma mère",
        "j'ai avalé une boîte de doliprane et j'ai mal au ventre",
        "il tape derrière la porte il a un couteau",
        "ma pote veut sauter, elle est sur le pont",
        "my friend took all her pills and she is not waking up",
        "ils m'ont enfermée dans la chambre de l'hotel j'arrive pas a sortir",
    ],
)
def test_danger_now_is_seen_as_danger_now(detector: DistressDetector, text: str) -> None:
    verdict = weigh(detector, text)
    assert verdict.level is RiskLevel.IMMINENT
    assert verdict.reasons
    assert verdict.score > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "je veux mourir",
        "jme scarifie les bras le soir",
        "mon beau père me frappe quand il a bu",
        "il menace d'envoyer mes photos a tout le monde si je paye pas",
        "mon copain me force a voir des clients a l'hotel",
        "j'ai fugué hier et je sais pas où dormir",
    ],
)
def test_serious_harm_goes_to_a_person(detector: DistressDetector, text: str) -> None:
    assert weigh(detector, text).level >= RiskLevel.HIGH


@pytest.mark.parametrize(
    "text",
    [
        "je suis mort de rire",
        "ma mère va me tuer quand elle va voir mon bulletin mdr",
        "c'est quoi le 119 ?",
        "salut ça va",
        "merci beaucoup pour ton aide",
        "j'ai un exposé sur le harcèlement à faire pour lundi",
        "la pilule du lendemain c'est gratuit ?",
    ],
)
def test_everyday_words_hand_nobody_over(detector: DistressDetector, text: str) -> None:
    assert weigh(detector, text).level < RiskLevel.HIGH


@pytest.mark.parametrize(
    "text", ["j'ai pris tous les cachets de ma mere", "il me frappe tous les soirs", "je veux mourir"]
)
def test_shouting_changes_nothing(detector: DistressDetector, text: str) -> None:
    calm, shouted = weigh(detector, text), weigh(detector, text.upper())
    assert shouted.level == calm.level >= RiskLevel.HIGH


def test_an_empty_text_is_no_danger(detector: DistressDetector) -> None:
    assert weigh(detector, "  ").level is RiskLevel.NONE


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=300))
def test_no_text_makes_it_fail(detector: DistressDetector, text: str) -> None:
    verdict = weigh(detector, text)
    assert 0 <= verdict.score <= 1
    assert verdict.level is RiskLevel.NONE or verdict.reasons


@given(st.lists(st.sampled_from(RiskLevel), max_size=20))
def test_the_level_of_a_conversation_never_falls_by_itself(levels: list[RiskLevel]) -> None:
    level = RiskLevel.NONE
    for each in levels:
        after = conversation_level(level, Verdict(each))
        assert after >= max(level, each)
        level = after


def test_a_missing_model_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(DistressModelError, match="make build"):
        DistressDetector.load(tmp_path)


class _Broken(Classifier):
    def __init__(self, real: Classifier) -> None:
        self.thresholds = real.thresholds

    def probabilities(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        raise RuntimeError("the session is gone")


def test_without_the_classifier_the_lexicon_decides_and_the_operator_is_told(
    detector: DistressDetector, caplog: pytest.LogCaptureFixture
) -> None:
    alone = DistressDetector(_Broken(Classifier.load(VAR / "distress")), Lexicon.load(LEXICON))
    assert weigh(alone, "je vais me tuer ce soir").level is RiskLevel.IMMINENT
    assert weigh(alone, "salut ça va").level is RiskLevel.NONE
    assert "lexicon decides alone" in caplog.text
    assert "tuer" not in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "😭😭😭",
        "na na na " * 900,
        "je veux mourir " * 50,
        "ንገሩኝ እርዳታ እፈልጋለሁ",
        "मुझे मदद चाहिए",
        "0" * 10_000,
        "\u200b\u200d",
        "a" * 10_000,
    ],
)
def test_odd_texts_get_a_level(detector: DistressDetector, text: str) -> None:
    assert weigh(detector, text).level in RiskLevel


def test_a_short_answer_is_read_with_what_came_before(detector: DistressDetector) -> None:
    before = [StrippedText.from_privacy("mon oncle vient dans ma chambre la nuit et il me touche")]
    alone = weigh(detector, "oui toutes les semaines")
    assert detector.weigh(StrippedText.from_privacy("oui toutes les semaines"), before).score > alone.score


@given(st.text(max_size=500), st.lists(st.text(max_size=200), max_size=8))
def test_the_last_words_are_always_in_the_reading(text: str, before: list[str]) -> None:
    reading = in_context(text, before)
    assert reading.endswith(text)
    assert len(reading) <= max(len(text), CHARACTERS)
