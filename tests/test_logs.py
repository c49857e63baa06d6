"""What a line of the log may say: what happened and where; never a word, an address, an id."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from handoff import logs

SECRET = "Zédéline 06 39 98 44 71"


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_of_ours_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "public")
    logging.getLogger("handoff.somewhere").warning("%s is away", "Redis")
    (line,) = written(capsys)
    assert line.pop("at")
    assert line == {
        "level": "warning", "logger": "handoff.somewhere", "event": "Redis is away", "door": "public",
    }  # fmt: skip


def test_what_other_packages_fill_in_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG", "public")
    other = logging.getLogger("some.package")
    other.info("got %s", SECRET)
    other.warning(f"got {SECRET}")
    other.error("in dict %(text)s", {"text": SECRET}, extra={"text": SECRET})
    assert [line["event"] for line in written(capsys)] == [
        "got %s",
        "a warning of another package",
        "in dict %(text)s",
    ]


@pytest.mark.parametrize("name", ["handoff.path", "uvicorn.error", "asyncio"])
def test_an_error_says_its_kind_and_place_and_not_its_words(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("INFO", "public")
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger(name).exception("it failed", stack_info=True, extra={"conversation": SECRET})
    output = capsys.readouterr().err
    assert "06 39" not in output
    line = json.loads(output)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["where"]


def test_uvicorn_does_not_tell_who_opened_a_socket(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "public")
    logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', "203.0.113.7:4", "/ws/chat")
    assert capsys.readouterr().err == ""
