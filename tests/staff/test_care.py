"""How much one counsellor takes: a cap, a row of hard ones that ends, and danger now always taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.conversation import RiskLevel
from handoff.staff.care import CareRules, has_room, was_hard, why_not
from handoff.store.duty import Duty, DutyState

RULES = CareRules(most_at_once=6, severe_in_a_row=3)
NONE, CONCERN, HIGH, IMMINENT = RiskLevel


def duty(state: DutyState = DutyState.ON, capacity: int = 3, severe: int = 0) -> Duty:
    return Duty(1, "Camille", state, capacity, severe_in_a_row=severe)


FREE = (duty(), 0)
BUSY = (duty(), 3)


@pytest.mark.parametrize(
    ("mine", "held", "level", "others", "code"),
    [
        (duty(), 0, NONE, [], None),
        (duty(), 3, HIGH, [], "full"),
        (duty(DutyState.PAUSE), 0, HIGH, [], "not_on_duty"),
        (duty(DutyState.OFF), 0, IMMINENT, [], "not_on_duty"),
        # Somebody in danger now is taken whatever the cap and the row.
        (duty(severe=9), 5, IMMINENT, [FREE], None),
        (duty(severe=3), 0, HIGH, [FREE], "hard_in_a_row"),
        (duty(severe=3), 0, CONCERN, [FREE], None),
        (duty(severe=2), 0, HIGH, [FREE], None),
        # Nobody else is free, or those who are had as many hard ones: it is not left waiting.
        (duty(severe=3), 0, HIGH, [BUSY], None),
        (duty(severe=3), 0, HIGH, [(duty(severe=3), 0)], None),
        (duty(severe=3), 0, HIGH, [(duty(DutyState.PAUSE), 0)], None),
    ],
)
def test_who_may_take_what(
    mine: Duty, held: int, level: RiskLevel, others: list[tuple[Duty, int]], code: str | None
) -> None:
    assert why_not(mine, held, level, others, RULES) == code


people = st.tuples(
    st.builds(duty, st.sampled_from(DutyState), st.integers(min_value=1, max_value=5), st.integers(0, 6)),
    st.integers(min_value=0, max_value=6),
)


@given(st.lists(people, min_size=1, max_size=6), st.sampled_from(RiskLevel))
def test_whoever_waits_can_be_taken_by_somebody_if_anybody_has_room(
    team: list[tuple[Duty, int]], level: RiskLevel
) -> None:
    takers = [
        number
        for number, (each, held) in enumerate(team)
        if why_not(each, held, level, team[:number] + team[number + 1 :], RULES) is None
    ]
    if any(has_room(*each) for each in team):
        assert takers


def test_a_pause_is_offered_after_a_hard_one() -> None:
    assert was_hard(IMMINENT, duty(), RULES)
    assert was_hard(HIGH, duty(severe=3), RULES)
    assert not was_hard(HIGH, duty(severe=1), RULES)
