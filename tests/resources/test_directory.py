"""The directory of help: only what was checked is shown, and somebody can always be reached."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from handoff.resources.directory import Directory, ResourceError
from handoff.resources.opening import is_always, read_opening, say_opening
from handoff.settings import PROJECT_FOLDER

FOLDER = PROJECT_FOLDER / "data" / "resources"


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory.load(FOLDER)


def rows() -> list[dict[str, object]]:
    resources: list[dict[str, object]] = yaml.safe_load(
        (FOLDER / "national.yml").read_text(encoding="utf-8")
    )["resources"]
    return resources


def test_every_line_can_be_reached_and_says_where_it_was_read() -> None:
    for row in rows():
        assert row["phone"] or row["sms"] or row["url"] or row["chat_url"], row["id"]
        assert str(row["source_url"]).startswith("http"), row["id"]


def test_no_unchecked_field_is_shown() -> None:
    shown = [value for row in rows() for value in row.values() if isinstance(value, str)]
    assert [value for value in shown if "vérifier" in value or "mémoire" in value] == []


def test_no_young_person_is_sent_to_a_line_that_may_cost_a_lot() -> None:
    assert [
        row["id"]
        for row in rows()
        if str(row["phone"] or "").replace(" ", "").startswith(("081", "082", "089"))
    ] == []


def test_the_hours_of_a_line_are_the_same_in_words_and_for_the_machine(directory: Directory) -> None:
    for each in directory:
        spans = read_opening(each.opening) if each.opening else None
        assert (each.opening is None) == (spans is None), each.id
        if each.hours and "jour et nuit" in each.hours:
            assert spans is not None and is_always(spans), each.id
        if spans and not is_always(spans):
            assert say_opening(spans).split(",")[0].split(" ")[0] in (each.hours or ""), each.id


def test_an_unknown_line_is_named(directory: Directory) -> None:
    with pytest.raises(ResourceError, match="ligne_inventée"):
        directory.get("ligne_inventée")


@pytest.mark.parametrize(
    "change", [{"verified": "memory"}, {"surprise": 1}, {"phone": 119}, {"id": None}, {"audience": ["tous"]}]
)
def test_a_faulty_record_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    good = rows()[0]
    file = tmp_path / "national.yml"
    file.write_text(yaml.safe_dump({"resources": [good]}), encoding="utf-8")
    assert Directory.load(tmp_path).phones() == {"119"}
    file.write_text(yaml.safe_dump({"resources": [{**good, **change}]}), encoding="utf-8")
    with pytest.raises(ResourceError, match="national"):
        Directory.load(tmp_path)


def test_the_same_line_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "national.yml").write_text(
        yaml.safe_dump({"resources": [rows()[0], rows()[0]]}), encoding="utf-8"
    )
    with pytest.raises(ResourceError):
        Directory.load(tmp_path)
