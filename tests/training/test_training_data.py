"""What a model learns: the files, the studio's examples, new topics once they are published."""

from __future__ import annotations

from pathlib import Path

import yaml

from handoff.answers.example_files import examples_by_topic
from handoff.settings import PROJECT_FOLDER
from handoff.training.data import TOPIC_RULE, write_training_data

NEW = tuple(f"nouvelle question {number}" for number in range(10))


def test_examples_are_replaced_and_new_topics_added(tmp_path: Path) -> None:
    before = examples_by_topic(PROJECT_FOLDER / "data" / "nlu")
    edited = {"lgbt": ("je suis bi", "jsuis lesbienne"), "permis": NEW, "pas_encore": NEW}
    new = write_training_data(PROJECT_FOLDER, tmp_path / "data", edited, ["lgbt", "permis"])
    assert new == ["permis"]
    after = examples_by_topic(tmp_path / "data" / "nlu")
    assert after["lgbt"] == edited["lgbt"]
    assert after["permis"] == NEW
    assert {topic: after[topic] for topic in before if topic != "lgbt"} == {
        topic: before[topic] for topic in before if topic != "lgbt"
    }
    assert "pas_encore" not in after
    domain = yaml.safe_load((tmp_path / "data" / "domain.yml").read_text(encoding="utf-8"))
    assert domain["intents"][-1] == "permis"
    rules = yaml.safe_load((tmp_path / "data" / "rules" / "topics.yml").read_text(encoding="utf-8"))["rules"]
    answered = next(rule for rule in rules if rule["rule"] == TOPIC_RULE)["steps"][0]["or"]
    assert {"intent": "permis"} in answered
    assert {"intent": "pas_encore"} not in answered


def test_without_a_change_it_is_what_the_files_hold(tmp_path: Path) -> None:
    write_training_data(PROJECT_FOLDER, tmp_path / "data", {}, [])
    for part in ("nlu", "rules"):
        for file in (PROJECT_FOLDER / "data" / part).glob("*.yml"):
            written = (tmp_path / "data" / part / file.name).read_text(encoding="utf-8")
            assert yaml.safe_load(written) == yaml.safe_load(file.read_text(encoding="utf-8"))
