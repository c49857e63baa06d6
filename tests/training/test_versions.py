"""Models as folders: what is kept, what a killed training and a full disk leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handoff.training.versions import KEPT_VERSIONS, Stage, Versions


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return Versions(tmp_path / "models")


def trained(versions: Versions, content: bytes = b"model", stage: Stage = Stage.READY) -> str:
    version = versions.new("Camille", "essai")
    versions.model(version).write_bytes(content)
    versions.update(version, stage=stage)
    return version


def put_live(versions: Versions, version: str) -> None:
    versions.prepare_live(version, "Camille", "essai")
    versions.set_live()


def test_the_last_five_are_kept_and_the_live_one_always(versions: Versions) -> None:
    first = trained(versions)
    put_live(versions, first)
    later = [trained(versions) for _ in range(KEPT_VERSIONS + 2)]
    versions.prune()
    assert [each.id for each in versions.all()] == [*reversed(later[-KEPT_VERSIONS:]), first]
    assert [each.id for each in versions.all() if each.is_live] == [first]


def test_trainings_that_were_refused_do_not_cost_the_model_to_go_back_to(versions: Versions) -> None:
    before, live = trained(versions), trained(versions)
    put_live(versions, before)
    put_live(versions, live)
    refused = [trained(versions, stage=Stage.REFUSED) for _ in range(KEPT_VERSIONS + 2)]
    versions.prune()
    assert [each.id for each in versions.all()] == [refused[-1], live, before]


def test_what_was_live_before_is_kept_whatever_is_trained_since(versions: Versions) -> None:
    before = trained(versions)
    put_live(versions, before)
    later = [trained(versions) for _ in range(KEPT_VERSIONS + 2)]
    put_live(versions, later[0])
    versions.prune()
    assert [each.id for each in versions.all()] == [*reversed(later[-KEPT_VERSIONS:]), later[0], before]
    # And what was put live and taken back is no other than what is live now.
    put_live(versions, before)
    versions.prune()
    assert {before, later[0]} < {each.id for each in versions.all()}


def test_an_older_version_comes_back(versions: Versions) -> None:
    old, new = trained(versions, b"old"), trained(versions, b"new")
    for version in (old, new, old):
        put_live(versions, version)
    assert versions.live_model.read_bytes() == b"old"
    assert [each.version for each in versions.history()] == [old, new, old]


def test_a_full_disk_changes_nothing(versions: Versions) -> None:
    old, new = trained(versions, b"old"), trained(versions, b"new")
    put_live(versions, old)
    # Whatever is written there finds no room, as on a full disk.
    versions.live_model.with_name("model.unfinished").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        versions.prepare_live(new, "Camille", "essai")
    assert versions.live_model.read_bytes() == b"old"
    live = versions.live()
    assert live is not None
    assert live.version == old


def test_a_training_that_was_killed_is_said_to_be(versions: Versions) -> None:
    version = versions.new("Camille", "essai")
    held = (
        "import sys, pathlib; from handoff.training.versions import Versions\n"
        "with Versions(pathlib.Path(sys.argv[1])).training(sys.argv[2]) as free:\n"
        "    print(free, flush=True); sys.stdin.read()"
    )
    job = subprocess.Popen(
        [sys.executable, "-c", held, str(versions.folder), version],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert job.stdout is not None
    assert job.stdin is not None
    assert job.stdout.readline() == b"True\n"
    versions.update(version, stage=Stage.TRAINING)
    assert versions.running() == version
    assert versions.all()[0].status.stage is Stage.TRAINING
    with versions.training() as free:
        assert not free
    job.kill()
    job.wait()
    job.stdin.close()
    job.stdout.close()
    assert versions.running() is None
    status = versions.all()[0].status
    assert (status.stage, status.message) == (Stage.FAILED, "interrupted")


def test_what_was_built_goes_live_once(versions: Versions, tmp_path: Path) -> None:
    built = tmp_path / "repere.tar.gz"
    versions.take_built(built)  # nothing was built: nothing to do
    assert versions.all() == []
    built.write_bytes(b"built")
    versions.take_built(built)
    versions.take_built(built)
    assert versions.live_model.read_bytes() == b"built"
    assert len(versions.history()) == 1
    put_live(versions, trained(versions, b"studio"))
    versions.take_built(built)
    assert versions.live_model.read_bytes() == b"studio"
    later = versions.live_model.stat().st_mtime + 60
    os.utime(built, (later, later))
    versions.take_built(built)
    assert versions.live_model.read_bytes() == b"built"


@pytest.mark.parametrize(
    "version", ["", "..", "../..", "20261125-101010-000000/../x", "20261125-101010-000000"]
)
def test_no_other_folder_is_ever_looked_into(versions: Versions, version: str) -> None:
    with pytest.raises(LookupError):
        versions.of(version)


def test_files_that_cannot_be_read_are_no_end(versions: Versions) -> None:
    version = versions.new("Camille", "essai")
    for name in ("status.json", "report.json"):
        (versions.of(version) / name).write_text("{half", encoding="utf-8")
    (versions.folder / "live.json").write_text("[]]", encoding="utf-8")
    found = versions.all()[0]
    assert found.status.stage is Stage.FAILED
    assert found.report is None
    assert versions.live() is None
