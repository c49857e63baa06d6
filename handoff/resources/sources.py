"""The official open files, fetched when an operator asks. A machine without a network takes a local file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

TIMEOUT_SECONDS = 60.0
BLOCK = 1 << 20


class FetchError(Exception):
    """The file could not be fetched; the message says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """``url`` is the file itself, or (``pick``) a data.gouv.fr dataset among whose files one is chosen."""

    name: str
    url: str
    page: str
    licence: str
    pick: str | None = None


# The dataset pages say the licence; the addresses are those they give.
SOURCES = {
    "dila": Source(
        "dila",
        "https://lecomarquage.service-public.gouv.fr/donnees_locales_v4/all_latest.tar.bz2",
        "https://www.data.gouv.fr/datasets/service-public-gouv-fr-annuaire-de-ladministration-base-de-donnees-locales/",
        "Licence Ouverte 2.0",
    ),
    "education": Source(
        "education",
        "https://data.education.gouv.fr/api/explore/v2.1/catalog/datasets/fr-en-annuaire-education/exports/csv",
        "https://data.education.gouv.fr/explore/dataset/fr-en-annuaire-education/",
        "Licence Ouverte 2.0",
    ),
    **{
        name: Source(
            name,
            "https://www.data.gouv.fr/api/1/datasets/"
            "referentiel-de-loffre-dinsertion-liste-des-structures-et-services-dinsertion/",
            "https://www.data.gouv.fr/datasets/"
            "referentiel-de-loffre-dinsertion-liste-des-structures-et-services-dinsertion/",
            "Licence Ouverte 2.0",
            pick=pick,
        )
        for name, pick in (
            ("data_inclusion", r"structures-inclusion-.*\.json$"),
            ("data_inclusion_services", r"services-inclusion-.*\.json$"),
        )
    },
}


def fetch(source: Source, target: Path, tell: Callable[[int], None] = lambda _: None) -> Path:
    """Writes the current file to ``target`` and returns it. Raises FetchError; nothing half-written stays.

    ``tell`` is called with the bytes written so far.
    """
    part = target.with_name(target.name + ".part")
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=True) as client:
            url = _file_of(client, source) if source.pick else source.url
            with client.stream("GET", url) as answer, part.open("wb") as file:
                answer.raise_for_status()
                for block in answer.iter_bytes(BLOCK):
                    file.write(block)
                    tell(file.tell())
        part.replace(target)
    except (httpx.HTTPError, ValueError, OSError) as error:
        raise FetchError(f"{source.name}: {error or type(error).__name__}") from None
    finally:
        part.unlink(missing_ok=True)
    return target


def _file_of(client: httpx.Client, source: Source) -> str:
    """The newest file of a data.gouv.fr dataset whose title fits."""
    answer = client.get(source.url)
    answer.raise_for_status()
    files = [each for each in answer.json()["resources"] if re.search(source.pick or "", each["title"])]
    if not files:
        raise FetchError(f"{source.name}: no file {source.pick} at {source.page}")
    return str(max(files, key=lambda each: str(each.get("last_modified")))["url"])


def file_name(source: Source) -> str:
    """How the fetched file is called: the ending tells how it is packed."""
    if source.pick:
        return f"{source.name}.json"
    ending = "tar.bz2" if source.url.endswith(".tar.bz2") else "csv"
    return f"{source.name}.{ending}"
