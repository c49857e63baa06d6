"""The test stories (Rasa's test-story format), said to a running Rasa in words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

# What Rasa does around every turn.
SILENT: Final = frozenset({"action_session_start", "action_listen"})
PLACE: Final = re.compile(r"\[LIEU: [^\]]*\((\w+)\)\]")


@dataclass
class Turn:
    """A message: its words (not kept by Rasa), what it was taken for, what was done."""

    words: str
    intent: str
    actions: list[str]


def read_stories(folder: Path) -> list[tuple[str, list[Turn]]]:
    """The stories of every file of a folder, by name."""
    found = []
    for file in sorted(folder.glob("test_*.yml")):
        for story in yaml.safe_load(file.read_text(encoding="utf-8"))["stories"]:
            turns: list[Turn] = []
            for step in story["steps"]:
                if "user" in step:
                    turns.append(Turn(step["user"].strip(), step["intent"], []))
                elif "action" in step:
                    turns[-1].actions.append(step["action"])
            found.append((story["story"], turns))
    return found


def place_of(words: str) -> str | None:
    """The département that stripping would have found in these words."""
    place = PLACE.search(words)
    return place.group(1) if place else None


def done_by_rasa(tracker: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Intent and actions of each message, as the tracker has them."""
    turns: list[tuple[str, list[str]]] = []
    for event in tracker["events"]:
        if event["event"] == "user":
            turns.append((event["parse_data"]["intent"]["name"], []))
        elif event["event"] == "action" and event["name"] not in SILENT:
            turns[-1][1].append(event["name"])
    return turns


async def goes_as_written(rasa: httpx.AsyncClient, turns: Sequence[Turn]) -> bool:
    """Says a story to Rasa; whether it did what is written. Raises httpx.HTTPError."""
    sender = f"story-{uuid.uuid4().hex}"
    for turn in turns:
        place = place_of(turn.words)
        metadata = {"departement": place} if place else {}
        body = {"sender": sender, "message": turn.words, "metadata": metadata}
        answer = await rasa.post("/webhooks/rest/webhook", json=body)
        if answer.status_code != httpx.codes.OK or not answer.json():
            return False
    tracker = (await rasa.get(f"/conversations/{sender}/tracker")).json()
    return done_by_rasa(tracker) == [(turn.intent, turn.actions) for turn in turns]
