"""Somebody who writes very fast is slowed down, and nobody else is."""

from __future__ import annotations

from handoff.channels.pace import Pace


def test_a_burst_passes_then_waits_and_others_are_not_slowed() -> None:
    pace = Pace(burst=5, per_second=2)
    waits = [pace.wait_ms("a") for _ in range(8)]
    assert waits[:5] == [0] * 5
    assert all(0 < wait <= 501 for wait in waits[5:])
    assert pace.wait_ms("b") == 0
