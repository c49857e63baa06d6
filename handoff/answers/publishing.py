"""When a card may go live. Pure rules; who and what are given by the caller."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from handoff.answers.cards import Fault

# From this risk of a topic on, a second person reads a text before young people do.
SECOND_PERSON_FROM_RISK: Final = 1


def needs_second_person(risk: int) -> bool:
    """Whether a text of this topic goes live only once somebody else approved it."""
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
