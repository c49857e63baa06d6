"""The files of deploy/ speak of figures, settings and commands that there are."""

from __future__ import annotations

import json
import re

import yaml

from handoff.metrics import Metrics
from handoff.parts import all_parts
from handoff.settings import PROJECT_FOLDER, Settings

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


def test_every_setting_named_is_one_there_is() -> None:
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    files = [file for file in DEPLOY.rglob("*") if file.is_file()]
    named = {name for file in files for name in re.findall(r"REPERE_[A-Z_]+", file.read_text("utf-8"))}
    assert "REPERE_TRUSTED_PROXIES" in named
    assert named - known == set()


def test_compose_runs_every_part_and_shows_only_the_proxy() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert set(all_parts(Settings())) <= set(services)
    for name in all_parts(Settings()):
        assert "ports" not in services[name], name
        assert services[name]["read_only"], name
    # Rasa answers to whoever reaches it: it may only be reached over the public app's loopback.
    for name in ("rasa", "actions"):
        assert services[name]["network_mode"] == "service:public"
        assert "secrets" not in services[name]
    for folder in ("caddy/Caddyfile", "prometheus/compose.yml", "repere.env.example", "Dockerfile"):
        assert (DEPLOY / folder).is_file()


def test_kubernetes_gives_rasa_no_key_and_no_port() -> None:
    found = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "repere.yaml").read_text(encoding="utf-8")))
    deployments = {each["metadata"]["name"]: each for each in found if each["kind"] == "Deployment"}
    assert set(deployments) == {"public", "staff"}
    for deployment in deployments.values():
        pod = deployment["spec"]["template"]
        assert deployment["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
        for container in pod["spec"]["containers"]:
            assert container["args"][0] in {*all_parts(Settings())}
            assert container["securityContext"]["readOnlyRootFilesystem"]
            if container["name"] in ("rasa", "actions"):
                given = [each.get("secretRef", {}).get("name") for each in container.get("envFrom", [])]
                assert "repere" not in given
                assert "ports" not in container
    services = {each["metadata"]["name"]: each for each in found if each["kind"] == "Service"}
    for name, service in services.items():
        labels = deployments[name]["spec"]["template"]["metadata"]["labels"]
        assert service["spec"]["selector"].items() <= labels.items()


def test_systemd_runs_every_part() -> None:
    wanted = (DEPLOY / "systemd" / "repere.target").read_text(encoding="utf-8")
    assert {part for part in all_parts(Settings()) if f"repere@{part}.service" not in wanted} == set()
