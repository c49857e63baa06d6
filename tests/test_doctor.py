"""The doctor finds what is wrong, says what to do, and finds nothing wrong with what runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from handoff import doctor
from handoff.doctor import Finding, State
from handoff.settings import PROJECT_FOLDER, Settings
from tests.running_service import Service


def states(findings: list[Finding]) -> dict[str, set[State]]:
    found: dict[str, set[State]] = {}
    for finding in findings:
        found.setdefault(finding.about, set()).add(finding.state)
    return found


async def test_what_runs_is_well(service: Service) -> None:
    found = states(await doctor.examine(service.settings))
    # The models of a working copy may be older than the data that is being edited.
    assert found.pop("models") <= {State.OK, State.LOOK}
    found.pop("disk")
    assert set().union(*found.values()) == {State.OK}, found


async def test_what_does_not_run_is_said_part_by_part(tmp_path: Path) -> None:
    settings = Settings(var_folder=tmp_path, master_key="").apart(tmp_path)
    found = states(await doctor.examine(settings))
    for about in ("models", "redis", "public", "staff"):
        assert State.WRONG in found[about], about
    assert found["rasa"] == {State.LOOK}
    assert not list(tmp_path.rglob("*.sqlite*")), "the doctor made a database"
    assert not (tmp_path / "secrets").exists(), "the doctor made a key"


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"staff_host": "0.0.0.0"}, "REPERE_STAFF_SECURE_COOKIE"),
        ({"public_origin": "http://repere.example"}, "REPERE_PUBLIC_ORIGIN"),
    ],
)
async def test_a_door_open_to_the_world_must_be_safe(wrong: dict[str, str], word: str) -> None:
    found = await doctor.of_doors(Settings(**wrong))  # type: ignore[arg-type]
    assert [finding.state for finding in found] == [State.WRONG]
    assert word in found[0].says


async def test_a_proxy_elsewhere_must_be_named() -> None:
    (found,) = await doctor.of_doors(Settings(public_host="0.0.0.0"))
    assert (found.state, "REPERE_TRUSTED_PROXIES" in found.says) == (State.LOOK, True)
    (fine,) = await doctor.of_doors(Settings(public_host="0.0.0.0", trusted_proxies="10.0.0.0/8"))
    assert fine.state is State.OK


async def test_a_key_that_others_may_read_is_wrong(tmp_path: Path) -> None:
    settings = Settings(var_folder=tmp_path, master_key="")
    _ = settings.master_keys
    assert [finding.state for finding in await doctor.of_keys(settings)] == [State.OK]
    settings.master_key_file.chmod(0o644)
    assert [finding.state for finding in await doctor.of_keys(settings)] == [State.WRONG]


def test_a_wrong_setting_is_a_finding_and_its_value_is_not_shown() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "handoff.doctor"],
        cwd=PROJECT_FOLDER,
        env={"REPERE_PUBLIC_PORT": "beaucoup"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    (line,) = run.stdout.strip().splitlines()
    assert "REPERE_PUBLIC_PORT" in line
    assert "beaucoup" not in line
