"""A message as a JSON object: what the chat page and the console both receive."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from handoff.conversation import HelpLine, Message, StrippedText


def message_frame(message: Message) -> dict[str, Any]:
    """The fields of a ``message`` frame (docs/protocol.md)."""
    text = message.text
    return {
        "type": "message",
        "position": message.position,
        "author": message.author.value,
        "language": message.language,
        "id": message.client_id,
        "at": message.at.isoformat(),
        "text": text.value,
        "more": message.more,
        "removed": list(text.removed) if isinstance(text, StrippedText) else [],
        "buttons": [asdict(button) for button in message.buttons],
        "resources": [resource_frame(line) for line in message.help_lines],
        "urgent": message.urgent,
        "edited": message.edited,
    }


def resource_frame(line: HelpLine) -> dict[str, Any]:
    """A help line as the page shows it."""
    return asdict(line)
