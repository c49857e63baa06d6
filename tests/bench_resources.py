"""``make bench``: the directory of help at 100,000 places, on one core.

Import: a file of 100,000 records in the official directory's format, read, checked and written to SQLite.
Search: by need and département, and by need and town, at random. Everything is made up; nothing is real.

``python -m tests.bench_resources --gigabyte`` reads a file of 1 GB instead, one record in fifty of our kinds,
and says how much memory that took.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from handoff.resource_desk import open_desk
from handoff.resources.index import Query
from handoff.resources.places import Places
from handoff.settings import Settings

PLACES = 100_000
SEARCHES = 1_000
PIVOTS = ("mission_locale", "cij", "pmi", "gendarmerie", "commissariat_police", "cio", "mds", "cidf")


GIGABYTE = 1024**3
OURS_ONE_IN = 50


def record_of(number: int, pivot: str, town: tuple[float, float, str]) -> dict[str, object]:
    """A made-up record in the official directory's format."""
    latitude, longitude, code = town
    return {
        "id": f"bench-{number}",
        "nom": f"Lieu d'essai {number}",
        "pivot": [{"type_service_local": pivot, "code_insee_commune": [f"{code:0<5}"]}],
        "code_insee_commune": f"{code:0<5}",
        "telephone": [{"valeur": f"01 {number:08d}"}],
        "date_modification": "09/08/2024 13:30:19",
        "adresse": [
            {
                "type_adresse": "Adresse",
                "numero_voie": f"{number} rue de l'Essai",
                "code_postal": "",
                "nom_commune": "",
                "latitude": str(latitude),
                "longitude": str(longitude),
            }
        ],
        "plage_ouverture": [
            {
                "nom_jour_debut": "Lundi",
                "nom_jour_fin": "Vendredi",
                "valeur_heure_debut_1": f"{8 + number % 3:02d}:00:00",
                "valeur_heure_fin_1": "17:30:00",
            }
        ],
    }


def write_file(path: Path, places: Places, chance: random.Random, least_bytes: int = 0) -> None:
    """``PLACES`` records, all of kinds of ours; or as many as ``least_bytes`` takes, most of another kind."""
    towns = list(places.positions())
    with path.open("w", encoding="utf-8") as out:
        out.write('{"service": [')
        number = 0
        while out.tell() < least_bytes if least_bytes else number < PLACES:
            ours = not least_bytes or number % OURS_ONE_IN == 0
            pivot = chance.choice(PIVOTS) if ours else "mairie"
            record = record_of(number, pivot, chance.choice(towns))
            out.write(("," if number else "") + json.dumps(record))
            number += 1
        out.write("]}")


def peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


async def read_a_gigabyte() -> int:
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        folder = Path(name)
        async with open_desk(Settings.load().apart(folder)) as desk:
            path = folder / "dila.json"
            write_file(path, desk.search.places, random.Random(6), GIGABYTE)
            before, started = peak_megabytes(), time.perf_counter()
            read = desk.read(path, None, None)
            took = time.perf_counter() - started
    print(
        f"file of 1 GB: {read.report.read:,} records read, {len(read.rows):,} kept, in {took:.0f} s; "
        f"peak memory {peak_megabytes():.0f} MB ({before:.0f} MB before)"
    )
    return 0


async def main() -> int:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    chance = random.Random(6)
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        folder = Path(name)
        settings = Settings.load().apart(folder)
        async with open_desk(settings) as desk:
            places, path = desk.search.places, folder / "dila.json"
            write_file(path, places, chance)
            started = time.perf_counter()
            read = desk.read(path, None, None)
            await desk.imports.apply(await desk.stage(read, path.name))
            imported = time.perf_counter() - started
            kept = len(read.rows)
            del read
            started = time.perf_counter()
            await desk.load_shown()
            loaded = time.perf_counter() - started
            needs = [need.topics for need in desk.search.kinds.needs.values()]
            codes, towns = list(places.departements), list(places.positions())
            by_code, by_town = [], []
            for _ in range(SEARCHES):
                latitude, longitude, code = chance.choice(towns)
                topics = chance.choice(needs)
                for times, query in (
                    (by_code, Query(topics, chance.choice(codes), audience="jeune")),
                    (by_town, Query(topics, code, (latitude, longitude), audience="jeune", age=15)),
                ):
                    started = time.perf_counter()
                    desk.search.page(query)
                    times.append((time.perf_counter() - started) * 1000)
    peak = peak_megabytes()
    print(f"import of {kept:,} of {PLACES:,} records: {imported:.1f} s; peak memory of it all: {peak:.0f} MB")
    print(f"loaded into memory: {loaded:.1f} s")
    for label, times in (("by département", by_code), ("by town", by_town)):
        p99 = statistics.quantiles(times, n=100)[98]
        print(f"search {label}: p50 {statistics.median(times):.2f} ms, p99 {p99:.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(read_a_gigabyte() if "--gigabyte" in sys.argv[1:] else main()))
