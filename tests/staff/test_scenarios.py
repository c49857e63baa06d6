"""The scripts of the training room."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handoff.settings import PROJECT_FOLDER
from handoff.staff.scenarios import ScenarioError, load_scenarios

FOLDER = PROJECT_FOLDER / "data" / "training"


def test_there_are_six_at_least_with_every_level_a_relative_and_both_titles() -> None:
    scenarios = load_scenarios(FOLDER).values()
    assert len(scenarios) >= 6
    levels = {line.level for each in scenarios for line in each.opening}
    assert {1, 2, 3} <= levels
    assert {"jeune", "proche"} <= {each.audience.value for each in scenarios}
    assert all(set(each.title) == {"fr", "en"} for each in scenarios)


def test_a_script_never_shows_a_real_number() -> None:
    # Numbers of services have two to six digits; a private one would have ten.
    private = re.compile(r"\b0[1-9](?:[ .]?\d\d){4}\b")
    assert [path.name for path in FOLDER.glob("*.yml") if private.search(path.read_text("utf-8"))] == []


def test_a_faulty_script_is_named_and_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "casse.yml").write_text("id: casse\ntitle: {fr: x}\nopening: []\n", encoding="utf-8")
    (tmp_path / "autre.yml").write_text("id: [", encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_scenarios(tmp_path)
    assert "casse.yml" in str(error.value)
    assert "autre.yml" in str(error.value)
