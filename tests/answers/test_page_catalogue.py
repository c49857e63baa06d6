"""The labels of the pages: whole in every language, and never an error for whoever opens one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.answers.page_catalogue import PageCatalogue
from handoff.answers.texts import TextError
from handoff.conversation import Audience
from handoff.settings import PROJECT_FOLDER

TEXTS = PROJECT_FOLDER / "data" / "texts"
CATALOGUE = PageCatalogue.load(TEXTS, ["fr", "en", "es"])


def test_every_label_exists_in_every_language() -> None:
    assert list(CATALOGUE.missing()) == []


@pytest.mark.parametrize("audience", list(Audience))
def test_each_audience_has_four_starting_points_that_are_topics(audience: Audience) -> None:
    topics = (PROJECT_FOLDER / "data" / "answers" / "catalogue.yml").read_text(encoding="utf-8")
    for language in CATALOGUE.languages:
        starts = CATALOGUE.starts(language.code, audience)
        assert len(starts) == 4
        assert [topic for topic in starts if f"{{id: {topic}," not in topics] == []


def test_the_browser_s_best_language_is_taken() -> None:
    assert CATALOGUE.choose(None, "de-DE, en-GB;q=0.4, es-ES;q=0.8").code == "es"
    assert CATALOGUE.choose("en", "es").code == "en"
    assert CATALOGUE.choose("klingon", "").code == "fr"


@given(st.text(max_size=80), st.text(max_size=200))
def test_whatever_is_asked_for_a_language_is_chosen(asked: str, accepted: str) -> None:
    assert CATALOGUE.choose(asked, accepted) in CATALOGUE.languages


def test_a_language_that_is_not_whole_is_completed_and_knows_its_direction(tmp_path: Path) -> None:
    (tmp_path / "ui.fr.yml").write_text("chat: {send: Envoyer, close: Fermer}", "utf-8")
    (tmp_path / "ui.ar.yml").write_text("chat: {send: أرسل}", "utf-8")
    catalogue = PageCatalogue.load(tmp_path, ["fr", "ar"])
    assert catalogue.labels("ar") == {"send": "أرسل", "close": "Fermer"}
    assert catalogue.language("ar").direction == "rtl"
    assert list(catalogue.missing()) == [("ar", "chat.close")]


@pytest.mark.parametrize("languages", [[], ["fr", "xx-nothing"], ["pt"]])
def test_a_language_that_is_not_there_is_one_clear_error(languages: list[str]) -> None:
    with pytest.raises(TextError):
        PageCatalogue.load(TEXTS, languages)


@pytest.mark.parametrize(
    ("language", "length", "said"),
    [
        ("fr", timedelta(hours=24), "24 heures"),
        ("fr", timedelta(hours=24, minutes=30), "24 heures et 30 minutes"),
        ("fr", timedelta(hours=1), "1 heure"),
        ("en", timedelta(minutes=30), "30 minutes"),
        ("es", timedelta(hours=2), "2 horas"),
        ("es", timedelta(seconds=61), "2 minutos"),
    ],
)
def test_durations_are_exact_and_said_as_people_say_them(language: str, length: timedelta, said: str) -> None:
    assert CATALOGUE.duration(language, length).replace("\N{NO-BREAK SPACE}", " ") == said
