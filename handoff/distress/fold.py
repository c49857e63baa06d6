"""Teenagers' spelling brought nearer to the dictionary's, for the lexicon and the n-grams."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_REPEATED: Final = re.compile(r"([a-z])\1{2,}")
_APOSTROPHES: Final = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "´": "'"})

# Whole words only, after folding. Words that mean two things in SMS French are left alone.
_SPELLINGS: Final[dict[str, str]] = {
    "jveux": "je veux",
    "jveu": "je veux",
    "jvx": "je veux",
    "jv": "je vais",
    "jvais": "je vais",
    "jvai": "je vais",
    "jsuis": "je suis",
    "jsui": "je suis",
    "chui": "je suis",
    "chuis": "je suis",
    "jai": "j'ai",
    "gt": "j'etais",
    "jten": "j'en",
    "jen": "j'en",
    "jpe": "je peux",
    "jpeux": "je peux",
    "jsp": "je sais pas",
    "jms": "jamais",
    "tt": "tout",
    "tlm": "tout le monde",
    "qd": "quand",
    "qqn": "quelqu'un",
    "qqun": "quelqu'un",
    "pr": "pour",
    "ds": "dans",
    "dla": "de la",
    "mtn": "maintenant",
    "mnt": "maintenant",
    "mtnt": "maintenant",
    "auj": "aujourd'hui",
    "ajd": "aujourd'hui",
    "cv": "ca va",
    "pk": "pourquoi",
    "pcq": "parce que",
    "psk": "parce que",
    "bcp": "beaucoup",
    "tkt": "t'inquiete",
    "ss": "suis",
    "sui": "suis",
    "vie": "vie",
    "kms": "kill myself",
    "frr": "frere",
    "mm": "meme",
    "mon reuf": "mon frere",
    "daron": "pere",
    "daronne": "mere",
    "reup": "pere",
    "reum": "mere",
}


def fold(text: str) -> str:
    """Lower case, no accents, no letter thrice, common abbreviations written out."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).lower()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    plain = _REPEATED.sub(r"\1\1", plain)
    return " ".join(_SPELLINGS.get(word, word) for word in plain.split())
