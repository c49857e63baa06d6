"""The conversations of tests/stories (Rasa's test-story format), each said to the running Rasa in words.

What is compared is what Rasa's tracker kept: for each message its intent and the actions it led to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from handoff.training.stories import Turn, done_by_rasa, place_of, read_stories
from tests.contract.rasa_conversation import RasaConversation

STORIES = Path(__file__).parents[1] / "stories"
LEAST_STORIES = 60

ALL = read_stories(STORIES)


def kept_by_rasa(rasa: Any, talk: RasaConversation) -> list[tuple[str, list[str]]]:
    """Intent and actions of each message, as the tracker has them."""
    tracker = httpx.get(f"{rasa.url}/conversations/{talk.sender}/tracker", timeout=10).json()
    return done_by_rasa(tracker)


@pytest.mark.parametrize("turns", [turns for _, turns in ALL], ids=[name for name, _ in ALL])
def test_the_conversation_goes_as_written(rasa: Any, turns: list[Turn]) -> None:
    talk = RasaConversation(rasa.url)
    for turn in turns:
        assert talk.say(turn.words, place_of(turn.words)), "every message has an answer"
    assert kept_by_rasa(rasa, talk) == [(turn.intent, turn.actions) for turn in turns]


def test_there_are_enough_conversations_and_each_has_a_name_of_its_own() -> None:
    assert len({name for name, _ in ALL}) == len(ALL) >= LEAST_STORIES
