"""Bars: what they count, and when one fell too far."""

from __future__ import annotations

import pytest

from handoff.training.measure import confusions, distress_bars, fallen, topic_bars

GOLD = [
    {"topics": ["lgbt"]},
    {"topics": ["ivg", "contraception"]},
    {"topics": ["fugue_en_cours"]},
    {"topics": ["hors_sujet"]},
]
PREDICTED = [["lgbt", "ivg"], ["contraception"], ["lgbt", "ivg", "fugue_en_cours"], ["hors_sujet"]]
THEMES = {"lgbt": "identite", "ivg": "sante", "contraception": "sante", "fugue_en_cours": "fugue"}


def test_topics_are_counted() -> None:
    assert topic_bars(GOLD, PREDICTED) == {"first": 0.6667, "among_three": 1.0, "out_of_scope": 1.0}


def test_distress_is_found_and_calm_left_alone() -> None:
    gold = [{"level": level} for level in (0, 0, 1, 2, 3)]
    assert distress_bars(gold, [0, 2, 2, 1, 3]) == {"distress_found": 0.5, "distress_calm": 0.5}


def test_what_is_taken_for_what() -> None:
    found = confusions(GOLD, PREDICTED, THEMES)
    assert found["mistakes"] == [["fugue_en_cours", "lgbt", 1]]
    assert ["fugue", "identite", 1] in found["confusion"]
    assert sum(count for _, _, count in found["confusion"]) == len(GOLD)


@pytest.mark.parametrize(
    ("after", "fell"),
    [(0.80, []), (0.79, []), (0.70, ["first"]), (0.95, [])],
)
def test_a_bar_may_fall_by_the_margin_and_no_more(after: float, fell: list[str]) -> None:
    assert fallen({"first": 0.80, "stories": 1.0}, {"first": after, "stories": 1.0}, 0.02) == fell


def test_a_bar_that_is_missing_fell() -> None:
    assert fallen({"first": 0.8}, {}, 0.02) == ["first"]
