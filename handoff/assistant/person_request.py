"""Explicit requests for a person, seen whatever Rasa makes of them: who asks for a person gets one.

Short on purpose: Rasa understands the rest (topic ``parler_humain``). A question about who is there
("je parle à une vraie personne ?") is not a request.
"""

from __future__ import annotations

import re
from typing import Final

_PERSON: Final = (
    r"(?:(?:vrai|vraie|veritable|reelle?) (?:personne|humaine?|gens)|humaine?|etre humain|intervenante?"
    r"|conseill(?:er|ere)|quelqu'?un (?:de (?:vrai|reel)|en vrai|de l'equipe)"
    r"|personne (?:de l'equipe|reelle|en vrai))"
)
_ASKED: Final = re.compile(
    r"\b(?:(?:je |j'|j )?(?:veux|veu|voudrais|aimerais|peux|peut|puis-?je|pourrais|prefere\w*|besoin de)"
    r"|on peut"
    rf"|passe[rz]?[ -]moi) (?:bien )?(?:te |vous )?(?:parler?|discuter|causer|ecrire|echanger|avoir)?"
    rf" ?(?:a |avec |une? |d'|de |l')*{_PERSON}"
    rf"|\b{_PERSON}\b.{{0,12}}\b(?:svp|stp|s'il (?:te|vous) plait)"
    rf"|\bpas (?:a |avec )?(?:un |le |une )?(?:bot|robot|machine)\b.{{0,30}}{_PERSON}"
    r"|\b(?:want|need|can i|could i|let me|like) (?:to )?(?:talk|speak|chat)? ?(?:to |with )?(?:a |an )?"
    r"(?:real person|real human|human|counsell?or)\b"
    r"|\b(?:quiero|puedo|necesito|quisiera) (?:hablar )?(?:con )?(?:una? )?"
    r"(?:persona (?:de verdad|real)|humano)\b"
)
_ABOUT: Final = re.compile(r"\b(?:t'?es|tu es|vous etes|c'est|est-ce|are you|eres) (?:un |une |a |an )?")


def asks_for_person(folded: str) -> bool:
    """Whether a text (lower case, no accents) asks for a person in so many words."""
    found = _ASKED.search(folded)
    return found is not None and not _ABOUT.search(folded[: found.start()][-25:])
