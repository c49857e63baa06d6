"""What counsellors teach the detector: figures without text, examples with consent and a second reading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handoff.conversation import Category, RiskLevel, StrippedText
from handoff.examples import run
from handoff.records.accounts import Accounts
from handoff.records.database import Sessions
from handoff.records.feedback import Feedback
from tests.records.test_accounts import accounts_of

TEXT = StrippedText.from_privacy("[PERSONNE_1] m'attend en bas")


async def _account(accounts: Accounts) -> int:
    return (await accounts.first_counsellor("Camille")).id


async def test_a_correction_is_counted_without_a_word(
    sessions: Sessions, capsys: pytest.CaptureFixture[str]
) -> None:
    feedback = Feedback(sessions)
    account = await _account(accounts_of(sessions))
    await feedback.level_corrected(account, RiskLevel.HIGH, RiskLevel.NONE, Category.VIOLENCE, "fr")
    assert await run(feedback, ["figures"]) == 0
    assert capsys.readouterr().out == "2 -> 0\t1\n"


async def test_only_an_example_read_again_is_exported(sessions: Sessions, tmp_path: Path) -> None:
    feedback = Feedback(sessions)
    account = await _account(accounts_of(sessions))
    await feedback.keep(account, TEXT, RiskLevel.IMMINENT, Category.EXPLOITATION, "fr")
    await feedback.keep(account, TEXT, RiskLevel.NONE, Category.OTHER, "fr")
    first, second = await feedback.examples(reviewed=False)
    assert second.category == Category.NONE.value  # level 0 has no category
    out = tmp_path / "examples.jsonl"
    assert await run(feedback, ["export", str(out)]) == 0
    assert out.read_text(encoding="utf-8") == ""
    assert await run(feedback, ["accept", str(first.id)]) == 0
    assert await run(feedback, ["reject", str(second.id)]) == 0
    assert await run(feedback, ["export", str(out)]) == 0
    row = json.loads(out.read_text(encoding="utf-8"))
    assert row == {
        "text": TEXT.value,
        "level": 3,
        "category": "exploitation",
        "lang": "fr",
        "group": f"kept_{first.id}",
    }
    assert await feedback.examples(reviewed=False) == []


@pytest.mark.parametrize("call", [["accept", "999"], ["reject", "999"], ["export"], [], ["accept", "x"]])
async def test_a_call_that_makes_no_sense_is_refused(sessions: Sessions, call: list[str]) -> None:
    assert await run(Feedback(sessions), call) == 2
