"""Open Referral HSDS 3: a list of services (the API's "service" objects, with their places), JSON.

A service at several places gives several resources. Our own kind, topics and audience travel as taxonomy
terms (``repere-kind`` …), and what the standard has no field for as the value of a term (``repere-fact``). A
file without them is read as "another place of help".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from handoff.resources.importing.draft import (
    Context,
    Draft,
    day_of,
    known_of,
    month_of,
    phone_in,
    postcode_of,
    row_id,
    text_of,
    url_of,
)
from handoff.resources.importing.report import FieldError
from handoff.resources.opening import DAY, DAYS, Span, join
from handoff.resources.resource import LINE, Resource

NAME = "hsds"
LICENCE = None
KIND, TOPIC, AUDIENCE, FACT = "repere-kind", "repere-topic", "repere-audience", "repere-fact"
OTHER = "autre"
# Fields of ours that HSDS has none for, or not in our form (a date without a day, hours with a remark).
FACTS: dict[str, Callable[[object], object]] = {
    "anonymous": known_of,
    "on_bill": known_of,
    "chat_url": url_of,
    "source_url": url_of,
    "source": text_of,
    "licence": text_of,
    "hours": text_of,
    "as_of": month_of,
}
_DAYS = tuple(day.upper() for day in DAYS)


def read(row: dict[str, Any], line: int, context: Context) -> Iterator[Resource]:
    """The service at each of its places, or once where it names none."""
    if row.get("status") not in (None, "active"):
        context.report.not_ours += 1
        return
    places = _dicts(row.get("service_at_locations")) or [{}]
    for number, place in enumerate(places):
        suffix = f":{number + 1}" if number else ""
        made = _read_one(row, place, line, context, suffix)
        if made is not None:
            yield made


def _read_one(
    row: dict[str, Any], at: dict[str, Any], line: int, context: Context, suffix: str
) -> Resource | None:
    terms = list(_terms(row))
    kind_id = next((code for name, code in terms if name == KIND), OTHER)
    kind = context.kinds.by_id.get(kind_id) or context.kinds.by_id[OTHER]
    raw_id = text_of(row.get("id"), 200)
    draft = Draft(context, line, f"{row_id(NAME, raw_id)}{suffix}"[:120])
    raw_location = at.get("location")
    location: dict[str, Any] = raw_location if isinstance(raw_location, dict) else {}
    addresses = _dicts(location.get("addresses"))
    address = next((each for each in addresses if each.get("address_type") == "physical"), None)
    address = address or (addresses[0] if addresses else {})
    draft.take("address", address.get("address_1"))
    draft.take("postcode", address.get("postal_code"), postcode_of)
    draft.take("commune", address.get("city"))
    draft.place(
        code=address.get("region"),
        latitude=location.get("latitude"),
        longitude=location.get("longitude"),
    )
    _take_phones(row, at, draft)
    draft.take("url", row.get("url"), url_of)
    draft.take("use_when", row.get("description"))
    draft.take("expect", row.get("application_process"))
    draft.take("cost", row.get("fees_description"))
    for name in ("minimum_age", "maximum_age"):
        if isinstance(row.get(name), int | Decimal):
            draft.values["age_min" if name == "minimum_age" else "age_max"] = int(row[name])
    draft.take("as_of", row.get("assured_date") or row.get("last_modified"), day_of)
    languages = [text_of(each.get("name"), 60) for each in _dicts(row.get("languages"))]
    draft.values["languages"] = tuple(filter(None, languages))
    access = _dicts(location.get("accessibility"))
    draft.take("accessibility", access[0].get("description") if access else None)
    draft.takes_topics(code for name, code in terms if name == TOPIC)
    audience = tuple(code for name, code in terms if name == AUDIENCE)
    if audience:
        draft.values["audience"] = audience
    _take_hours(row, at, draft)
    for name, value in _facts(row):
        draft.take(name, value, FACTS[name])
    if kind.id != LINE and "departement" not in draft.values and not address:
        kind = context.kinds.by_id[LINE]  # a service without a place serves the whole country
    # What our own export leaves out nobody knows; of others it is as for the kind, but "anonymous".
    draft.values.setdefault("anonymous", "unknown")
    return draft.finish(kind, row.get("name"), complete=any(name == KIND for name, _ in terms))


def _take_phones(row: dict[str, Any], at: dict[str, Any], draft: Draft) -> None:
    for each in (*_dicts(at.get("phones")), *_dicts(row.get("phones"))):
        name = "sms" if each.get("type") in ("text", "sms") else "phone"
        if name not in draft.values:
            draft.take(name, each.get("number"), phone_in(draft.values.get("departement")))


def _take_hours(row: dict[str, Any], at: dict[str, Any], draft: Draft) -> None:
    schedules = _dicts(at.get("schedules")) or _dicts(row.get("schedules"))
    try:
        draft.opens(join(span for each in schedules for span in _spans(each)))
    except FieldError as error:
        draft.tell("opening", str(error))


def _spans(schedule: dict[str, Any]) -> Iterator[Span]:
    """A weekly schedule; other frequencies cannot be said in a week, and are left out."""
    opens, closes = schedule.get("opens_at"), schedule.get("closes_at")
    if schedule.get("freq") != "WEEKLY" or schedule.get("interval", 1) not in (1, None) or not opens:
        return
    days = [each.strip() for each in str(schedule.get("byday") or "").split(",") if each.strip()]
    if not days or any(day not in _DAYS for day in days):
        raise FieldError("des jours que nous ne savons pas lire")
    start, end = _minute(opens), _minute(closes)
    for day in map(_DAYS.index, days):
        yield day * DAY + start, day * DAY + (end if end > start else end + DAY)


def _minute(value: object) -> int:
    """ "08:30", "08:30:00", "08:30:00Z", "08:30+01:00": local time, as the standard's examples have it."""
    parts = str(value)[:8].replace("Z", "").split(":")
    hour, minute = parts[0], parts[1][:2] if len(parts) > 1 else ""
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) <= 24 and int(minute) < 60):
        raise FieldError("une heure qui n'existe pas")
    return min(int(hour) * 60 + int(minute), DAY)


def _terms(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(taxonomy, code) of every term of the service."""
    for taxonomy, code, _ in _attributes(row):
        yield taxonomy, code


def _facts(row: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for taxonomy, code, value in _attributes(row):
        if taxonomy == FACT and code in FACTS:
            yield code, value


def _attributes(row: dict[str, Any]) -> Iterator[tuple[str, str, object]]:
    """(taxonomy, code, value)."""
    for attribute in _dicts(row.get("attributes")):
        term = attribute.get("taxonomy_term")
        if isinstance(term, dict) and isinstance(term.get("code"), str):
            yield str(term.get("taxonomy")), term["code"], attribute.get("value")


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
