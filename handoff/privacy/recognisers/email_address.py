"""E-mail addresses, also said in words ("lea arobase gmail point com").

Presidio's own recogniser fetches a list of domain endings; ours needs none: a made-up ending is
stripped as well.
"""

from __future__ import annotations

from handoff.privacy.kinds import EMAIL
from handoff.privacy.recognisers.folded_pattern import FoldedPatternRecognizer

# "tiktok @its.yasmine" is a name on an application.
_AT = (
    r"(?:@\s?|\s@\s|\s?[(\[{]\s?(?:at|arobase?|arroba|a|chez)\s?[)\]}]\s?"
    r"|\s?\b(?:ar+obas[es]?|ar+obaze?|a ?robase|at sign|arroba)\s?)"
)
_DOT = r"(?:\s?\.\s?|\s?[(\[]\s?(?:dot|point|punto|\.)\s?[)\]]\s?|\s(?:point|dot|punto)\s|point)"
_ENDING = (
    r"(?:com|fr|net|org|eu|be|ch|io|me|info|edu|gouv|co|uk|de|es|it|pt|ca|re|gp|mq|nc|pf|live|pro"
    r"|email|[a-z]{2,12})"
)
_USUAL_ENDING = r"(?:com|fr|net|ch|be|org|me)"
_PROVIDER = (
    r"(?:gmail|gmai|hotmail|hotmel|outlook|yahoo|live|icloud|orange|laposte|free|sfr|protonmail"
    r"|proton|wanadoo|msn|gmx"
    r"|bbox|numericable|aol|mail)"
)
# "lea point dubreuil": the part before the at sign may be said in words too.
_START = r"(?<![a-z0-9._%+\-])"
_HOST = r"[a-z0-9\-]{1,63}"
_SAID_NUMBER = (
    r"(?:zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze"
    r"|\d{1,4})"
)
# At most so many pieces: each more is tried from every start.
_LOCAL = (
    r"[a-z0-9][a-z0-9._%+\-]{0,62}(?:(?:\s?[(\[](?:\.|point|dot|punto)[)\]]\s?"
    r"|\s(?:point|tiret|underscore|tiret du (?:bas|\d)|dot|moins)\s"
    rf"|\s{_SAID_NUMBER}(?:\s[a-z]{{2,12}}(?=\s?[(\[]))?(?![a-z0-9]))[a-z0-9._%+\-]{{0,40}}){{0,5}}"
)


class EmailAddressRecognizer(FoldedPatternRecognizer):
    """Written with signs, with words, with spaces, or without the ending for the known providers."""

    def __init__(self) -> None:
        super().__init__(
            EMAIL,
            [
                ("plain", rf"{_START}[a-z0-9._%+\-]{{1,64}}@{_HOST}(?:[.,]{_HOST}){{1,5}}", 1.0),
                ("words", rf"{_START}{_LOCAL}{_AT}[a-z0-9\-]{{1,40}}{_DOT}{_ENDING}(?![a-z])", 0.95),
                (
                    "all_words",
                    rf"{_START}{_LOCAL}\s(?:at|arobase)\s[a-z0-9\-]{{2,40}}\s(?:dot"
                    rf"|point)\s{_USUAL_ENDING}\b",
                    0.9,
                ),
                ("provider", rf"{_START}{_LOCAL}(?:{_AT}|\s@){_PROVIDER}\b(?:{_DOT}{_USUAL_ENDING}\b)?", 0.9),
                ("loose_at", rf"{_START}{_LOCAL}\s(?:at|a|chez)\s{_PROVIDER}{_DOT}{_USUAL_ENDING}\b", 0.9),
            ],
        )  # fmt: skip
