"""Our own CSV, for a content lead's spreadsheet: one line a place, French headings, ``;`` or ``,``.

The headings are COLUMNS; ``nom`` and ``type`` are needed. Several values of a cell stand between bars:
``a | b``.
"""

from __future__ import annotations

from typing import Any

from handoff.resources.importing.draft import (
    Context,
    Draft,
    known_of,
    month_of,
    phone_in,
    postcode_of,
    row_id,
    text_of,
    url_of,
)
from handoff.resources.importing.report import FieldError, FileRefusedError
from handoff.resources.places import slug
from handoff.resources.resource import Resource

NAME = "csv"
LICENCE = None

# Heading → field of the resource.
COLUMNS = {
    "id": "id",
    "nom": "name",
    "type": "kind",
    "telephone": "phone",
    "sms": "sms",
    "site": "url",
    "tchat": "chat_url",
    "horaires": "opening",
    "cout": "cost",
    "anonyme": "anonymous",
    "sur_la_facture": "on_bill",
    "public": "audience",
    "age_min": "age_min",
    "age_max": "age_max",
    "sujets": "topics",
    "pour_quoi": "use_when",
    "ce_qui_se_passe": "expect",
    "adresse": "address",
    "code_postal": "postcode",
    "commune": "commune",
    "departement": "departement",
    "latitude": "latitude",
    "longitude": "longitude",
    "accessibilite": "accessibility",
    "langues": "languages",
    "source": "source",
    "source_url": "source_url",
    "licence": "licence",
    "verifie_le": "as_of",
}
NEEDED = ("nom", "type")
_TEXTS = ("use_when", "expect", "accessibility", "cost", "source", "licence")


def check_columns(columns: list[str]) -> None:
    """Raises FileRefusedError, with what is wrong and what was expected."""
    unknown = [each for each in columns if each not in COLUMNS]
    missing = [each for each in NEEDED if each not in columns]
    twice = sorted({each for each in columns if columns.count(each) > 1})
    if unknown or missing or twice:
        said = [f"colonnes inconnues : {', '.join(unknown)[:300]}"] if unknown else []
        said += [f"colonnes manquantes : {', '.join(missing)}"] if missing else []
        said += [f"colonnes en double : {', '.join(twice)[:300]}"] if twice else []
        raise FileRefusedError(f"{' ; '.join(said)}. Attendues : {', '.join(COLUMNS)}")


def read(row: dict[str, Any], line: int, context: Context) -> Resource | None:
    """The place of a line. Raises FieldError when the line cannot be taken at all."""
    values = {COLUMNS[name]: value for name, value in row.items()}
    kind_id = text_of(values.get("kind")) or ""
    kind = context.kinds.by_id.get(kind_id)
    if kind is None:
        raise FieldError(f"type inconnu « {kind_id[:40]} » (voir kinds.yml)")
    named = text_of(values.get("name"), 200) or ""
    own_id = text_of(values.get("id"), 200)
    made_up = f"{slug(named)}-{slug(str(values.get('commune') or ''))}".strip("-")
    prefix = context.source.partition(":")[2] or NAME
    # Our own export writes whole identifiers: they come back as they were.
    draft = Draft(context, line, row_id(prefix, (own_id or made_up).removeprefix(f"{prefix}:")))
    draft.take("address", values.get("address"), lambda value: text_of(value, 300))
    draft.take("postcode", values.get("postcode"), postcode_of)
    draft.take("commune", values.get("commune"))
    code = values.get("departement")
    draft.place(code=code, latitude=values.get("latitude"), longitude=values.get("longitude"))
    departement = draft.values.get("departement")
    for name in ("phone", "sms"):
        draft.take(name, values.get(name), phone_in(departement))
    for name in ("url", "chat_url", "source_url"):
        draft.take(name, values.get(name), url_of)
    for name in _TEXTS:
        draft.take(name, values.get(name))
    for name in ("anonymous", "on_bill"):
        draft.take(name, values.get(name), known_of)
    for name in ("age_min", "age_max"):
        draft.take(name, values.get(name), _age)
    for name in ("audience", "languages"):
        several = _several(values.get(name))
        if several:
            draft.values[name] = several
    draft.takes_topics(_several(values.get("topics")))
    draft.take("as_of", values.get("as_of"), month_of)
    draft.opens_as(values.get("opening"))
    return draft.finish(kind, values.get("name"))


def _age(value: object) -> int | None:
    text = text_of(value)
    if text is None:
        return None
    if not text.isdecimal():
        raise FieldError("un âge en années était attendu")
    return int(text)


def _several(value: object) -> tuple[str, ...]:
    return tuple(part for each in str(value or "").split("|") if (part := text_of(each)))
