"""A row as its format gives it, on its way to a resource: every value is checked here, in one place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from handoff.resources.importing.checks import (
    departement_of,
    phone_of,
    position_of,
    postcode_of,
    text_of,
    url_of,
)
from handoff.resources.importing.report import FieldError, Problem, Report
from handoff.resources.kinds import Kind, Kinds
from handoff.resources.opening import Span, read_opening, say_opening, write_opening
from handoff.resources.places import Places
from handoff.resources.resource import LINE, Resource

# What pydantic says of a value, by its kind of fault.
REFUSED = "valeur refusée"
_IN_FRENCH = {
    "string_too_long": "trop long",
    "string_too_short": "trop court",
    "string_pattern_mismatch": "des signes qui n'y vont pas",
    "literal_error": "pas une des valeurs possibles",
    "greater_than_equal": "trop petit",
    "less_than_equal": "trop grand",
    "string_type": "un texte était attendu",
    "int_type": "un nombre était attendu",
}
SAID = {
    "oui": "yes",
    "non": "no",
    "yes": "yes",
    "no": "no",
    "": "unknown",
    "inconnu": "unknown",
    "unknown": "unknown",
}
_NOT_ID = re.compile(r"[^A-Za-z0-9_.:-]+")


@dataclass
class Context:
    """What every row of a file is checked against."""

    places: Places
    kinds: Kinds
    source: str
    licence: str | None
    topics: frozenset[str]
    report: Report = field(default_factory=Report)
    seen: dict[str, int] = field(default_factory=dict)


class Draft:
    """One row being read. A fault that can be left out is told; one that cannot refuses the row."""

    def __init__(self, context: Context, line: int, row_id: str) -> None:
        self.context = context
        self.line = line
        self.row_id = row_id
        self.values: dict[str, Any] = {}

    def tell(self, name: str, message: str, *, refused: bool = False) -> None:
        self.context.report.tell(Problem(self.line, name, message, refused, self.row_id))

    def take(self, name: str, value: object, read: Callable[[object], Any] = text_of) -> Any:
        """A value that may be left out: read, or told and left out."""
        try:
            found = read(value)
        except FieldError as error:
            self.tell(name, str(error))
            return None
        if found is not None:
            self.values[name] = found
        return found

    def place(
        self,
        *,
        code: object = None,
        insee: object = None,
        latitude: object = None,
        longitude: object = None,
    ) -> None:
        """The département and the position, once ``postcode`` and ``commune`` are taken."""
        try:
            departement = departement_of(
                self.context.places,
                code=code,
                insee=insee,
                postcode=self.values.get("postcode"),
                commune=self.values.get("commune"),
            )
        except FieldError as error:
            self.tell("departement", str(error))
            departement = None
        if departement is not None:
            self.values["departement"] = departement
        commune = self.values.get("commune")
        point, said = position_of(latitude, longitude, self.context.places, departement, commune)
        if said:
            self.tell("position", said)
        if point:
            self.values["latitude"], self.values["longitude"] = point

    def opens(self, spans: tuple[Span, ...] | None, remark: str | None = None) -> None:
        if spans:
            self.values["opening"] = write_opening(spans)
            self.values["hours"] = say_opening(spans) + (f" ({remark})" if remark else "")

    def opens_as(self, notation: object) -> None:
        """Hours in OpenStreetMap's notation."""
        text = self.take("opening", notation, lambda value: text_of(value, 500))
        if not text:
            return
        self.values.pop("opening", None)
        spans = read_opening(text)
        if spans is None:
            self.tell("opening", "horaires que nous ne savons pas lire")
        self.opens(spans)

    def takes_topics(self, topics: Iterable[str]) -> None:
        """Those that there are; the others are told and left out."""
        known = []
        for each in dict.fromkeys(topics):
            if each in self.context.topics:
                known.append(each)
            else:
                self.tell("topics", f"sujet inconnu « {each[:60]} »")
        if known:
            self.values["topics"] = tuple(known)

    def finish(self, kind: Kind, name: object, *, complete: bool = False) -> Resource | None:
        """The resource, or None when the row is refused (and told).

        What a row leaves out is as for its kind; ``complete``: it leaves out what nobody knows.
        """
        context = self.context
        try:
            named = text_of(name, 200)
        except FieldError as error:
            return self._refuse("name", str(error))
        if not named:
            return self._refuse("name", "pas de nom")
        if self.row_id in context.seen:
            return self._refuse("id", f"identifiant déjà vu, ligne ou fiche {context.seen[self.row_id]}")
        if kind.id != LINE and "departement" not in self.values:
            return self._refuse("departement", "ni département, ni code postal, ni commune connus")
        self._check_ages()
        common = {
            "topics": kind.topics,
            "audience": kind.audience,
            "age_min": kind.age_min,
            "age_max": kind.age_max,
            "expect": kind.expect or None,
            "cost": kind.cost,
            "anonymous": kind.anonymous,
            "licence": context.licence,
        }
        told = {"kind": kind.id, "source": context.source, **self.values, "name": named, "id": self.row_id}
        values = told if complete else {**common, **told}
        youngest, oldest = values.get("age_min"), values.get("age_max")
        if youngest is not None and oldest is not None and youngest > oldest:
            # What the row says of one bound is not for its kind's other one.
            values["age_max" if "age_min" in told else "age_min"] = None
        try:
            made = Resource.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            return self._refuse(".".join(map(str, first["loc"])), _IN_FRENCH.get(first["type"], REFUSED))
        if not made.can_be_reached:
            return self._refuse("contact", "ni téléphone, ni adresse, ni site")
        context.seen[self.row_id] = self.line
        return made

    def _check_ages(self) -> None:
        """The youngest is not older than the oldest: else neither is believed."""
        youngest, oldest = self.values.get("age_min"), self.values.get("age_max")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.tell("age_min", f"de {youngest} à {oldest} ans : les âges sont à l'envers")
            del self.values["age_min"], self.values["age_max"]

    def _refuse(self, name: str, message: str) -> Resource | None:
        self.tell(name, message, refused=True)
        return None


def row_id(prefix: str, value: object) -> str:
    """An identifier of ours from a file's own. Raises FieldError when there is none."""
    text = text_of(value, 200)
    if not text:
        raise FieldError("pas d'identifiant")
    return f"{prefix}:{_NOT_ID.sub('-', text)}"[:120].rstrip(":")


def list_of(value: object) -> list[Any]:
    """A list, also where it is written as text: JSON, or words between commas."""
    if isinstance(value, list):
        return value
    if not isinstance(value, str) or not value.strip():
        return []
    try:
        read = json.loads(value)
    except ValueError:
        return [each.strip(" []{}'\"") for each in re.split(r"[,;|]", value) if each.strip(" []{}'\"")]
    except RecursionError:
        return []
    return read if isinstance(read, list) else [read]


def day_of(value: object) -> str | None:
    """A date as "2025-11-07". Raises FieldError on what is none, or is not yet."""
    text = text_of(value, 60)
    if text is None:
        return None
    for pattern in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y"):
        try:
            day = datetime.strptime(text, pattern).date()
            break
        except ValueError:
            continue
    else:
        try:
            day = datetime.fromisoformat(text).date()
        except ValueError:
            raise FieldError("pas une date") from None
    if not date(2000, 1, 1) <= day <= date.today():
        raise FieldError("une date impossible")
    return day.isoformat()


def month_of(value: object) -> str | None:
    """The same, or only its month or its year: "2025-11", "2025"."""
    text = text_of(value, 60)
    if text and re.fullmatch(r"\d{4}(-\d{2})?", text):
        day_of(f"{text}-01-01"[: len("2025-11-07")])
        return text
    return day_of(value)


def known_of(value: object) -> str:
    """ "oui", "non", nothing; also as our own words for them. Raises FieldError."""
    said = (text_of(value) or "").lower()
    if said not in SAID:
        raise FieldError("« oui », « non » ou rien")
    return SAID[said]


def phone_in(departement: str | None) -> Callable[[object], str | None]:
    return lambda value: phone_of(value, departement)


__all__ = [
    "Context",
    "Draft",
    "day_of",
    "known_of",
    "list_of",
    "month_of",
    "phone_in",
    "phone_of",
    "postcode_of",
    "row_id",
    "text_of",
    "url_of",
]
