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
# "Tu es parti", "vous êtes sûr", "je suis désolé": the reader may be a girl, and a robot is not a man.
_SUBJECT = (
    r"(?:\b(?:tu|vous) (?:n'|t'|y |en |ne |te |vous )*"
    r"(?:es|êtes|étais|étiez|seras|serez|as été|avez été|sens|sentez)"
    r"|\bt'es|\bje (?:ne |n')?suis|\bavoir été|\b(?:t'|vous )être"
    r"|\bd'être(?= (?:sûr|seul|prêt))|\b(?:rest(?:e|es|er|ez)|vas|allez|aller|arriver))"
)
_BETWEEN = r"(?:,? (?:pas|plus|déjà|encore|tout|trop|vraiment|bien|très|jamais|peut-être))*"
_MASCULINE_WORD = (
    r"(?:\w{2,}é|seul|sûr|prêt|parti|perdu|sorti|venu|revenu|mis|pris|suivi|puni|entendu|cru|reçu|content"
    r"|inquiet|surpris|majeur|mineur|étranger|amoureux|heureux|malheureux)"
)
MASCULINE: Final = re.compile(
    rf"{_SUBJECT}{_BETWEEN} {_MASCULINE_WORD}\b(?![·(])|\bdésolé\b(?!·)", re.IGNORECASE
)
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
    if found := MASCULINE.search(QUOTED.sub("", text)):
        yield "masculine", found.group()
