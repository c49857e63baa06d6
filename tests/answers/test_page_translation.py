"""A translator's gettext file: out and in again, and what is wrong with one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po, write_po

from handoff.answers.page_catalogue import PageCatalogue
from handoff.answers.page_translation import export_file, import_file, main
from handoff.settings import PROJECT_FOLDER

TEXTS = PROJECT_FOLDER / "data" / "texts"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    shutil.copytree(TEXTS, folder)
    return folder


@pytest.mark.parametrize("language", ["en", "es"])
def test_out_and_in_again_nothing_has_changed(texts: Path, language: str) -> None:
    before = yaml.safe_load((texts / f"ui.{language}.yml").read_text("utf-8"))
    assert export_file(texts / "out.po", language, texts) == 0
    import_file(texts / "out.po", language, texts)
    assert yaml.safe_load((texts / f"ui.{language}.yml").read_text("utf-8")) == before


def test_a_new_language_begins_with_what_is_translated_and_reads_french_for_the_rest(texts: Path) -> None:
    path = texts / "ar.po"
    missing = export_file(path, "ar", texts)
    with path.open("rb") as file:
        catalogue = read_po(file)
    assert len(catalogue) == missing
    for context, words in {"chat.send": "أرسل", "chat.close": "أغلق", "chat.menu": "قائمة"}.items():
        message = next(each for each in catalogue if each.context == context)
        message.string = words
        if context == "chat.menu":
            message.flags.add("fuzzy")  # the translator is not sure
    with path.open("wb") as file:
        write_po(file, catalogue)
    assert import_file(path, "ar", texts) == 2
    page = PageCatalogue.load(texts, ["fr", "ar"])
    assert page.labels("ar")["send"] == "أرسل"
    assert page.labels("ar")["menu"] == page.labels("fr")["menu"]
    assert page.language("ar").direction == "rtl"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('msgctxt "chat.nowhere"\nmsgid "Envoyer"\nmsgstr "Send"', "no such label"),
        ('msgctxt "chat.close"\nmsgid "Ferme"\nmsgstr "Close"', "the French words are others now: Fermer"),
        ('msgctxt "aide.ages"\nmsgid "{min}-{max} ans"\nmsgstr "de {min} ani"', "{max} {min} must stay"),
        ('msgctxt "chat.close"\nmsgid "Fermer"\nmsgstr "<b>{x}</b>"', "nothing in braces must stay"),
        ('msgid "Fermer"\nmsgstr "Close"', "no such label"),
        ('msgctxt "chat.close\nmsgid', "po"),
    ],
)
def test_a_faulty_file_is_refused_by_line_and_nothing_is_written(
    texts: Path, written: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = texts / "faulty.po"
    path.write_text(
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n{written}\n', "utf-8"
    )
    before = {each.name: each.read_bytes() for each in texts.iterdir()}
    monkeypatch.setattr("handoff.answers.page_translation.TEXTS", texts)
    assert main(["import", "ro", str(path)]) == 1
    assert said in capsys.readouterr().err
    assert {each.name: each.read_bytes() for each in texts.iterdir()} == before


def test_no_language_and_the_first_one_are_no_translation(texts: Path) -> None:
    for code in ("klingon", "fr", "fr_CA"):
        with pytest.raises(SystemExit):
            main(["export", code, str(texts / "out.po")])
