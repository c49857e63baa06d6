"""Rules about our own code that no type checker sees."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from handoff.conversation import StrippedText
from handoff.settings import PROJECT_FOLDER, Settings

HANDOFF = PROJECT_FOLDER / "handoff"

# Who may make a StrippedText, by the constructor they use.
MAKERS = {"from_privacy": HANDOFF / "privacy", "from_log": HANDOFF / "store"}


def calls_of(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call.attr for call in calls if isinstance(call, ast.Attribute)]


def test_only_privacy_makes_stripped_text_and_only_the_store_reads_it_back() -> None:
    breaches = [
        (path.relative_to(HANDOFF), name)
        for path in HANDOFF.rglob("*.py")
        for name in calls_of(path)
        if name in MAKERS and not path.is_relative_to(MAKERS[name]) and path.name != "conversation.py"
    ]
    assert breaches == []


def test_stripped_text_cannot_be_made_by_hand() -> None:
    with pytest.raises(TypeError):
        StrippedText("mon numéro est le 06…")


def test_a_stripped_text_in_a_log_line_shows_no_word() -> None:
    assert "secret" not in str(StrippedText.from_privacy("un secret"))
    assert "secret" not in f"{StrippedText.from_privacy('un secret')}"


def test_every_setting_is_explained_to_operators() -> None:
    guide = (PROJECT_FOLDER / "docs" / "operations.md").read_text(encoding="utf-8")
    names = [str(field.validation_alias) for field in Settings.model_fields.values()]
    assert [name for name in names if f"`{name}`" not in guide] == []


def test_nothing_in_the_repository_names_a_machine_or_a_registry() -> None:
    forbidden = (
        "/work/" + "main",
        "/root/" + ".",
        "pypi." + "org",
        "files.pythonhosted" + ".org",
        "registry.npm" + "js",
    )
    texts = [
        path
        for folder in ("handoff", "bot", "actions", "tests", "scripts", "docs", "data")
        for path in (PROJECT_FOLDER / folder).rglob("*")
        if path.is_file()
        and ".venv" not in path.parts
        and path.suffix in {".py", ".sh", ".md", ".yml", ".txt", ".lock", ".toml", ".html", ".js", ".css"}
    ]
    texts += [
        path
        for path in PROJECT_FOLDER.iterdir()
        if path.is_file() and path.suffix in {".lock", ".md", ".toml"}
    ]
    breaches = [
        (str(path.relative_to(PROJECT_FOLDER)), word)
        for path in texts
        for word in forbidden
        if word in path.read_text(encoding="utf-8")
    ]
    assert breaches == []
