"""Builds data/places/ from the npm package ``@etalab/decoupage-administratif``.

    npm pack @etalab/decoupage-administratif && tar xzf *.tgz
    python -m handoff.privacy.build_places package/data data/places

Three tables, tab-separated, UTF-8, with one heading line:
``communes.tsv.gz`` name, département, population · ``postcodes.tsv.gz`` postcode, département,
its largest commune ·
``departements.tsv`` code, name, region. Licence and source: data/places/LICENCE.md.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# Nobody is born, or chats, there: no inhabitant and names that only confuse.
UNINHABITED = {"984", "989"}


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    """One of the package's JSON tables."""
    rows: list[dict[str, Any]] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def commune_rows(communes: list[dict[str, Any]]) -> Iterable[tuple[str, str, str]]:
    """Name, département, population; the quarters of Paris, Lyon and Marseille are left to their city."""
    best: dict[tuple[str, str], int] = {}
    for commune in communes:
        if commune["type"] == "arrondissement-municipal" or commune["departement"] in UNINHABITED:
            continue
        key = (commune["nom"], commune["departement"])
        best[key] = max(best.get(key, 0), commune.get("population") or 0)
    return ((name, departement, str(people)) for (name, departement), people in sorted(best.items()))


def postcode_rows(communes: list[dict[str, Any]]) -> Iterable[tuple[str, str, str]]:
    """Postcode, département, its largest commune there.

    A postcode that straddles a border goes to the side where more people live.
    """
    people: dict[str, Counter[str]] = defaultdict(Counter)
    towns: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for commune in communes:
        count = 1 + (commune.get("population") or 0)
        for postcode in commune.get("codesPostaux", []):
            people[postcode][commune["departement"]] += count
            if commune["type"] == "commune-actuelle":
                towns[postcode, commune["departement"]][commune["nom"]] += count
    for postcode, count_by_departement in sorted(people.items()):
        departement = count_by_departement.most_common(1)[0][0]
        largest = towns[postcode, departement].most_common(1)
        yield postcode, departement, largest[0][0] if largest else ""


def departement_rows(folder: Path) -> Iterable[tuple[str, str, str]]:
    regions = {region["code"]: region["nom"] for region in read(folder, "regions")}
    for row in sorted(read(folder, "departements"), key=lambda row: str(row["code"])):
        if row["code"] not in UNINHABITED:
            yield row["code"], row["nom"], regions[row["region"]]


def as_table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    lines = ["\t".join(row) for row in (heading, *rows)]
    return ("\n".join(lines) + "\n").encode()


def compress(table: bytes) -> bytes:
    """gzip without a date, so that the same source gives the same file."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as out:
        out.write(table)
    return packed.getvalue()


def main(source: Path, target: Path) -> None:
    communes = read(source, "communes")
    target.mkdir(parents=True, exist_ok=True)
    table = as_table(("name", "departement", "population"), commune_rows(communes))
    (target / "communes.tsv.gz").write_bytes(compress(table))
    table = as_table(("postcode", "departement", "commune"), postcode_rows(communes))
    (target / "postcodes.tsv.gz").write_bytes(compress(table))
    table = as_table(("code", "name", "region"), departement_rows(source))
    (target / "departements.tsv").write_bytes(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
