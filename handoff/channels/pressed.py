"""A pressed button as a message of the path."""

from __future__ import annotations

from typing import Protocol

from handoff.errors import MessageRefusedError
from handoff.receive_message import Incoming


class ButtonWords(Protocol):
    def button_label(self, payload: str) -> str | None: ...


def pressed(label: str | None, client_id: str, payload: object) -> Incoming:
    """A button, with our own words for it (``label``): no page and no app is trusted with them.

    Raises MessageRefusedError when there is no such button.
    """
    if label is None or not isinstance(payload, str):
        raise MessageRefusedError("bad_frame")
    if payload == "#place":
        payload = "/trouver_aide_proche"
    return Incoming(client_id, label, payload, asks_for_person=payload == "#person")
