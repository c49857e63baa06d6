"""Logs for operators: one JSON object a line, with what happened and where, and never a word, id or address.

Our own lines are sentences written in the code. What other packages fill in is left out: uvicorn would name
the address of every page that opens a socket, others could quote a message in an error.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

OURS = "handoff"

TALKATIVE_LOGGERS = (
    "httpx",
    "httpcore",
    "httpx2",
    "apprise",
    "presidio-analyzer",
    "sentence_transformers",
    "telegram",
    "uvicorn.access",
    "websockets",
)

# What a line may hold; anything else that somebody adds one day is dropped.
FIELDS = ("at", "level", "logger", "event", "door", "error", "where")


def configure(level: str, door: str) -> None:
    """Sends every log of the process to stderr as JSON. ``door``: which process it is."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            ],
            processors=[
                _error,
                _named(door),
                _only_our_fields,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handler.addFilter(_without_fillings)
    handler.addFilter(_without_words_of_error)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TALKATIVE_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_fillings(record: logging.LogRecord) -> bool:
    """Leaves a line of another package as it stands in its code; drops uvicorn's about each WebSocket."""
    if record.name == OURS or record.name.startswith(f"{OURS}."):
        return True
    text = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    if not record.args and record.levelno >= logging.WARNING:
        # Made with an f-string, so perhaps made of anything.
        text = "a warning of another package"
    record.msg, record.args = text, ()
    return not (record.name.startswith("uvicorn") and "WebSocket" in text)


def _without_words_of_error(record: logging.LogRecord) -> bool:
    """Of an exception keeps its kind and the places, not its words, which could quote a message."""
    found = record.exc_info
    if isinstance(found, tuple) and found[0] is not None:
        record.repere_error = {"error": found[0].__name__, "where": places(found[2])}
    record.exc_info = record.exc_text = record.stack_info = None
    return True


def _error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event.update(getattr(event["_record"], "repere_error", {}))
    return event


def places(trace: TracebackType | None) -> str:
    """Where an error came from: files, lines and functions."""
    frames = traceback.extract_tb(trace)
    return " < ".join(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames)
    )


def _named(door: str) -> Processor:
    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["door"] = door
        return event

    return add


def _only_our_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: event[name] for name in FIELDS if name in event}
