"""A poster with a QR code and the help lines' numbers, as PDF and PNG; neutral enough to be looked at safely.

It says nothing of what the service is about, and its link holds a code that counts arrivals and nothing else.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import segno
from font_roboto import Roboto, RobotoBold
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from handoff.answers.texts import Texts

WIDTH, HEIGHT, MARGIN = 148.0, 210.0, 14.0  # A5, in millimetres: the same drawing fills an A4 sheet too
QR_SIDE = 74.0
DOTS_PER_MM = 300 / 25.4
POINT = 25.4 / 72  # in millimetres
TITLE_SIZE, BODY_SIZE, SHOWN_SIZE, SMALL = 10.5, 6.0, 5.6, 5.2
LINE_HEIGHT = 1.3  # of the size of the letters
GAP = 4.0
LINES = ("line_1", "line_2", "line_3", "line_4")


@dataclass(frozen=True)
class _Line:
    """A line of words: its place from the top and its size in millimetres."""

    text: str
    top: float
    size: float
    bold: bool


class Poster:
    """One poster. ``link`` is what the QR code opens, ``shown`` the address to type."""

    def __init__(self, texts: Texts, link: str, shown: str) -> None:
        self._texts = texts
        self._code = segno.make(link, error="m", micro=False)
        self._shown = shown

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """``name.pdf`` and ``name.png`` in ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        pdf, png = folder / f"{name}.pdf", folder / f"{name}.png"
        pdf.write_bytes(self.pdf())
        self.image().save(png, dpi=(300, 300))
        return pdf, png

    def pdf(self) -> bytes:
        """The poster, to print."""
        page = FPDF(unit="mm", format=(WIDTH, HEIGHT))
        page.set_auto_page_break(False)
        page.add_font("Roboto", "", Roboto)
        page.add_font("Roboto", "B", RobotoBold)
        page.add_page()
        for line in self._lines():
            page.set_font("Roboto", "B" if line.bold else "", line.size / POINT)
            page.set_xy(0, line.top)
            page.cell(WIDTH, line.size, line.text, align="C")
        page.image(self._qr(), x=(WIDTH - QR_SIDE) / 2, y=self._qr_top, w=QR_SIDE)
        return bytes(page.output())

    def image(self) -> Image.Image:
        """The poster, to show on a screen."""
        sheet = Image.new("L", (_dots(WIDTH), _dots(HEIGHT)), 255)
        draw = ImageDraw.Draw(sheet)
        for line in self._lines():
            font = _font(line.size, line.bold)
            draw.text((_dots(WIDTH) / 2, _dots(line.top)), line.text, 0, font, "mt")
        side = _dots(QR_SIDE)
        code = Image.open(self._qr()).convert("L").resize((side, side), Image.Resampling.NEAREST)
        sheet.paste(code, ((sheet.width - side) // 2, _dots(self._qr_top)))
        return sheet

    def _qr(self) -> io.BytesIO:
        out = io.BytesIO()
        self._code.save(out, kind="png", scale=20, border=4)
        out.seek(0)
        return out

    @property
    def _qr_top(self) -> float:
        above = [line for line in self._lines() if line.size > SHOWN_SIZE]
        return above[-1].top + above[-1].size * LINE_HEIGHT + GAP

    def _lines(self) -> Iterator[_Line]:
        """From top to bottom, with room for the QR code under the first paragraph."""
        top = MARGIN
        for key, size, bold in (("title", TITLE_SIZE, True), ("body", BODY_SIZE, False)):
            for text in self._wrapped(self._texts.get(f"poster.{key}"), size, bold):
                yield _Line(text, top, size, bold)
                top += size * LINE_HEIGHT
            top += GAP
        top += QR_SIDE
        yield _Line(self._shown, top, SHOWN_SIZE, True)
        top += 3 * GAP
        for key in ("numbers", *LINES):
            for text in self._wrapped(self._texts.get(f"poster.{key}"), SMALL, key == "numbers"):
                yield _Line(text, top, SMALL, key == "numbers")
                top += SMALL * LINE_HEIGHT

    def _wrapped(self, text: str, size: float, bold: bool) -> list[str]:
        font, room = _font(size, bold), _dots(WIDTH - 2 * MARGIN)
        lines = [""]
        for word in text.split(" "):  # not at the no-break spaces
            longer = f"{lines[-1]} {word}".strip()
            if font.getlength(longer) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines


def _dots(millimetres: float) -> int:
    return round(millimetres * DOTS_PER_MM)


def _font(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(RobotoBold if bold else Roboto, _dots(size))
