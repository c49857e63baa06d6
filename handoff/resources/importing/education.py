"""The Ministry of Education's directory ("annuaire de l'éducation"), CSV or JSON. Licence Ouverte 2.0.

Only the types named in kinds.yml are taken: schools are left out, guidance centres (CIO) are in.
"""

from __future__ import annotations

from typing import Any

from handoff.resources.importing.draft import (
    Context,
    Draft,
    day_of,
    phone_in,
    postcode_of,
    row_id,
    text_of,
    url_of,
)
from handoff.resources.resource import Resource

NAME = "education"
LICENCE = "Licence Ouverte 2.0 (Annuaire de l'éducation, ministère de l'Éducation nationale)"


def read(row: dict[str, Any], line: int, context: Context) -> Resource | None:
    """An open establishment of a type we use, or None."""
    # The published headings have changed their case, and "code_postal" its sign, more than once.
    row = {name.lower().replace(" ", "_"): value for name, value in row.items()}
    kind = context.kinds.named(NAME, [str(row.get("type_etablissement"))])
    if kind is None or str(row.get("etat") or "OUVERT").upper() != "OUVERT":
        context.report.not_ours += 1
        return None
    draft = Draft(context, line, row_id(NAME, row.get("identifiant_de_l_etablissement")))
    draft.take("address", row.get("adresse_1"), lambda value: text_of(value, 300))
    draft.take("postcode", row.get("code_postal"), postcode_of)
    draft.take("commune", row.get("nom_commune"))
    draft.place(
        code=row.get("code_departement"),
        insee=row.get("code_commune"),
        latitude=row.get("latitude"),
        longitude=row.get("longitude"),
    )
    draft.take("phone", row.get("telephone"), phone_in(draft.values.get("departement")))
    draft.take("url", row.get("web"), url_of)
    draft.take("as_of", row.get("date_maj_ligne"), day_of)
    return draft.finish(kind, row.get("nom_etablissement"))
