"""The writing itself: from what a counsellor filled in to a text and a PDF. Pure; keeps nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from font_roboto import Roboto, RobotoBold
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from handoff.staff.danger_form import DangerForm

MOST_CHARACTERS = 8000  # a field


class ReportRefusedError(Exception):
    """What was filled in makes no report. ``reason``: the text of the form that says why."""

    def __init__(self, reason: Literal["choose_recipient", "too_long", "nothing_written"]) -> None:
        super().__init__(reason)
        self.reason = reason

    def said(self, form: DangerForm) -> str:
        """Why, in the language of a form."""
        words: str = getattr(form, self.reason)
        return words.format(most=MOST_CHARACTERS)


@dataclass(frozen=True)
class Paragraph:
    """A heading (``bold``) or what stands under one."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class DangerReport:
    """What will be downloaded."""

    recipient: str
    title: str
    paragraphs: tuple[Paragraph, ...]

    def as_text(self) -> str:
        lines = [self.title.upper(), ""]
        for each in self.paragraphs:
            lines += [each.text.upper() if each.bold else each.text, ""]
        return "\n".join(lines)

    def as_pdf(self) -> bytes:
        """A4, with a font of our own inside (Latin, Greek, Cyrillic; other scripts are in the text only)."""
        page = FPDF(format="A4")
        page.set_title(self.title)
        page.set_lang("fr")
        page.add_font("Roboto", "", Roboto)
        page.add_font("Roboto", "B", RobotoBold)
        page.set_margins(20, 18)
        page.set_auto_page_break(True, 18)
        page.add_page()
        page.set_font("Roboto", "B", 16)
        _write(page, 8, self.title)
        for each in self.paragraphs:
            page.ln(2)
            page.set_font("Roboto", "B" if each.bold else "", 12 if each.bold else 10.5)
            _write(page, 6.5 if each.bold else 5.5, each.text)
        return bytes(page.output())


def write_report(
    form: DangerForm, filled: Mapping[str, str], words: Sequence[str], now: datetime | None = None
) -> DangerReport:
    """Puts the filled fields in order, in the language of the form. Raises ReportRefusedError."""
    recipient = filled.get("recipient", "")
    title = next((text for key, text in form.headings.items() if key == recipient), None)
    if title is None:
        raise ReportRefusedError("choose_recipient")
    moment = (now or datetime.now(UTC)).strftime("%d/%m/%Y, %H:%M")
    paragraphs = [Paragraph(form.made_on.format(date=moment))]
    facts = bool(words)
    for section in form.sections:
        paragraphs.append(Paragraph(section.title, bold=True))
        for field in section.fields:
            value = _clean(filled.get(field.id, ""))
            if len(value) > MOST_CHARACTERS:
                raise ReportRefusedError("too_long")
            facts = facts or (section.id == "facts" and bool(value))
            paragraphs.append(Paragraph(f"{field.label} : {value or form.unknown}"))
            if field.id == "facts_told" and words:
                paragraphs += [Paragraph(_clean(each)) for each in words]
                paragraphs.append(Paragraph(form.stripped_note))
    if not facts:
        raise ReportRefusedError("nothing_written")
    return DangerReport(recipient, title, tuple(paragraphs))


def _clean(text: str) -> str:
    """Without control signs, nor those that turn the writing direction (a way to hide words)."""
    kept = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign)[0] != "C")
    return kept.strip()


def _write(page: FPDF, height: float, text: str) -> None:
    page.multi_cell(0, height, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
