"""``make bench``: the directory of help at 100,000 places, on one core.

Import: a file of 100,000 records in the official directory's format, read, checked and written to SQLite.
Search: by need and département, and by need and town, at random. Everything is made up; nothing is real.
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


def write_file(path: Path, places: Places, chance: random.Random) -> None:
    towns = list(places.positions())
    with path.open("w", encoding="utf-8") as out:
        out.write('{"service": [')
        for number in range(PLACES):
            latitude, longitude, code = chance.choice(towns)
            record = {
                "id": f"bench-{number}",
                "nom": f"Lieu d'essai {number}",
                "pivot": [
                    {"type_service_local": chance.choice(PIVOTS), "code_insee_commune": [f"{code:0<5}"]}
                ],
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
            out.write(("," if number else "") + json.dumps(record))
        out.write("]}")


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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
    print(f"import of {kept:,} of {PLACES:,} records: {imported:.1f} s; peak memory of it all: {peak:.0f} MB")
    print(f"loaded into memory: {loaded:.1f} s")
    for label, times in (("by département", by_code), ("by town", by_town)):
        p99 = statistics.quantiles(times, n=100)[98]
        print(f"search {label}: p50 {statistics.median(times):.2f} ms, p99 {p99:.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
