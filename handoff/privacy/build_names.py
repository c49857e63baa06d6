"""Builds the lists of names that data/names holds from packages (see LICENCE.md there).

    python -m venv NAMES && NAMES/bin/pip install faker==40.54.0 nomquamgender==0.1.4 simplemma==1.1.2
    NAMES/bin/python handoff/privacy/build_names.py data/names

first_names.txt and surnames.txt come from Faker's person providers; rare_first_names.txt.gz, far longer, from
nomquamgender's count of names over many censuses and registers. Runs in an environment of its own: neither
is a dependency of the service, and this file imports nothing of ours. Only names written in Latin letters
are kept, without accents, one a line.
"""

from __future__ import annotations

import gzip
import importlib
import json
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
# A rare name is borne by some hundred people in two registers, or by a hundred in four.
COUNTED = ((2, 400), (4, 100))
RARE = re.compile(r"[a-z]{4,15}")
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


def rare_first_names() -> list[str]:
    """Names of nomquamgender, less what a dictionary of French, English or Spanish holds."""
    import nomquamgender
    import simplemma

    table = json.loads((Path(nomquamgender.__file__).parent / "name_data.json").read_text(encoding="utf-8"))
    return sorted(
        name
        for name, (registers, bearers, *_) in table.items()
        if RARE.fullmatch(name)
        and any(registers >= least and bearers >= count for least, count in COUNTED)
        and not any(simplemma.is_known(name, lang=language) for language in ("fr", "en", "es"))
    )


def main(target: Path) -> None:
    first = collect(FIRST_NAME_LOCALES, ("first_names", "first_names_male", "first_names_female"))
    (target / "first_names.txt").write_text("\n".join(first) + "\n", encoding="utf-8")
    last = collect(SURNAME_LOCALES, ("last_names",))
    (target / "surnames.txt").write_text("\n".join(last) + "\n", encoding="utf-8")
    packed = gzip.compress("\n".join(rare_first_names()).encode(), mtime=0)
    (target / "rare_first_names.txt.gz").write_bytes(packed)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
