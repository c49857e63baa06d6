"""Reads a whole file in one of the formats: the places it holds, and the report on its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handoff.resources.importing import data_inclusion, dila, education, hsds, spreadsheet
from handoff.resources.importing.draft import Context
from handoff.resources.importing.report import FieldError, FileRefusedError, Problem, Report
from handoff.resources.importing.rows import Row, csv_rows, json_rows, looks_like_json, open_file
from handoff.resources.kinds import Kinds
from handoff.resources.places import Places
from handoff.resources.resource import Resource

Reader = Callable[[dict[str, Any], int, Context], Resource | Iterable[Resource] | None]

READERS: dict[str, tuple[Reader, str | None]] = {
    dila.NAME: (dila.read, dila.LICENCE),
    data_inclusion.NAME: (data_inclusion.read, data_inclusion.LICENCE),
    education.NAME: (education.read, education.LICENCE),
    hsds.NAME: (hsds.read, hsds.LICENCE),
    spreadsheet.NAME: (spreadsheet.read, spreadsheet.LICENCE),
}
# A column, or a key of the first record, that only this format has.
_TELLTALE = {
    "pivot": dila.NAME,
    "reseaux_porteurs": data_inclusion.NAME,
    "structure_id": data_inclusion.NAME,
    "identifiant_de_l_etablissement": education.NAME,
    "service_at_locations": hsds.NAME,
    "assured_date": hsds.NAME,
    "ce_qui_se_passe": spreadsheet.NAME,
}


@dataclass(frozen=True, slots=True)
class Read:
    """``rows``: (id, JSON) of every place that was kept."""

    format: str
    source: str
    licence: str | None
    rows: list[tuple[str, str]]
    report: Report


def read_file(
    path: Path,
    format_name: str | None,
    source: str | None,
    places: Places,
    kinds: Kinds,
    topics: frozenset[str] = frozenset(),
) -> Read:
    """Reads ``path``; the format is guessed when it is not given. Raises FileRefusedError.

    ``topics``: those that there are, when there are more than the kinds serve.
    """
    with open_file(path) as reader:
        is_json = looks_like_json(reader)
        if is_json:
            rows = json_rows(reader)
            columns: list[str] = []
        else:
            columns, rows = csv_rows(reader)
        first, rows = _peek(rows)
        keys = columns or (list(first[1]) if first and isinstance(first[1], dict) else [])
        name = format_name or _guess(keys)
        if name not in READERS:
            raise FileRefusedError(f"format inconnu « {name} » ({', '.join(READERS)})")
        if name == spreadsheet.NAME:
            if is_json:
                raise FileRefusedError("un CSV était attendu")
            spreadsheet.check_columns(columns)
        elif columns:
            _check_known(name, columns)
        read_row, licence = READERS[name]
        source = source or (data_inclusion.SERVICES if data_inclusion.are_services(name, keys) else name)
        context = Context(places, kinds, source, licence, topics or kinds.topics)
        kept = [
            (made.id, made.model_dump_json(exclude_defaults=True))
            for made in _places(rows, read_row, context)
        ]
    return Read(name, source, licence, kept, context.report)


def _places(
    rows: Iterable[tuple[int, Row | FieldError]], read_row: Reader, context: Context
) -> Iterator[Resource]:
    report = context.report
    for number, row in rows:
        report.read += 1
        if isinstance(row, FieldError):
            report.tell(Problem(number, "ligne", str(row), refused=True))
            continue
        try:
            made = read_row(row, number, context)
            yield from () if made is None else (made,) if isinstance(made, Resource) else made
        except FieldError as error:
            report.tell(Problem(number, "ligne", str(error), refused=True))
        except Exception as error:
            # Whatever one record holds, the others are read: a fault of ours is told, with its line.
            said = f"fiche que nous ne savons pas lire ({type(error).__name__})"
            report.tell(Problem(number, "ligne", said, refused=True))


def _peek(
    rows: Iterator[tuple[int, Row | FieldError]],
) -> tuple[tuple[int, Row | FieldError] | None, Iterator[tuple[int, Row | FieldError]]]:
    first = next(rows, None)

    def again() -> Iterator[tuple[int, Row | FieldError]]:
        if first is not None:
            yield first
            yield from rows

    return first, again()


def _guess(keys: list[str]) -> str:
    folded = {key.lower() for key in keys}
    for key, name in _TELLTALE.items():
        if key in folded:
            return name
    if set(spreadsheet.NEEDED) <= folded:
        return spreadsheet.NAME
    raise FileRefusedError("format non reconnu : dites lequel avec --format")


def _check_known(name: str, columns: list[str]) -> None:
    telltales = [key for key, owner in _TELLTALE.items() if owner == name]
    if not {column.lower() for column in columns} & set(telltales):
        raise FileRefusedError(f"ce ne sont pas les colonnes de {name} (attendu : {' ou '.join(telltales)})")
