"""The writing about a child in danger: what was filled in, nothing else, as text and as PDF."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handoff.settings import PROJECT_FOLDER
from handoff.staff.danger_form import DangerForm
from handoff.staff.danger_report import MOST_CHARACTERS, ReportRefusedError, write_report
from handoff.staff.language import LANGUAGES

TEXTS = PROJECT_FOLDER / "data" / "texts"
FORM, IN_ENGLISH = (DangerForm.load(TEXTS, language) for language in LANGUAGES)
NOW = datetime(2026, 11, 25, 21, 4, tzinfo=UTC)
FACTS = {"recipient": "crip", "facts_told": "Elle dit : « j'ai 15 ans »"}


def test_every_field_is_in_the_text_the_unknown_ones_said_to_be() -> None:
    text = write_report(FORM, FACTS, ["le 25/11/2026 à 20:58 (UTC) : « j'ai peur »"], NOW).as_text()
    assert text.startswith("INFORMATION PRÉOCCUPANTE\n")
    assert "25/11/2026, 21:04" in text
    for section in FORM.sections:
        assert section.title.upper() in text
        for field in section.fields:
            assert f"{field.label} : " in text
    assert "Ce que le jeune a écrit : Elle dit : « j'ai 15 ans »\n\nle 25/11/2026" in text
    assert FORM.stripped_note in text
    assert f"École, lieu d'accueil, autre lieu connu : {FORM.unknown}" in text


@pytest.mark.parametrize(
    ("filled", "words", "reason"),
    [
        ({"facts_told": "x"}, [], "choose_recipient"),
        ({"recipient": "le voisin", "facts_told": "x"}, [], "choose_recipient"),
        ({"recipient": "crip", "child_name": "Zoé"}, [], "nothing_written"),
        ({"recipient": "crip", "facts_told": " \u200b "}, [], "nothing_written"),
        ({"recipient": "crip", "facts_told": "x" * (MOST_CHARACTERS + 1)}, [], "too_long"),
    ],
)
def test_what_makes_no_report_is_refused_with_a_reason(
    filled: dict[str, str], words: list[str], reason: str
) -> None:
    with pytest.raises(ReportRefusedError) as refused:
        write_report(FORM, filled, words)
    assert refused.value.reason == reason
    assert refused.value.said(FORM) != refused.value.said(IN_ENGLISH)


def test_signs_that_hide_words_are_taken_out() -> None:
    hiding = FACTS | {"facts_seen": "avant\u202eaprès\x07\x00 <b>"}
    assert "avantaprès <b>" in write_report(FORM, hiding, []).as_text()


def test_the_pdf_holds_any_name_and_no_more_than_the_text() -> None:
    names = "Łukasz, Đặng, Ελένη, محمد, 李雷, 👍"
    pdf = write_report(FORM, FACTS | {"child_name": names}, ["« mot »"] * 100, NOW).as_pdf()
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert b"/Lang (fr)" in pdf


def test_both_languages_ask_for_the_same_and_cite_the_same_law() -> None:
    def shape(form: DangerForm) -> list[object]:
        fields = [[(each.id, each.kind) for each in section.fields] for section in form.sections]
        law = [(section.id, section.fact, section.verified) for section in form.sections]
        return [fields, law, form.headings, form.recipients.fact, len(form.emergency.steps)]

    assert shape(FORM) == shape(IN_ENGLISH)
