"""What a model learns: the files of data/, with the examples and the new topics of the studio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from handoff.answers.example_files import examples_by_topic, new_intents, with_examples

TOPIC_RULE = "A topic gets its answer"


def write_training_data(
    project: Path, target: Path, examples: Mapping[str, Sequence[str]], published: Sequence[str]
) -> list[str]:
    """Writes domain, rules, stories and examples under ``target``; returns the topics that are new.

    A new topic is learnt once its card is published: before, there would be nothing to say. Raises OSError.
    """
    data = project / "data"
    known = examples_by_topic(data / "nlu")
    new = {topic: lines for topic, lines in examples.items() if topic not in known and topic in published}
    for part in ("nlu", "rules", "stories"):
        (target / part).mkdir(parents=True)
        for file in sorted((data / part).glob("*.yml")):
            text = file.read_text(encoding="utf-8")
            (target / part / file.name).write_text(
                with_examples(text, examples) if part == "nlu" else text, encoding="utf-8"
            )
    if new:
        (target / "nlu" / "studio.yml").write_text(new_intents(new), encoding="utf-8")
        rules = target / "rules" / "topics.yml"
        rules.write_text(_with_rules(rules.read_text(encoding="utf-8"), list(new)), encoding="utf-8")
    domain = yaml.safe_load((project / "domain.yml").read_text(encoding="utf-8"))
    domain["intents"] = [*domain["intents"], *(topic for topic in new if topic not in domain["intents"])]
    _dump(target / "domain.yml", domain)
    return list(new)


def _with_rules(text: str, topics: Sequence[str]) -> str:
    content = yaml.safe_load(text)
    rule = next(each for each in content["rules"] if each["rule"] == TOPIC_RULE)
    rule["steps"][0]["or"] += [{"intent": topic} for topic in topics]
    return str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))


def _dump(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
