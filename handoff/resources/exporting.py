"""The directory in open formats: our CSV, Open Referral HSDS 3, data.inclusion 1."""

from __future__ import annotations

import csv
import json
import re
import uuid
from collections.abc import Callable, Iterable
from typing import IO, Any

from handoff.resources.importing.checks import STARTS_FORMULA
from handoff.resources.importing.draft import SAID
from handoff.resources.importing.hsds import AUDIENCE, FACT, FACTS, KIND, TOPIC
from handoff.resources.importing.spreadsheet import COLUMNS
from handoff.resources.kinds import Kinds
from handoff.resources.opening import DAY, DAYS, is_always, read_opening
from handoff.resources.resource import Resource

_IN_FRENCH = {value: word for word, value in SAID.items() if word in ("oui", "non")}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
# HSDS wants UUIDs: the same resource has the same one in every export.
_OURS = uuid.UUID("6f1f7a3e-54b1-4b0e-9a35-0b1c7f0f6d2a")


def write_csv(resources: Iterable[Resource], out: IO[str]) -> None:
    """Our spreadsheet, which ``import`` reads back. No cell can be run as a formula."""
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for each in resources:
        writer.writerow([_cell(getattr(each, name)) for name in COLUMNS.values()])


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        value = " | ".join(map(str, value))
    text = "" if value is None or value == "unknown" else str(value)
    text = _IN_FRENCH.get(text, text)
    # Excel and LibreOffice run what starts like a formula; a number with its sign is only a number.
    if text.startswith((*STARTS_FORMULA, "\t", "\r")) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def write_hsds(resources: Iterable[Resource], kinds: Kinds, out: IO[str]) -> None:
    """A list of HSDS 3 services, each with its organization and its place."""
    _write_list((_hsds(each, kinds) for each in resources), out)


def _hsds(each: Resource, kinds: Kinds) -> dict[str, Any]:
    label = kinds.by_id[each.kind].label if each.kind in kinds.by_id else each.kind
    service: dict[str, Any] = {
        "id": _uuid(each, "service"),
        "name": each.name,
        "status": "active",
        "description": each.use_when,
        "url": each.url,
        "application_process": each.expect,
        "fees_description": each.cost,
        "minimum_age": each.age_min,
        "maximum_age": each.age_max,
        "assured_date": each.as_of if each.as_of and len(each.as_of) == len("2025-11-07") else None,
        "organization": {
            "id": _uuid(each, "organization"),
            "name": each.name,
            "description": each.use_when or label,
        },
        "phones": [
            {"id": _uuid(each, f"phone {kind}"), "number": number, "type": kind}
            for kind, number in (("voice", each.phone), ("text", each.sms))
            if number
        ],
        "languages": [{"id": _uuid(each, f"language {name}"), "name": name} for name in each.languages],
        "schedules": _schedules(each),
        "attributes": [_term(each, KIND, each.kind, label)]
        + [_term(each, TOPIC, topic, topic) for topic in each.topics]
        + [_term(each, AUDIENCE, one, one) for one in each.audience]
        + [
            {**_term(each, FACT, name, name), "value": str(value)}
            for name in FACTS
            if (value := getattr(each, name)) is not None
        ],
    }
    if each.departement:
        service["service_at_locations"] = [{"id": _uuid(each, "at location"), "location": _location(each)}]
    return {name: value for name, value in service.items() if value not in (None, [])}


def _location(each: Resource) -> dict[str, Any]:
    location: dict[str, Any] = {
        "id": _uuid(each, "location"),
        "location_type": "physical" if each.address else "virtual",
        "name": each.name,
        "latitude": each.latitude,
        "longitude": each.longitude,
        "addresses": [
            {
                "id": _uuid(each, "address"),
                "address_1": each.address or "",
                "city": each.commune or "",
                "region": each.departement,
                "state_province": each.departement,
                "postal_code": each.postcode or "",
                "country": "FR",
                "address_type": "physical",
            }
        ],
        "accessibility": (
            [{"id": _uuid(each, "accessibility"), "description": each.accessibility}]
            if each.accessibility
            else None
        ),
    }
    return {name: value for name, value in location.items() if value is not None}


def _schedules(each: Resource) -> list[dict[str, Any]]:
    spans = read_opening(each.opening) if each.opening else None
    if spans is None:
        return []
    if is_always(spans):
        spans = tuple((day * DAY, (day + 1) * DAY) for day in range(7))
    return [
        {
            "id": _uuid(each, f"schedule {start}"),
            "freq": "WEEKLY",
            "interval": 1,
            "byday": DAYS[start // DAY].upper(),
            "opens_at": f"{start % DAY // 60:02d}:{start % 60:02d}",
            "closes_at": "24:00" if end % DAY == 0 else f"{end % DAY // 60:02d}:{end % 60:02d}",
        }
        for start, end in spans
    ]


def _term(each: Resource, taxonomy: str, code: str, name: str) -> dict[str, Any]:
    return {
        "id": _uuid(each, f"attribute {taxonomy} {code}"),
        "link_entity": "service",
        "link_id": _uuid(each, "service"),
        "taxonomy_term": {
            "id": str(uuid.uuid5(_OURS, f"{taxonomy} {code}")),
            "code": code,
            "name": name,
            "description": name,
            "taxonomy": taxonomy,
        },
    }


def _uuid(each: Resource, what: str) -> str:
    return str(uuid.uuid5(_OURS, f"{each.id} {what}"))


def write_data_inclusion(resources: Iterable[Resource], kinds: Kinds, out: IO[str]) -> None:
    """A list of data.inclusion structures (schema 1)."""
    _write_list((_structure(each, kinds) for each in resources if each.departement), out)


def _structure(each: Resource, kinds: Kinds) -> dict[str, Any]:
    kind = kinds.by_id.get(each.kind)
    # A kind may know several words for one network; a structure is of one.
    networks = list(kind.sources.get("data_inclusion", ()))[:1] if kind else []
    structure = {
        "source": "repere",
        "id": f"repere--{each.id}",
        "nom": each.name.rstrip(".")[:150],
        "date_maj": each.as_of if each.as_of and len(each.as_of) == len("2025-11-07") else None,
        "description": each.use_when or each.expect,
        "lien_source": each.source_url,
        "commune": each.commune,
        "code_postal": each.postcode,
        "adresse": each.address,
        "latitude": each.latitude,
        "longitude": each.longitude,
        "telephone": each.phone,
        "site_web": each.url,
        "horaires_accueil": each.opening,
        "reseaux_porteurs": networks or None,
    }
    return {name: value for name, value in structure.items() if value is not None}


def _write_list(rows: Iterable[dict[str, Any]], out: IO[str]) -> None:
    out.write("[")
    for number, row in enumerate(rows):
        out.write(("," if number else "") + "\n" + json.dumps(row, ensure_ascii=False))
    out.write("\n]\n")


WRITERS: dict[str, Callable[[Iterable[Resource], Kinds, IO[str]], None]] = {
    "csv": lambda resources, _kinds, out: write_csv(resources, out),
    "hsds": write_hsds,
    "data_inclusion": write_data_inclusion,
}
