"""How a model measures on the fixed sets: bars (shares, higher is better) and what it takes for what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import httpx

from handoff.assistant.questions import rank_questions
from handoff.assistant.rasa import RasaClient
from handoff.conversation import RiskLevel
from handoff.predict import OUT_OF_SCOPE, RASA_TIMEOUT_SECONDS, as_labelled, predict_distress
from handoff.settings import PROJECT_FOLDER
from handoff.training.stories import goes_as_written, read_stories
from handoff.understanding import Understanding

SETS: Final = PROJECT_FOLDER / "tests" / "evaluation" / "sets"
STORIES: Final = PROJECT_FOLDER / "tests" / "stories"
# In the order in which they are shown. Higher is better, for all of them.
BARS: Final = ("first", "among_three", "out_of_scope", "stories", "distress_found", "distress_calm")
OTHER: Final = "other"
SHOWN_MISTAKES: Final = 12

Told = Callable[[float], None]


async def measure(
    understanding: Understanding, rasa_url: str, themes: Mapping[str, str], told: Told
) -> dict[str, Any]:
    """The report of the model that a Rasa serves. Raises RasaUnavailableError.

    ``themes``: of each topic. ``told``: how much is done (0 to 1).
    """
    gold = read_rows(SETS / "topics.jsonl")
    predicted = []
    rasa = RasaClient(rasa_url, RASA_TIMEOUT_SECONDS)
    try:
        for row in gold:
            ranking = await rank_questions(rasa.rank, understanding.stripper.strip(row["text"]))
            predicted.append(list(dict.fromkeys(as_labelled(each.topic) for each in ranking)))
            told(0.6 * len(predicted) / len(gold))
    finally:
        await rasa.close()
    stories = read_stories(STORIES)
    went_well = 0
    async with httpx.AsyncClient(base_url=rasa_url, timeout=RASA_TIMEOUT_SECONDS) as client:
        for number, (_, turns) in enumerate(stories, start=1):
            went_well += await goes_as_written(client, turns)
            told(0.6 + 0.3 * number / len(stories))
    distress = read_rows(SETS / "distress.jsonl")
    levels = [row["level"] for row in predict_distress(understanding, distress)]
    told(1.0)
    bars = {
        **topic_bars(gold, predicted),
        "stories": went_well / len(stories),
        **distress_bars(distress, levels),
    }
    return {"bars": bars, **confusions(gold, predicted, themes)}


def read_rows(file: Path) -> list[dict[str, Any]]:
    """The lines of a set."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def topic_bars(gold: Sequence[Mapping[str, Any]], predicted: Sequence[Sequence[str]]) -> dict[str, float]:
    """Shares of questions whose topic comes first, or among three; and of refusals rightly made."""
    pairs = [(row["topics"], list(topics)) for row, topics in zip(gold, predicted, strict=True)]
    inside = [pair for pair in pairs if pair[0] != [OUT_OF_SCOPE]]
    outside = [pair for pair in pairs if pair[0] == [OUT_OF_SCOPE]]
    return {
        "first": _share(bool(set(topics[:1]) & set(right)) for right, topics in inside),
        "among_three": _share(bool(set(topics[:3]) & set(right)) for right, topics in inside),
        "out_of_scope": _share(topics[:1] == [OUT_OF_SCOPE] for _, topics in outside),
    }


def distress_bars(gold: Sequence[Mapping[str, Any]], levels: Sequence[int]) -> dict[str, float]:
    """Shares of messages of level 2 and 3 found, and of messages of level 0 left alone."""
    pairs = [(int(row["level"]), level) for row, level in zip(gold, levels, strict=True)]
    return {
        "distress_found": _share(
            found >= RiskLevel.HIGH for level, found in pairs if level >= RiskLevel.HIGH
        ),
        "distress_calm": _share(found < RiskLevel.HIGH for level, found in pairs if level == RiskLevel.NONE),
    }


def confusions(
    gold: Sequence[Mapping[str, Any]], predicted: Sequence[Sequence[str]], themes: Mapping[str, str]
) -> dict[str, Any]:
    """Which theme is taken for which (counts), and the topics mistaken most often."""
    by_theme: Counter[tuple[str, str]] = Counter()
    mistakes: Counter[tuple[str, str]] = Counter()
    for row, topics in zip(gold, predicted, strict=True):
        first = topics[0] if topics else ""
        right = first if first in row["topics"] else row["topics"][0]
        by_theme[_theme(right, themes), _theme(first, themes)] += 1
        if right != first:
            mistakes[right, first] += 1
    return {
        "confusion": [[*pair, count] for pair, count in sorted(by_theme.items())],
        "mistakes": [[*pair, count] for pair, count in mistakes.most_common(SHOWN_MISTAKES)],
    }


def fallen(before: Mapping[str, float], after: Mapping[str, float], margin: float) -> list[str]:
    """The bars that fell by more than the margin, or that are missing."""
    return [bar for bar in before if after.get(bar, 0.0) < before[bar] - margin]


def _theme(topic: str, themes: Mapping[str, str]) -> str:
    return themes.get(topic, topic if topic == OUT_OF_SCOPE else OTHER)


def _share(right: Any) -> float:
    found = [bool(each) for each in right]
    return round(sum(found) / len(found), 4) if found else 0.0
