"""Messages to and from the bytes that are encrypted."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from handoff.conversation import (
    Author,
    AuthoredText,
    Button,
    Category,
    HelpLine,
    Message,
    RiskLevel,
    StrippedText,
    Verdict,
)


def dump(message: Message) -> bytes:
    """JSON of a message; its position is the store's to give, so it is left out."""
    text = message.text
    row: dict[str, Any] = {"author": message.author, "at": message.at.isoformat(), "text": text.value}
    if isinstance(text, StrippedText):
        row["stripped"] = {"removed": text.removed, "departement": text.departement}
    if message.client_id:
        row["client_id"] = message.client_id
    if message.more:
        row["more"] = message.more
    if message.buttons:
        row["buttons"] = [asdict(button) for button in message.buttons]
    if message.help_lines:
        row["help_lines"] = [asdict(line) for line in message.help_lines]
    if message.urgent:
        row["urgent"] = True
    if message.language:
        row["language"] = message.language
    if message.edited:
        row["edited"] = True
    if message.pressed:
        row["pressed"] = True
    if message.for_staff:
        row["for_staff"] = True
    if message.verdict is not None:
        row["verdict"] = asdict(message.verdict)
    return json.dumps(row, ensure_ascii=False).encode("utf-8")


def load(position: str, raw: bytes) -> Message:
    """The message written by ``dump``, at its position."""
    row = json.loads(raw)
    stripped = row.get("stripped")
    text: StrippedText | AuthoredText = (
        StrippedText.from_log(row["text"], tuple(stripped["removed"]), stripped["departement"])
        if stripped is not None
        else AuthoredText(row["text"])
    )
    return Message(
        author=Author(row["author"]),
        text=text,
        at=datetime.fromisoformat(row["at"]),
        position=position,
        client_id=row.get("client_id"),
        more=row.get("more"),
        buttons=tuple(Button(**button) for button in row.get("buttons", ())),
        help_lines=tuple(HelpLine(**line) for line in row.get("help_lines", ())),
        urgent=row.get("urgent", False),
        verdict=_verdict(row["verdict"]) if "verdict" in row else None,
        language=row.get("language", ""),
        edited=row.get("edited", False),
        pressed=row.get("pressed", False),
        for_staff=row.get("for_staff", False),
    )


def _verdict(row: dict[str, Any]) -> Verdict:
    return Verdict(
        RiskLevel(row["level"]), Category(row["category"]), float(row["score"]), tuple(row["reasons"])
    )
