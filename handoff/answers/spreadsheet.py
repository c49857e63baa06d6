"""Cards as a table for translators and lawyers (XLSX or CSV), and back: one line a text.

Nothing of what comes back is trusted: a formula is refused, not computed; a merged cell would hide words; a
line written beside a French text that has changed since is left out.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

COLUMNS: Final = ("topic", "language", "audience", "part", "french", "text")
# Of the second sheet, which is for reading only; each is a field of the studio's labels.
SOURCE_COLUMNS: Final = (
    *("topic", "title", "claim", "law", "url", "fact", "verified", "needs_review"),
    *("reviewed_on", "review_by"),
)
_WIDTHS: Final = (26, 9, 10, 8, 70, 70)
_SOURCE_WIDTHS: Final = (26, 30, 60, 40, 40, 20, 20, 60, 12, 12)
PARTS: Final = ("title", "short", "more", "safe")
LANGUAGES: Final = ("fr", "en", "es")
LARGEST_UNPACKED_BYTES: Final = 50 * 1024 * 1024
MOST_LINES: Final = 20_000
# A cell that begins like this is a formula to a spreadsheet that opens a CSV.
_KEPT_AS_TEXT: Final = ("=", "+", "-", "@", "\t", "\r", "'")
# What openpyxl raises at a damaged file; XML that is not well formed is a SyntaxError.
UNREADABLE: Final = (
    *(zipfile.BadZipFile, InvalidFileException, SyntaxError),
    *(AttributeError, EOFError, LookupError, OSError, RuntimeError, TypeError, ValueError, zlib.error),
)


class TableError(Exception):
    """A table is refused. ``code`` (texts: studio, ``exchange.table_…``) and where, e.g. "F12"."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code} {where}".strip())
        self.code = code
        self.where = where


Line = tuple[str, ...]


def lines_of_cards(contents: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """One line a text, with the French one beside it; empty where a translation is missing."""
    for content in contents:
        title, texts = content["title"], content["texts"]
        for language in LANGUAGES:
            yield (content["topic"], language, "", "title", title.get("fr", ""), title.get(language, ""))
            audiences = dict.fromkeys([*texts.get("fr", {}), *texts.get(language, {})])
            for audience in audiences:
                for part in ("short", "more", "safe"):
                    french = texts.get("fr", {}).get(audience, {}).get(part) or ""
                    text = texts.get(language, {}).get(audience, {}).get(part) or ""
                    if french or text:
                        yield (content["topic"], language, audience, part, french, text)


def sources_of_cards(contents: Iterable[Mapping[str, Any]], name: Callable[[str], str]) -> Iterator[Line]:
    """For lawyers: a header, then one line a source and one for each point that is still to be checked.

    ``name``: the studio's labels.
    """
    yield tuple(name(f"field.{column}") for column in SOURCE_COLUMNS)
    for content in contents:
        card = {column: str(content.get(column) or "") for column in ("topic", "reviewed_on", "review_by")}
        card["title"] = content["title"].get("fr", "")
        rows: list[dict[str, str]] = [
            {**card, **source, "verified": name(f"verified.{source['verified']}")}
            for source in content.get("sources", ())
        ]
        rows += [{**card, "needs_review": point} for point in content.get("needs_review", ())]
        for row in rows:
            yield tuple(str(row.get(column) or "") for column in SOURCE_COLUMNS)


def as_xlsx(lines: Iterable[Line], sources: Iterable[Line] = ()) -> bytes:
    """A workbook; every cell is text, whatever it begins with. ``sources``: a second sheet, header first."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "textes"
    _fill(sheet, (COLUMNS, *lines), _WIDTHS)
    beside = workbook.create_sheet("sources")
    _fill(beside, sources, _SOURCE_WIDTHS)
    beside.protection.enable()
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, lines: Iterable[Line], widths: Iterable[int]) -> None:
    for number, line in enumerate(lines, start=1):
        for place, value in enumerate(line, start=1):
            cell = sheet.cell(number, place)
            assert isinstance(cell, Cell)
            cell.value = value
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def as_csv(lines: Iterable[Line]) -> bytes:
    """A CSV file that Excel opens as UTF-8; a leading apostrophe keeps a text from being a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([f"'{value}" if value.startswith(_KEPT_AS_TEXT) else value for value in line])
    return ("\ufeff" + out.getvalue()).encode("utf-8")


def read_table(content: bytes) -> dict[int, Line]:
    """The lines of an XLSX or CSV file, by their number in it. Raises TableError."""
    lines = _read_xlsx(content) if content[:2] == b"PK" else _read_csv(content)
    if not lines or tuple(lines[0][: len(COLUMNS)]) != COLUMNS:
        raise TableError("columns", "A1")
    if len(lines) > MOST_LINES:
        raise TableError("too_long")
    rows = {}
    for number, line in enumerate(lines[1:], start=2):
        row = (*line, *("" for _ in COLUMNS))[: len(COLUMNS)]
        if not any(row):
            continue
        topic, language, audience, part, _, _ = row
        if not topic or language not in LANGUAGES or part not in PARTS or bool(audience) == (part == "title"):
            raise TableError("line", f"A{number}")
        rows[number] = row
    return rows


def fresh_and_stale(content: Mapping[str, Any], lines: Mapping[int, Line]) -> tuple[list[Line], list[str]]:
    """The lines written beside the French text that the card has now, and the French cells of the others.

    Stale lines would bring an old text back, or translate one. A French line that nobody touched asks for
    nothing: it is neither.
    """
    fresh, stale = [], []
    column = get_column_letter(COLUMNS.index("french") + 1)
    for number, line in lines.items():
        _, language, audience, part, french, text = line
        if french.split() == _french(content, audience, part).split():
            fresh.append(line)
        elif language != "fr" or text.split() != french.split():
            stale.append(f"{column}{number}")
    return fresh, stale


def _french(content: Mapping[str, Any], audience: str, part: str) -> str:
    title = {"title": content["title"].get("fr")}
    words = content["texts"].get("fr", {}).get(audience, {}) if audience else title
    return words.get(part) or ""


def with_table(content: Mapping[str, Any], lines: Iterable[Line]) -> dict[str, Any]:
    """A card with the texts of its lines; an empty text takes a translation away, never a French one."""
    changed = deepcopy(dict(content))
    for _, language, audience, part, _, text in lines:
        if part == "title":
            _put(changed["title"], language, text, keep=language == "fr")
            continue
        words = changed["texts"].setdefault(language, {}).setdefault(audience, {})
        _put(words, part, text, keep=language == "fr" and part == "short")
    changed["texts"] = {
        language: found
        for language, audiences in changed["texts"].items()
        if (found := {audience: words for audience, words in audiences.items() if words})
    }
    return changed


def _put(words: dict[str, str], name: str, text: str, *, keep: bool) -> None:
    if text.strip():
        words[name] = text.strip()
    elif not keep:
        words.pop(name, None)


def _read_xlsx(content: bytes) -> list[Line]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED_BYTES:
                raise TableError("too_long")
        workbook = load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
    except UNREADABLE as error:
        raise TableError("unreadable") from error
    sheet = workbook.worksheets[0] if workbook.worksheets else None
    if not isinstance(sheet, Worksheet):
        raise TableError("unreadable")
    if sheet.merged_cells.ranges:
        raise TableError("merged", str(sorted(map(str, sheet.merged_cells.ranges))[0]))
    if sheet.max_row > MOST_LINES:
        raise TableError("too_long")
    lines: list[Line] = []
    for row in sheet.iter_rows(max_col=len(COLUMNS)):
        for cell in row:
            if cell.data_type in ("f", "e"):
                raise TableError("formula", cell.coordinate)
        lines.append(tuple("" if cell.value is None else str(cell.value) for cell in row))
    return lines


def _read_csv(content: bytes) -> list[Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError("encoding") from error
    if "\x00" in text:
        raise TableError("unreadable")
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","  # French Excel writes semicolons
    lines: list[Line] = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            number = len(lines) + 1
            lines.append(
                tuple(
                    _plain(value, f"{get_column_letter(column)}{number}")
                    for column, value in enumerate(line, start=1)
                )
            )
    except csv.Error as error:
        raise TableError("unreadable", f"A{len(lines) + 1}") from error
    return lines


def _plain(value: str, cell: str) -> str:
    if value.startswith("'") and value[1:].startswith(_KEPT_AS_TEXT):
        return value[1:]
    if value.startswith("="):
        raise TableError("formula", cell)
    return value
