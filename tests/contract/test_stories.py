"""The conversations of tests/stories (Rasa's test-story format), each said to the running Rasa in words.

What is compared is what Rasa's tracker kept: for each message its intent and the actions it led to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.contract.rasa_conversation import RasaConversation

STORIES = Path(__file__).parents[1] / "stories"
LEAST_STORIES = 60

# What Rasa does around every turn.
SILENT = {"action_session_start", "action_listen"}
PLACE = re.compile(r"\[LIEU: [^\]]*\((\w+)\)\]")


@dataclass
class Turn:
    """A message: its words (not kept by Rasa), what it was taken for, what was done."""

    words: str
    intent: str
    actions: list[str]


def read_stories(file: Path) -> list[tuple[str, list[Turn]]]:
    """The stories of a file, by name."""
    found = []
    for story in yaml.safe_load(file.read_text(encoding="utf-8"))["stories"]:
        turns: list[Turn] = []
        for step in story["steps"]:
            if "user" in step:
                turns.append(Turn(step["user"].strip(), step["intent"], []))
            elif "action" in step:
                turns[-1].actions.append(step["action"])
        found.append((story["story"], turns))
    return found


ALL = [story for file in sorted(STORIES.glob("test_*.yml")) for story in read_stories(file)]


def kept_by_rasa(rasa: Any, talk: RasaConversation) -> list[tuple[str, list[str]]]:
    """Intent and actions of each message, as the tracker has them."""
    tracker = httpx.get(f"{rasa.url}/conversations/{talk.sender}/tracker", timeout=10).json()
    turns: list[tuple[str, list[str]]] = []
    for event in tracker["events"]:
        if event["event"] == "user":
            turns.append((event["parse_data"]["intent"]["name"], []))
        elif event["event"] == "action" and event["name"] not in SILENT:
            turns[-1][1].append(event["name"])
    return turns


@pytest.mark.parametrize("turns", [turns for _, turns in ALL], ids=[name for name, _ in ALL])
def test_the_conversation_goes_as_written(rasa: Any, turns: list[Turn]) -> None:
    talk = RasaConversation(rasa.url)
    for turn in turns:
        place = PLACE.search(turn.words)
        assert talk.say(turn.words, place.group(1) if place else None), "every message has an answer"
    assert kept_by_rasa(rasa, talk) == [(turn.intent, turn.actions) for turn in turns]


def test_there_are_enough_conversations_and_each_has_a_name_of_its_own() -> None:
    assert len({name for name, _ in ALL}) == len(ALL) >= LEAST_STORIES
