"""What ``make run`` runs: ready with two addresses and a sign-in, and nothing left after Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import httpx
import pytest

from handoff.settings import PROJECT_FOLDER, free_port


@pytest.fixture
def folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        yield name


def environment(folder: str) -> dict[str, str]:
    ports = ("REPERE_PUBLIC_PORT", "REPERE_STAFF_PORT", "REPERE_RASA_PORT", "REPERE_ACTIONS_PORT")
    return {
        **os.environ,
        **{name: str(free_port()) for name in ports},
        "REPERE_REDIS_FOLDER": folder,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/run.sqlite",
    }


def processes_about(word: str) -> list[str]:
    listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if word in line and "ps -eo" not in line]


def test_ready_then_nothing_left_after_ctrl_c(folder: str) -> None:
    wanted = environment(folder)
    with subprocess.Popen(
        [sys.executable, "-m", "handoff.run"],
        cwd=PROJECT_FOLDER,
        env=wanted,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        printed = ""
        while "Ctrl-C stops" not in printed:
            line = run.stdout.readline()
            assert line, printed
            printed += line
        link = re.search(r"http://\S+/signin/\S+", printed)
        assert link
        assert httpx.get(link.group()).status_code == httpx.codes.SEE_OTHER
        assert httpx.get(f"http://127.0.0.1:{wanted['REPERE_PUBLIC_PORT']}/").status_code == httpx.codes.OK
        run.send_signal(signal.SIGINT)
        assert run.wait(30) == 0
    assert processes_about(folder) == []
    assert processes_about(f"--port {wanted['REPERE_RASA_PORT']}") == []
    assert processes_about(f"--port {wanted['REPERE_ACTIONS_PORT']}") == []


def test_a_part_that_is_not_one_is_said_in_one_line(folder: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "handoff.run", "cuisine"],
        cwd=PROJECT_FOLDER,
        env=environment(folder),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2
    (line,) = run.stderr.strip().splitlines()
    assert "cuisine" in line


def test_a_wrong_setting_is_said_in_one_line(folder: str) -> None:
    wanted = {**environment(folder), "REPERE_RASA_PORT": "beaucoup"}
    run = subprocess.run(
        [sys.executable, "-m", "handoff.run"], cwd=PROJECT_FOLDER, env=wanted, capture_output=True, text=True
    )
    assert run.returncode == 1
    (line,) = run.stderr.strip().splitlines()
    assert "REPERE_RASA_PORT" in line
    assert "beaucoup" not in line
