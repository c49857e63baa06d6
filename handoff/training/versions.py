"""The models of this installation, as folders: what each was trained for, how it measured, which one is live.

models/live/model.tar.gz        what Rasa loads when it starts
models/live.json                which versions were live, since when, by whom, why: newest last
models/versions/ID/             status.json, log.txt, report.json, ID.tar.gz, the data it learnt
models/training.lock            held by the one training that runs
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

KEPT_VERSIONS: Final = 5
LOG_LINES: Final = 60
STARTS_WITHIN_SECONDS: Final = 60  # until its process holds the lock
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{6}")


class Stage(StrEnum):
    """How far a training is."""

    STARTING = "starting"
    TRAINING = "training"
    EVALUATING = "evaluating"
    READY = "ready"  # may go live
    REFUSED = "refused"  # a bar fell too far
    FAILED = "failed"


RUNNING: Final = frozenset({Stage.STARTING, Stage.TRAINING, Stage.EVALUATING})


@dataclass(frozen=True)
class Status:
    """Where a version stands. ``done``: share of the stage (0 to 1)."""

    stage: Stage
    started_at: str
    by: str = ""
    why: str = ""
    message: str = ""
    done: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """A model, trained or in training. ``stage`` is FAILED when its training ended without a word."""

    id: str
    status: Status
    report: dict[str, Any] | None
    is_live: bool
    has_model: bool


@dataclass(frozen=True)
class WentLive:
    """A version that was put live."""

    version: str
    at: str
    by: str
    why: str


class Versions:
    """Reads and writes the folders. Raises OSError when the disk is full or not ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def live_model(self) -> Path:
        """What Rasa loads when it starts."""
        return self.folder / "live" / "model.tar.gz"

    def of(self, version: str) -> Path:
        """A version's folder. Raises LookupError when there is none."""
        path = self.folder / "versions" / version
        if not _ID.fullmatch(version) or not path.is_dir():
            raise LookupError(version)
        return path

    def model(self, version: str) -> Path:
        """A version's model, which may not be there yet. Raises LookupError."""
        return self.of(version) / f"{version}.tar.gz"

    def new(self, by: str, why: str) -> str:
        """A folder for a new version."""
        now = datetime.now(UTC)
        version = now.strftime("%Y%m%d-%H%M%S-%f")
        (self.folder / "versions" / version).mkdir(parents=True)
        self.write_status(version, Status(Stage.STARTING, now.isoformat(), by, why))
        return version

    def status(self, version: str) -> Status:
        """What its training last wrote. Raises LookupError."""
        try:
            row = json.loads((self.of(version) / "status.json").read_text(encoding="utf-8"))
            return Status(**{**row, "stage": Stage(row["stage"])})
        except (OSError, ValueError, TypeError, KeyError):
            return Status(Stage.FAILED, "", message="unreadable")

    def write_status(self, version: str, status: Status) -> None:
        _write(self.of(version) / "status.json", json.dumps(asdict(status)))

    def update(self, version: str, **changes: Any) -> None:
        """Changes some of a status."""
        self.write_status(version, replace(self.status(version), **changes))

    def seconds_since_change(self, version: str) -> float:
        """How long ago its status was written."""
        try:
            return max(0.0, time.time() - (self.of(version) / "status.json").stat().st_mtime)
        except OSError:
            return 0.0

    def report(self, version: str) -> dict[str, Any] | None:
        """How a version measured; None when it was not."""
        try:
            found: dict[str, Any] = json.loads((self.of(version) / "report.json").read_text(encoding="utf-8"))
            return found
        except (OSError, ValueError):
            return None

    def write_report(self, version: str, report: dict[str, Any]) -> None:
        _write(self.of(version) / "report.json", json.dumps(report, ensure_ascii=False))

    def log(self, version: str) -> str:
        """The last lines of a training's log."""
        try:
            text = (self.of(version) / "log.txt").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-LOG_LINES:])

    def all(self) -> list[Version]:
        """Every version, newest first."""
        folder = self.folder / "versions"
        names = [each.name for each in folder.iterdir() if each.is_dir()] if folder.is_dir() else []
        running, live = self.running(), self.live()
        found = []
        for name in sorted(filter(_ID.fullmatch, names), reverse=True):
            status = self.status(name)
            starts = (
                status.stage is Stage.STARTING and self.seconds_since_change(name) < STARTS_WITHIN_SECONDS
            )
            if status.stage in RUNNING and name != running and not starts:
                # Killed: it had no time to say so.
                status = replace(status, stage=Stage.FAILED, message="interrupted")
            has_model = self.model(name).is_file()
            found.append(
                Version(name, status, self.report(name), live is not None and live.version == name, has_model)
            )
        return found

    def history(self) -> list[WentLive]:
        """What was live, oldest first."""
        try:
            rows = json.loads((self.folder / "live.json").read_text(encoding="utf-8"))
            return [WentLive(**row) for row in rows]
        except (OSError, ValueError, TypeError):
            return []

    def live(self) -> WentLive | None:
        """What is live now."""
        return next(reversed(self.history()), None)

    def prepare_live(self, version: str, by: str, why: str) -> None:
        """Writes what going live needs beside what is live: a full disk is found before anything changes."""
        went = WentLive(version, datetime.now(UTC).isoformat(), by, why)
        rows = json.dumps([asdict(each) for each in [*self.history(), went]])
        self.live_model.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(self.model(version), self._unfinished_model)
            self._unfinished_history.write_text(rows, encoding="utf-8")
        except OSError:
            for unfinished in (self._unfinished_model, self._unfinished_history):
                with contextlib.suppress(OSError):
                    unfinished.unlink()
            raise

    def set_live(self) -> None:
        """Puts what ``prepare_live`` wrote in place, for Rasa to start with; forgets the oldest versions."""
        self._unfinished_model.replace(self.live_model)
        self._unfinished_history.replace(self.folder / "live.json")
        self.prune()

    @property
    def _unfinished_model(self) -> Path:
        return self.live_model.with_name("model.unfinished")

    @property
    def _unfinished_history(self) -> Path:
        return self.folder / "live.unfinished"

    def take_built(self, built: Path) -> None:
        """What ``make build`` trained goes live when it is newer than what is: the code was updated."""
        if not built.is_file():
            return
        if self.live_model.is_file() and self.live_model.stat().st_mtime >= built.stat().st_mtime:
            return
        version = self.new("make build", "")
        shutil.copyfile(built, self.model(version))
        self.update(version, stage=Stage.READY)
        self.prepare_live(version, "make build", "")
        self.set_live()

    def prune(self) -> None:
        """Keeps the last five versions that may go live, or were; what is live and what was before it always.

        A version that was refused or failed takes no place of theirs: only the newest of all is kept, to
        be looked at.
        """
        versions = self.all()
        went_live = [each.version for each in reversed(self.history())]
        usable = [
            each.id
            for each in versions
            if each.has_model and (each.status.stage is Stage.READY or each.id in went_live)
        ]
        kept = [*usable[:KEPT_VERSIONS], *list(dict.fromkeys(went_live))[:2]]
        kept += [each.id for each in versions if each.status.stage in RUNNING]
        kept += [each.id for each in versions if each.id not in usable][:1]
        for each in versions:
            if each.id not in kept:
                shutil.rmtree(self.of(each.id), ignore_errors=True)

    @contextlib.contextmanager
    def training(self, version: str = "") -> Iterator[bool]:
        """Holds the lock of trainings; False when another one does. The system frees it as a process dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "training.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                if version:
                    os.ftruncate(descriptor, 0)
                    os.pwrite(descriptor, version.encode(), 0)
                yield True
        finally:
            os.close(descriptor)

    def running(self) -> str | None:
        """The version that is in training now, in whatever process; None when there is none."""
        with self.training() as free:
            if free:
                return None
        return (self.folder / "training.lock").read_text(encoding="ascii") or None


def waiting_for_its_turn(versions: Sequence[Version]) -> Version | None:
    """The newest version that was measured, when the one that is live is older; None otherwise."""
    live = next((each for each in versions if each.is_live), None)
    newest = next((each for each in versions if each.report and each.has_model and not each.is_live), None)
    return None if newest is None or (live is not None and newest.id < live.id) else newest


def _write(path: Path, text: str) -> None:
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
