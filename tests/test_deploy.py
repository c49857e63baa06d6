"""The files of deploy/ speak of figures, settings and commands that there are."""

from __future__ import annotations

import json
import re

import yaml

from handoff.metrics import Metrics
from handoff.settings import PROJECT_FOLDER

DEPLOY = PROJECT_FOLDER / "deploy"


def figures() -> set[str]:
    """Every name that Prometheus will see."""
    names: set[str] = set()
    for family in Metrics().registry.collect():
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}.get(family.type, [""])
        names |= {family.name + suffix for suffix in suffixes}
    return names


def test_alerts_speak_of_figures_there_are() -> None:
    (group,) = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    named = set(re.findall(r"repere_\w+", " ".join(rule["expr"] for rule in group["rules"])))
    assert named
    assert named - figures() == set()
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] for rule in group["rules"])


def test_the_dashboard_shows_every_figure_that_is_about_people() -> None:
    dashboard = json.loads((DEPLOY / "grafana" / "repere.json").read_text(encoding="utf-8"))
    shown = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    named = set(re.findall(r"repere_\w+", shown))
    assert named - figures() == set()
    families = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in figures()}
    assert families - {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in named} == {
        "repere_keeper_looks"
    }
