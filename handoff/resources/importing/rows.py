"""Rows of a file, one at a time, whatever its size: JSON (also inside an archive), JSON lines, CSV."""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import io
import tarfile
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import ijson

from handoff.resources.importing.report import FieldError, FileRefusedError

# The official directory is some 400 MB once unpacked. Beyond this a file is a mistake, or a trap.
MOST_BYTES = 4 * 1024**3
LONGEST_LINE = 1_000_000
LONGEST_FIELD = 100_000
LONGEST_CELL_LINES = 20
PEEK = 65_536

# Under which of these keys an object holds the records, whatever else it holds.
_LISTS = frozenset({"service", "services", "contents", "results", "structures", "data"})
# The longest record of the official directory has some 20 KB.
MOST_RECORD_BYTES = 8 * 1024**2
_SCALARS = frozenset({"string", "number", "boolean", "null"})
Row = dict[str, Any]


class _Measured(io.RawIOBase):
    """Bytes as UTF-8, whatever they were: broken ones become U+FFFD, so that only their row is refused."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._left = MOST_BYTES
        self._rest = b""

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._raw.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                block = self._raw.read(PEEK)
            except (OSError, EOFError) as error:
                raise FileRefusedError(f"fichier compressé abîmé ({error})") from None
            self._left -= len(block)
            if self._left < 0:
                raise FileRefusedError(f"fichier de plus de {MOST_BYTES // 1024**3} Go")
            self._rest = self._decode(block, not block).encode()
            if not block:
                break
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def open_file(path: Path) -> io.BufferedReader[Any]:
    """The file's bytes as UTF-8, unpacked. Raises FileRefusedError."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
        raw = _unpacked(path, start)
    except OSError as error:
        raise FileRefusedError(f"fichier illisible ({error.strerror or error})") from None
    reader: io.BufferedReader[Any] = io.BufferedReader(_Measured(raw), PEEK)
    if reader.peek(3)[:3] == codecs.BOM_UTF8:
        reader.read(3)
    return reader


def _unpacked(path: Path, start: bytes) -> IO[bytes]:
    # Closed with the reader that is made of it.
    if path.name.endswith((".tar.bz2", ".tar.gz", ".tgz", ".tar")):
        return _in_archive(path)
    if start.startswith(b"BZh"):
        return cast(IO[bytes], bz2.open(path))
    if start.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.open(path))
    if start.startswith((b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff")):
        raise FileRefusedError("un classeur ou de l'UTF-16 : enregistrez en CSV UTF-8")
    return path.open("rb")


def _in_archive(path: Path) -> IO[bytes]:
    """The file of local services in the official archive; read as it comes, never written to disk."""
    try:
        archive = tarfile.open(path, "r|*")  # noqa: SIM115 - read on by the caller
        for member in archive:
            if member.isfile() and member.name.endswith("local.json"):
                found = archive.extractfile(member)
                if found is not None:
                    return found
    except (tarfile.TarError, OSError, EOFError) as error:
        raise FileRefusedError(f"archive illisible ({error})") from None
    raise FileRefusedError("pas de fichier …local.json dans l'archive")


def looks_like_json(reader: io.BufferedReader[Any]) -> bool:
    return reader.peek(64).lstrip()[:1] in (b"{", b"[")


class _Records:
    """The bytes of a JSON file for the parser; from the start again, once it has found the records."""

    def __init__(self, reader: io.BufferedReader[Any]) -> None:
        self._reader = reader
        self._head: io.BytesIO | None = io.BytesIO()
        self._again = io.BytesIO()
        self._since = 0

    def read(self, size: int = -1) -> bytes:
        block = self._again.read(size) or self._reader.read(size)
        self._since += len(block)
        if self._since > MOST_RECORD_BYTES:
            raise FileRefusedError(
                f"une fiche, ou ce qui précède la liste, de plus de {MOST_RECORD_BYTES >> 20} Mo"
            )
        if self._head is not None:
            self._head.write(block)
        return block

    def from_the_start(self) -> None:
        """Call once, when what stands before the records was read."""
        if self._head is not None:
            self._again = io.BytesIO(self._head.getvalue())
            self._head = None
        self._since = 0

    def next_record(self) -> None:
        self._since = 0


def json_rows(reader: io.BufferedReader[Any]) -> Iterator[tuple[int, Row | FieldError]]:
    """(number from 1, record). Raises FileRefusedError when the file is cut or is no JSON."""
    records = _Records(reader)
    number = 0
    try:
        prefix = _where_the_records_are(records)
        records.from_the_start()
        for number, record in enumerate(ijson.items(records, prefix, multiple_values=not prefix), start=1):
            records.next_record()
            yield number, record if isinstance(record, dict) else FieldError("pas une fiche")
    except (ijson.JSONError, ValueError, RecursionError, OverflowError) as error:
        said = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise FileRefusedError(f"JSON coupé ou abîmé après la fiche {number} ({said})") from None


def _where_the_records_are(records: _Records) -> str:
    """ijson's name for them: in a list, in the list under a key, or one after the other.

    Raises FileRefusedError when such a key holds no list: the file is not what it seems.
    """
    for prefix, event, _ in ijson.parse(records, multiple_values=True):
        if prefix in _LISTS:
            if event != "start_array":
                raise FileRefusedError(f"« {prefix} » n'est pas une liste de fiches")
            return f"{prefix}.item"
        if prefix == "" and event == "start_array":
            return "item"
        if prefix == "" and (event == "end_map" or event in _SCALARS):
            break
    return ""


def csv_rows(reader: io.BufferedReader[Any]) -> tuple[list[str], Iterator[tuple[int, Row | FieldError]]]:
    """The columns, and (line, row). A row that cannot be read is an error in its place."""
    text = io.TextIOWrapper(reader, encoding="utf-8", newline="")
    lines = _Lines(text)
    try:
        first = next(lines)
    except StopIteration:
        raise FileRefusedError("fichier vide") from None
    except FieldError as error:
        raise FileRefusedError(str(error)) from None
    delimiter = max(";,\t", key=first.count)
    columns = [each.strip() for each in next(csv.reader([first], delimiter=delimiter))]
    return columns, _csv_rows(lines, columns, delimiter)


class _Lines(Iterator[str]):
    """Lines of text, none longer than LONGEST_LINE: the rest of a longer one is skipped, and told."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self.number = 0

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) < LONGEST_LINE or line.endswith("\n"):
            return line
        while line and not line.endswith("\n"):
            line = self._text.readline(LONGEST_LINE)
        raise FieldError(f"ligne de plus de {LONGEST_LINE} caractères")


def _csv_rows(lines: _Lines, columns: list[str], delimiter: str) -> Iterator[tuple[int, Row | FieldError]]:
    """A cell may hold line breaks. Where a quote is never closed only its own line is refused."""
    csv.field_size_limit(LONGEST_FIELD)
    waiting: deque[tuple[int, str]] = deque()
    while True:
        try:
            number, record = waiting.popleft() if waiting else _numbered(lines)
        except StopIteration:
            return
        except FieldError as error:
            yield lines.number, error
            continue
        more: list[tuple[int, str]] = []
        while record.count('"') % 2 and len(more) < LONGEST_CELL_LINES:
            try:
                more.append(waiting.popleft() if waiting else _numbered(lines))
            except (StopIteration, FieldError):
                break
            record += more[-1][1]
        row = _parsed(record, columns, delimiter)
        if isinstance(row, FieldError):
            waiting.extendleft(reversed(more))
        if row:
            yield number, row


def _numbered(lines: _Lines) -> tuple[int, str]:
    line = next(lines)
    return lines.number, line


def _parsed(record: str, columns: list[str], delimiter: str) -> Row | FieldError | None:
    """One row; None for an empty line."""
    try:
        values = next(csv.reader([record], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return FieldError("guillemets mal fermés, ou cellule trop longue")
    if not any(values):
        return None
    if len(values) != len(columns):
        return FieldError(f"{len(values)} cellules au lieu de {len(columns)}")
    return dict(zip(columns, values, strict=True))
