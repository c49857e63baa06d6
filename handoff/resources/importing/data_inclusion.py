"""data.inclusion's open files: structures and services, schema 1 (``data-inclusion-schema``), JSON or CSV."""

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
    url_of,
)
from handoff.resources.resource import Resource

NAME = "data_inclusion"
SERVICES = "data_inclusion_services"
LICENCE = "Licence Ouverte 2.0 (data.inclusion)"


def are_services(format_name: str, keys: list[str]) -> bool:
    """Whether a file of this format holds services: they and the structures are two sources."""
    return format_name == NAME and "structure_id" in keys


def read(row: dict[str, Any], line: int, context: Context) -> Resource | None:
    """A structure of a network we use, or a service meant for young people; None for the rest."""
    is_service = "structure_id" in row
    words = list_of(row.get("thematiques" if is_service else "reseaux_porteurs"))
    kind = context.kinds.named(SERVICES if is_service else NAME, [str(each) for each in words])
    if kind is None or (is_service and not _for_young_people(row)):
        context.report.not_ours += 1
        return None
    draft = Draft(context, line, row_id("dis" if is_service else "di", row.get("id")))
    draft.take("address", row.get("adresse"))
    draft.take("postcode", row.get("code_postal"), postcode_of)
    draft.take("commune", row.get("commune"))
    draft.place(insee=row.get("code_insee"), latitude=row.get("latitude"), longitude=row.get("longitude"))
    draft.take("phone", row.get("telephone"), phone_in(draft.values.get("departement")))
    site = row.get("lien_mobilisation") if is_service else row.get("site_web")
    draft.take("url", site or row.get("lien_source"), url_of)
    draft.take("source_url", row.get("lien_source"), url_of)
    draft.take("as_of", row.get("date_maj"), day_of)
    draft.opens_as(row.get("horaires_accueil"))
    if row.get("frais") == "gratuit":
        draft.values["cost"] = "gratuit"
    return draft.finish(kind, row.get("nom"))


def _for_young_people(row: dict[str, Any]) -> bool:
    """Young people, who may come by themselves."""
    may_come = list_of(row.get("mobilisable_par"))
    return "jeunes" in list_of(row.get("publics")) and (not may_come or "usagers" in may_come)
