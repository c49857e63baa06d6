"""The French administration's directory of public services (DILA, "base de données locales", JSON).

One record a public desk, inside ``{"service": [...]}``; what it is stands in ``pivot[].type_service_local``.
The same fields come out of the directory's web interface as JSON in text. Licence Ouverte 2.0.
"""

from __future__ import annotations

from typing import Any

from handoff.resources.importing.draft import (
    Context,
    Draft,
    day_of,
    list_of,
    phone_in,
    postcode_of,
    row_id,
    text_of,
    url_of,
)
from handoff.resources.importing.report import FieldError
from handoff.resources.opening import DAY, IN_FRENCH, Span, join
from handoff.resources.resource import Resource

NAME = "dila"
LICENCE = "Licence Ouverte 2.0 (DILA, annuaire de l'administration)"
_ACCESS = {
    "ACC": "accessible en fauteuil roulant",
    "DEM": "accessible en fauteuil roulant sur demande",
    "NAC": "pas accessible en fauteuil roulant",
}


def read(row: dict[str, Any], line: int, context: Context) -> Resource | None:
    """A desk of a kind we use, or None. Raises FieldError when the record has no identity."""
    words = [str(each.get("type_service_local")) for each in _dicts(row.get("pivot"))]
    kind = context.kinds.named(NAME, words)
    if kind is None:
        context.report.not_ours += 1
        return None
    draft = Draft(context, line, row_id(NAME, row.get("id")))
    address = _address(row)
    draft.take("address", _street(address), lambda value: text_of(value, 300))
    draft.take("postcode", address.get("code_postal"), postcode_of)
    draft.take("commune", address.get("nom_commune"))
    draft.place(
        insee=row.get("code_insee_commune"),
        latitude=address.get("latitude"),
        longitude=address.get("longitude"),
    )
    departement = draft.values.get("departement")
    for each in _dicts(row.get("telephone")):
        if draft.take("phone", each.get("valeur"), phone_in(departement)):
            break
    for each in _dicts(row.get("site_internet")):
        if draft.take("url", each.get("valeur"), url_of):
            break
    draft.take("accessibility", _ACCESS.get(str(address.get("accessibilite"))))
    draft.take("as_of", row.get("date_modification"), day_of)
    draft.take("source_url", row.get("url_service_public"), url_of)
    _take_hours(row, draft)
    return draft.finish(kind, row.get("nom"))


def _take_hours(row: dict[str, Any], draft: Draft) -> None:
    ranges = _dicts(row.get("plage_ouverture"))
    try:
        spans = join(span for each in ranges for span in _spans(each))
        remarks = {text_of(each.get("commentaire"), 300) for each in ranges} - {None}
    except FieldError as error:
        draft.tell("opening", str(error))
        return
    remark = "à vérifier : " + " ; ".join(sorted(map(str, remarks))) if remarks else None
    draft.opens(spans, remark)


def _spans(plage: dict[str, Any]) -> list[Span]:
    first = _day(plage.get("nom_jour_debut"))
    last = _day(plage.get("nom_jour_fin")) if plage.get("nom_jour_fin") else first
    days = [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    found: list[Span] = []
    for number in ("1", "2"):
        start, end = (plage.get(f"valeur_heure_{edge}_{number}") for edge in ("debut", "fin"))
        if start and end:
            opens, closes = _minute(start), _minute(end)
            closes += DAY if closes <= opens else 0
            found += [(day * DAY + opens, day * DAY + closes) for day in days]
    return found


def _day(value: object) -> int:
    name = str(value).strip().lower()
    if name not in IN_FRENCH:
        raise FieldError("un jour de la semaine qui n'existe pas")
    return IN_FRENCH.index(name)


def _minute(value: object) -> int:
    hour, _, rest = str(value).partition(":")
    minute = rest[:2]
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise FieldError("une heure qui n'existe pas")
    return int(hour) * 60 + int(minute)


def _address(row: dict[str, Any]) -> dict[str, Any]:
    """Where one goes, before where one writes."""
    found = _dicts(row.get("adresse"))
    return next((each for each in found if each.get("type_adresse") == "Adresse"), found[0] if found else {})


def _street(address: dict[str, Any]) -> str | None:
    parts = [address.get(name) for name in ("complement1", "complement2", "numero_voie")]
    return ", ".join(part.strip() for part in parts if isinstance(part, str) and part.strip()) or None


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in list_of(value) if isinstance(each, dict)]
