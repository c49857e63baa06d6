"""``make model-card``: measures the distress detector and writes docs/distress-model-card.md.

Compared on the same messages with a plain keyword list (the lexicon alone) and with the vote of the
nearest training messages by the sentence encoder.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from handoff.conversation import StrippedText, Verdict
from handoff.distress.detector import LEXICON
from handoff.distress.lexicon import Lexicon
from handoff.distress.train import CONVERSATIONS, MESSAGES, VALIDATION
from handoff.encoder.encoder import Encoder
from handoff.settings import PROJECT_FOLDER, Settings
from handoff.understanding import Understanding
from tests.evaluation import score

HERE = Path(__file__).parent
CARD = PROJECT_FOLDER / "docs" / "distress-model-card.md"
NEIGHBOURS = 7
HAND_OVER = 2

Row = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What one method says of one message."""

    level: int
    score: float


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def by_keywords(texts: Sequence[str]) -> list[Found]:
    lexicon = Lexicon.load(LEXICON)
    levels = [max((int(phrase.level) for phrase in lexicon.find(text)), default=0) for text in texts]
    return [Found(level, float(level)) for level in levels]


def by_nearest(texts: Sequence[str], settings: Settings) -> list[Found]:
    """The mean level of the nearest training messages, rounded."""
    encoder = Encoder.load(settings.var_folder / "encoder")
    known = read(MESSAGES)
    levels = np.array([row["level"] for row in known], dtype=np.float32)
    near = encoder.encode(texts) @ encoder.encode([row["text"] for row in known]).T
    best = np.argsort(-near, axis=1)[:, :NEIGHBOURS]
    return [Found(round(float(levels[row].mean())), float((levels[row] >= HAND_OVER).mean())) for row in best]


def figures(rows: Sequence[Row], found: Sequence[Found]) -> Row:
    """The figures of the table, each with its interval."""
    pairs = list(zip(rows, found, strict=True))

    def share(of: Callable[[Row], bool], least: int) -> Row | None:
        inside = [each.level >= least for row, each in pairs if of(row)]
        rate: Row | None = score.rate(sum(inside), len(inside))
        return rate

    return {
        "imminent_handed_over": share(lambda row: row["level"] == 3, HAND_OVER),
        "imminent_seen_as_3": share(lambda row: row["level"] == 3, 3),
        "serious_handed_over": share(lambda row: row["level"] >= HAND_OVER, HAND_OVER),
        "concern_raised": share(lambda row: row["level"] == 1, HAND_OVER),
        "needless": share(lambda row: row["level"] == 0, HAND_OVER),
        "auc": score.auc([(each.score, row["level"] >= HAND_OVER) for row, each in pairs]),
    }


def slices(
    rows: Sequence[Row], found: Sequence[Found]
) -> dict[str, dict[str, tuple[Row | None, Row | None]]]:
    """(levels 2 and 3 handed over, level 0 handed over) for each part of the set, by kind of part."""
    kinds: dict[str, Callable[[Row], str]] = {
        "category": lambda row: str(row["category"]),
        "language": lambda row: str(row["lang"]),
        "spelling": lambda row: spelling(row["text"]),
        "age said": lambda row: age(row["text"]),
    }
    made: dict[str, dict[str, tuple[Row | None, Row | None]]] = {}
    for kind, name_of in kinds.items():
        parts: dict[str, list[tuple[Row, Found]]] = defaultdict(list)
        for row, each in zip(rows, found, strict=True):
            parts[name_of(row)].append((row, each))
        made[kind] = {name: _two_rates(pairs) for name, pairs in sorted(parts.items())}
    return made


def _two_rates(pairs: Sequence[tuple[Row, Found]]) -> tuple[Row | None, Row | None]:
    serious = [each.level >= HAND_OVER for row, each in pairs if row["level"] >= HAND_OVER]
    harmless = [each.level >= HAND_OVER for row, each in pairs if row["level"] == 0]
    return score.rate(sum(serious), len(serious)), score.rate(sum(harmless), len(harmless))


def spelling(text: str) -> str:
    """As a teacher writes, or as a thumb does."""
    careful = text[:1].isupper() and text.rstrip()[-1:] in ".?!»…"
    return "full sentences" if careful else "typed in a hurry"


def age(text: str) -> str:
    """The age that the message itself says, if any (French)."""
    found = re.search(r"\b(\d{1,2}) ?ans\b", text)
    years = int(found.group(1)) if found else 0
    if not 5 <= years <= 25:
        return "not said"
    return "under 13" if years < 13 else "13 to 15" if years < 16 else "16 to 25"


def main() -> None:
    settings = Settings.load()
    sets = sorted((HERE / "sets").glob("distress*.jsonl"))
    rows = [row for file in sets for row in read(file) if not row["ambiguous"]]
    understanding = Understanding.load(settings)
    stripped = [understanding.stripper.strip(row["text"]) for row in rows]
    verdicts, times = _timed(understanding.detector.weigh, stripped)
    ours = [Found(int(verdict.level), verdict.score) for verdict in verdicts]
    texts = [text.value for text in stripped]
    methods = {
        "a keyword list (our lexicon alone)": by_keywords(texts),
        f"the vote of the {NEIGHBOURS} nearest training messages": by_nearest(texts, settings),
        "this detector": ours,
    }
    training = read(MESSAGES)
    template = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, autoescape=False)
    card = template.from_string((HERE / "model_card.md.j2").read_text(encoding="utf-8")).render(
        table={name: figures(rows, found) for name, found in methods.items()},
        slices=slices(rows, ours),
        right_category=score.rate(
            *_right_category(rows, [verdict.category.value for verdict in verdicts], ours)
        ),
        p50=round(float(np.median(times)), 1),
        messages=len(training),
        conversations=len(read(CONVERSATIONS)),
        levels=Counter(row["level"] for row in training),
        languages=Counter(row["lang"] for row in training),
        validated=len(read(VALIDATION / MESSAGES.name)),
        judged=json.loads((settings.var_folder / "distress" / "manifest.json").read_text(encoding="utf-8"))[
            "validation"
        ],
        tested=len(rows),
    )
    CARD.write_text(card, encoding="utf-8")
    print(card)


def _timed(
    weigh: Callable[[StrippedText], Verdict], texts: Sequence[StrippedText]
) -> tuple[list[Verdict], list[float]]:
    verdicts, times = [], []
    for text in texts:
        started = time.perf_counter()
        verdicts.append(weigh(text))
        times.append((time.perf_counter() - started) * 1000)
    return verdicts, times


def _right_category(rows: Sequence[Row], categories: Sequence[str], ours: Sequence[Found]) -> tuple[int, int]:
    """Of the dangers that were seen, how many under the right name."""
    seen = [
        category == row["category"]
        for row, category, found in zip(rows, categories, ours, strict=True)
        if row["level"] >= HAND_OVER and found.level >= HAND_OVER
    ]
    return sum(seen), len(seen)


if __name__ == "__main__":
    main()
