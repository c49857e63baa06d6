"""Spelling as people type in a hurry, for training: the same message, without accents, shortened, mistyped.

Each rule is something seen in young people's messages; chances are per message or per word.
"""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Final

# Written out → as typed. Word by word, each time with a chance.
_SHORT: Final = {
    "je suis": "jsuis", "je sais": "jsais", "je veux": "jveux", "je vais": "jvais", "je peux": "jpeux",
    "je ": "j", "j'ai": "jai", "c'est": "c", "qu'il": "kil", "que": "ke", "qui": "ki", "quoi": "koi",
    "pourquoi": "pk", "parce que": "pcq", "quand": "qd", "dans": "ds", "avec": "ac", "pas": "pa",
    "tout": "tt", "tous": "ts", "toujours": "tjrs", "plus": "+", "maintenant": "mtn", "beaucoup": "bcp",
    "est": "é", "et": "é", "rien": "ri1", "quelqu'un": "qqun", "quelque chose": "qqch", "personne": "perso",
    "vraiment": "vrmt", "problème": "pb", "pour": "pr", "même": "mm", "mes": "mé", "ses": "sé", "des": "dé",
    "chez": "ché",
    "aujourd'hui": "ajd", "demain": "dem1", "bien": "bi1", "mort": "mor", "trop": "tro", "beau-père": "bp",
    "s'il te plaît": "stp", "salut": "slt", "bonjour": "bjr", "messages": "msg", "téléphone": "tel",
}  # fmt: skip
_PATTERNS: Final = [
    (
        re.compile(
            rf"(?<![\w']){re.escape(written)}(?!\w)" if written[-1] != " " else rf"(?<![\w']){written}"
        ),
        typed,
    )
    for written, typed in _SHORT.items()
]


def mistype(text: str, chance: random.Random) -> str:
    """The text, or a hurried version of it. ``chance`` decides; the same state gives the same text."""
    if chance.random() < 0.45:
        return text
    if chance.random() < 0.75:
        decomposed = unicodedata.normalize("NFD", text)
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    case = chance.random()
    if case < 0.7:
        text = text.lower()
    elif case < 0.75:
        text = text.upper()
    if chance.random() < 0.6:
        text = re.sub(r"[.,;:!?]", " " if chance.random() < 0.5 else "", text)
    if chance.random() < 0.6:
        for pattern, typed in _PATTERNS:
            if chance.random() < 0.4:
                text = pattern.sub(typed, text)
    if chance.random() < 0.5:
        text = text.replace("'", "").replace("’", "")
    if chance.random() < 0.4:
        text = " ".join(_slip(word, chance) for word in text.split(" "))
    return " ".join(text.split()) or text


def _slip(word: str, chance: random.Random) -> str:
    """A letter lost, doubled or swapped in one long word of eight."""
    if len(word) < 5 or chance.random() > 0.12:
        return word
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
