"""When a card may go live. Pure rules; who and what are given by the caller."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from handoff.answers.cards import Fault

# From this risk of a topic on, a second person reads a text before young people do.
SECOND_PERSON_FROM_RISK: Final = 1


def risk_of_change(content: Mapping[str, Any], live: Mapping[str, Any] | None) -> int:
    """The graver of the two: an import that lowers a risk is read by a second person too.

    ``live`` is None for a topic that no young person has read yet: who adds one chooses its risk, so somebody
    else looks at that choice first.
    """
    return max(int(content["risk"]), int(live["risk"]) if live else SECOND_PERSON_FROM_RISK)


def needs_second_person(risk: int) -> bool:
    """Whether a change of this risk goes live only once somebody else approved it."""
    return risk >= SECOND_PERSON_FROM_RISK


def may_review(account_id: int, writers: Collection[int]) -> bool:
    """Who wrote a text cannot approve it."""
    return account_id not in writers


def refusal(risk: int, approved: bool, faults: Sequence[Fault]) -> str | None:
    """Why a card may not be published (``faults``, ``second_person``), or None when it may."""
    if any(fault.blocks for fault in faults):
        return "faults"
    if needs_second_person(risk) and not approved:
        return "second_person"
    return None
