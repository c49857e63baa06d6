"""How we speak: what a text should not say, by who reads it. Signs of trouble for a lead to judge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# Nobody can promise these: a child in danger who can be identified is reported.
PROMISES: Final = re.compile(
    r"personne ne (?:le )?saura|rien ne t'arrivera|tu ne risques rien"
    r"|impossible (?:à|de te) (?:identifier|retrouver)"
    r"|je te promets|on te promet|100 ?% (?:anonyme|sûr)|à coup sûr",
    re.IGNORECASE,
)
VOUS: Final = re.compile(r"(?<!rendez-)\b(?:vous|votre|vos)\b", re.IGNORECASE)
TU: Final = re.compile(r"\b(?:tu|toi|ton|tes)\b", re.IGNORECASE)
QUOTED: Final = re.compile(r"«[^»]*»")  # what a relative may say to a child
LEGAL_FIGURE: Final = re.compile(r"\d+ ?(?:€|euros)|\d+ ans de prison")

# A card is words: what looks like code would be shown as such, or worse.
MARKUP: Final = re.compile(r"<\s*[a-z!/]|javascript:|&#?\w+;|\{\{|\{%", re.IGNORECASE)
# Invisible signs that hide or turn words (but not the joiners of emoji, nor no-break spaces).
HIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
LINK: Final = re.compile(r"(?:https?|ftp)://\S+|\bwww\.\S+", re.IGNORECASE)


def slips(text: str, audience: str, language: str) -> Iterator[tuple[str, str]]:
    """What a lead should look at again: (code, words)."""
    if language != "fr":
        return
    if found := PROMISES.search(text):
        yield "promise", found.group()
    unwanted = VOUS if audience == "jeune" else TU
    if found := unwanted.search(QUOTED.sub("", text)):
        yield ("vous" if audience == "jeune" else "tu"), found.group()
