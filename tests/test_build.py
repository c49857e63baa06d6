"""What `make build` builds, leaves, and takes from what another clone built."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff.build import KEPT, Cache, Step


def a_clone(folder: Path, data: str) -> Step:
    """A clone with one step, whose product is its data in capitals."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "messages.txt").write_text(data)
    return Step("a model", folder / "var" / "tagger" / "model", (folder / "data",), ())


def build(step: Step) -> None:
    step.product.parent.mkdir(parents=True, exist_ok=True)
    step.product.write_text((step.sources[0] / "messages.txt").read_text().upper())
    step.done()


def test_a_product_is_due_until_it_is_made_from_what_is_there_now(tmp_path: Path) -> None:
    step = a_clone(tmp_path, "salut")
    assert step.is_due()
    build(step)
    assert not step.is_due()
    (tmp_path / "data" / "README.md").write_text("what this is")
    assert not step.is_due(), "no product depends on what is said about its data"
    (tmp_path / "data" / "messages.txt").write_text("salut toi")
    assert step.is_due()


def test_an_interrupted_build_is_never_taken_for_done(tmp_path: Path) -> None:
    step = a_clone(tmp_path, "salut")
    step.product.parent.mkdir(parents=True)
    step.product.write_text("SAL")
    assert step.is_due()


def test_another_clone_takes_what_was_built_from_the_same(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    first, second = a_clone(tmp_path / "one", "salut"), a_clone(tmp_path / "two", "salut")
    build(first)
    cache.keep(first)
    assert cache.take(second)
    assert second.product.read_text() == "SALUT"
    assert not second.is_due()


def test_other_data_are_not_served_what_was_built_before(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    first, other = a_clone(tmp_path / "one", "salut"), a_clone(tmp_path / "two", "bonsoir")
    build(first)
    cache.keep(first)
    assert not cache.take(other)
    assert not other.product.exists()


def test_the_oldest_are_dropped(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    for number in range(KEPT + 2):
        step = a_clone(tmp_path / "one", f"salut {number}")
        build(step)
        cache.keep(step)
    assert len(list(cache.folder.iterdir())) == KEPT
    assert cache.take(step), "the newest is there"


def test_a_cache_that_cannot_be_written_costs_nothing_but_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    step = a_clone(tmp_path / "one", "salut")
    build(step)
    Cache(tmp_path / "cache").keep(step)
    assert "not kept" in capsys.readouterr().out
    assert not step.is_due()
