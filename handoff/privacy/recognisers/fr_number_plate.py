"""French number plates, of 2009 (AB-123-CD) and before (1234 AB 69)."""

from __future__ import annotations

import re
from typing import Any

from presidio_analyzer import RecognizerResult

from handoff.place_names.word_lists import word_set
from handoff.privacy.kinds import PLATE
from handoff.privacy.recognisers.folded_pattern import FoldedPatternRecognizer

_START, _END = "(?<![a-z0-9])", "(?![a-z0-9])"
IN_CAPITALS = 0.7
# Two letters that people do type around a number of three digits: "il a 150 km", "ms 200 eu".
_SHORT_WORDS = word_set(
    """
    de le la un en et tu je il on au du ce se sa ma ta me te ne ya ca es as ai vu su lu ds ms tt pk pr
    vs mr bc
    vc jt jv jp dm mp cv dr st ig fb tg tj qd ns nb ps bb ht fr km kg cm mm ml gb mb go mo eu dh
    ou si ni ns va
    vo no he ha ho oh ah eh sr mn nn an to in at of or is it my we he be by so do go up us am if as
    el mi
    tu su lo al es un da di ha
    """
)
_PAIRS = re.compile(r"([A-Za-z]{2})[ .]\d{3}[ .]([A-Za-z]{2})")
_LETTERS = "[a-hj-np-tv-z]"
# "gé ache sept cent quatorze esse bé"
_SAID_LETTER = (
    r"(?:[a-z]|be|ce|de|effe?|ef|ge|ji|ache|hache|ka|elle?|el|aime|emme|em|enne|en|pe|qu|cu|ku|erre?|er"
    r"|esse|es|te|ve|double ?ve|ixe?|zed|zede)"
)


class FrNumberPlateRecognizer(FoldedPatternRecognizer):
    """With spaces ("de 100 le") only next to a word about cars: too many sentences look like that."""

    needs_digit = True

    def __init__(self) -> None:
        super().__init__(
            PLATE,
            [
                ("dashes", rf"{_START}{_LETTERS}{{2}}\s?-\s?\d{{3}}\s?-\s?{_LETTERS}{{2}}{_END}", 0.9),
                ("compact", rf"(?<![a-z0-9]){_LETTERS}{{2}}\d{{3}}{_LETTERS}{{2}}(?![a-z0-9])", 0.8),
                ("scooter", rf"{_START}{_LETTERS}{{1,2}}[ \-]\d{{2,3}}[ \-]{_LETTERS}(?![a-z0-9'])", 0.3),
                ("spaces", rf"(?<![a-z0-9]){_LETTERS}{{2}}[ .]\d{{3}}[ .]{_LETTERS}{{2}}(?![a-z0-9])", 0.3),
                ("foreign", r"(?<![a-z0-9])[a-z]{1,3}[ \-][a-z]{1,2}[ \-]\d{2,4}(?![a-z0-9])", 0.2),
                ("british", r"(?<![a-z0-9])[a-z]{2}\d{2} ?[a-z]{3}(?![a-z0-9])", 0.3),
                ("spanish", r"(?<![a-z0-9])\d{4}[ \-]?[bcdfghj-np-tv-z]{3}(?![a-z0-9])", 0.3),
                ("said", rf"(?<![a-z]){_SAID_LETTER} {_SAID_LETTER} (?:[a-z\-]{{2,9}} |\d{{1,3}} ){{1,5}}"
                 rf"{_SAID_LETTER} {_SAID_LETTER}(?![a-z])", 0.2),
                ("old", r"(?<![a-z0-9])\d{2,4}[ \-]?[a-z]{2,3}[ \-]?(?:\d{2}|2[ab])(?![a-z0-9])", 0.2),
            ],
            context=[
                "plaque", "plaques", "immatriculation", "immatriculee",
                "immatricule", "immat", "matricula", "coche", "furgo", "reg", "voiture", "bagnole",
                "caisse", "vehicule", "clio", "golf", "audi",
                "bmw", "mercedes", "peugeot", "renault", "scooter", "moto",
                "camion", "fourgon", "van", "megane", "twingo",
                "tesla", "camionnette", "gova", "vago", "license plate",
            ],
        )  # fmt: skip

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """In capitals, or of letters that are no words, it needs no word about cars ("YR 208 TD")."""
        results = super().analyze(text, entities, nlp_artifacts, regex_flags)
        for result in results:
            plate = text[result.start : result.end]
            if (plate.isupper() and not text.isupper()) or _reads_as_no_words(plate):
                result.score = max(result.score, IN_CAPITALS)
        return results


def _reads_as_no_words(plate: str) -> bool:
    """ "eb 917 vn": neither pair of letters is something people type."""
    pairs = _PAIRS.fullmatch(plate)
    return pairs is not None and not any(pair.lower() in _SHORT_WORDS for pair in pairs.groups())
