"""Builds data/names/first_names.txt and surnames.txt from Faker's person providers (MIT licence).

    python -m venv FAKER && FAKER/bin/pip install faker==40.54.0
    FAKER/bin/python handoff/privacy/build_names.py data/names

Runs in an environment of its own: Faker is no dependency of the service, and this file imports
nothing of ours. Only names written in Latin letters are kept, without accents, one a line.
"""

from __future__ import annotations

import importlib
import re
import sys
import unicodedata
from pathlib import Path

# The origins of France's teenagers, as far as Faker knows their names in Latin letters.
FIRST_NAME_LOCALES = """
    fr_FR fr_BE fr_CH fr_CA fr_DZ en_PK en_KE en_NG ha_NG ig_NG yo_NG sw tw_GH tr_TR az_AZ pt_PT pt_BR
    es_ES it_IT ro_RO pl_PL de_DE nl_BE vi_VN hr_HR sk_SK
"""
SURNAME_LOCALES = """
    fr_FR fr_BE fr_CH fr_DZ en_PK en_KE ha_NG ig_NG yo_NG tw_GH tr_TR pt_PT es_ES vi_VN
"""
WORD = re.compile(r"[a-z]{3,}(?:[-' ][a-z]{2,})*")


def fold(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.replace("ı", "i").replace("ə", "e").replace("ø", "o"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower().strip()


def collect(locales: str, attributes: tuple[str, ...]) -> list[str]:
    names: set[str] = set()
    for locale in locales.split():
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in attributes:
            found = getattr(provider, attribute, ())
            if not isinstance(found, property):
                names.update(fold(name) for name in found)
    return sorted(name for name in names if WORD.fullmatch(name))


def main(target: Path) -> None:
    first = collect(FIRST_NAME_LOCALES, ("first_names", "first_names_male", "first_names_female"))
    (target / "first_names.txt").write_text("\n".join(first) + "\n", encoding="utf-8")
    last = collect(SURNAME_LOCALES, ("last_names",))
    (target / "surnames.txt").write_text("\n".join(last) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
