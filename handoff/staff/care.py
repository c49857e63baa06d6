"""Care for the counsellor: how much one person takes. It never stands between danger now and a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handoff.conversation import RiskLevel
from handoff.store.duty import Duty, DutyState


@dataclass(frozen=True, slots=True)
class CareRules:
    """``most_at_once``: the cap nobody goes above; ``severe_in_a_row``: then a lighter one, or a pause."""

    most_at_once: int
    severe_in_a_row: int


def has_room(duty: Duty, held: int) -> bool:
    """Whether this counsellor takes one more now."""
    return duty.state is DutyState.ON and held < duty.capacity


def why_not(
    duty: Duty, held: int, level: RiskLevel, others: Iterable[tuple[Duty, int]], rules: CareRules
) -> str | None:
    """The code of the refusal when a counsellor should not take this conversation; None when they may.

    ``others``: the other counsellors and how many conversations each holds. At level 3 only being off
    duty refuses. The row of hard ones only refuses while somebody else is free to take this one.
    """
    if duty.state is not DutyState.ON:
        return "not_on_duty"
    if level is RiskLevel.IMMINENT:
        return None
    if held >= duty.capacity:
        return "full"
    tired = duty.severe_in_a_row >= rules.severe_in_a_row
    if level >= RiskLevel.HIGH and tired:
        rested = (other for other in others if other[0].severe_in_a_row < rules.severe_in_a_row)
        if any(has_room(*other) for other in rested):
            return "hard_in_a_row"
    return None


def was_hard(level: RiskLevel, duty: Duty, rules: CareRules) -> bool:
    """Whether a pause is offered after this conversation."""
    return level is RiskLevel.IMMINENT or duty.severe_in_a_row >= rules.severe_in_a_row
