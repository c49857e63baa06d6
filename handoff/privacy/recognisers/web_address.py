"""Web addresses. The sites of help that everybody is sent to stay readable."""

from __future__ import annotations

import re

from handoff.privacy.kinds import URL
from handoff.privacy.recognisers.folded_pattern import FoldedPatternRecognizer

_ENDING = (
    r"(?:com|fr|net|org|eu|info|io|gg|be|ch|ca|uk|tv|app|link|xyz|bio|ly|gl|ai|co|ru|de|es|it|pt"
    r"|site|online|shop|club|live"
    r"|page|dev|chat|fans|cam|sex|porn|xxx|re|gp|mq|nc|pf)"
)
_HOST = r"(?:[a-z0-9\-]{1,63}\.){1,4}"
_SLASH = r"(?:slash|barre oblique|barre)"
_SAID_HOST = (
    r"[a-z0-9\-]{2,60}(?: point [a-z0-9\-]{2,40}){0,2} point (?:fr|com|net|org|eu|me|io|gg|tv)(?![a-z])"
)
# A path said aloud: "slash member slash neuf neuf zéro tiret lilibrocante".
_SAID_DIGIT = r"(?:zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf)"
_SAID_PART = rf"(?: {_SAID_DIGIT}(?![a-z])){{0,10}}(?: (?:tiret|underscore|point))?(?: [a-z0-9_\-]{{1,40}})"
_PATH = r"/[^\s\"'<>\[\]()]{0,400}"
# Only the bare site, without a path: a path could name somebody.
_PUBLIC_SITE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:[a-z\-]+\.gouv\.fr|e-enfance\.org|3018\.fr|3114\.fr"
    r"|filsantejeunes\.com|cnil\.fr"
    r"|service-public\.fr|commentonsaime\.fr|acpe-asso\.org|mouvementdunid\.org|amicaledunid\.org"
    r"|france-victimes\.fr"
    r"|cidj\.com|(?:youtube|instagram|snapchat|tiktok|twitter|facebook|whatsapp|discord|telegram"
    r"|google|onlyfans|mym"
    r"|netflix|vinted|leboncoin|roblox|pinterest|x|t)\.(?:com|fr|org|fans|me))/?"
)


class WebAddressRecognizer(FoldedPatternRecognizer):
    """With or without a scheme; a bare word with a dot needs a known ending."""

    def __init__(self) -> None:
        super().__init__(
            URL,
            [
                ("scheme", r"(?:https?|ftp|hxxps?)\s?:\s?//[^\s\"'<>\[\]()]{1,600}", 1.0),
                (
                    "said",
                    rf"(?<![a-z0-9]){_SAID_HOST}(?: {_SLASH}"
                    r"(?: (?:tiret|underscore|[a-z0-9_\-]{1,40})){1,2}){1,5}",
                    0.9,
                ),
                (
                    "said_www",
                    rf"(?<![a-z0-9])(?:www|w w w|3 ?w) point [a-z0-9\-]{{2,60}}"
                    rf"(?: point [a-z0-9\-]{{2,40}}){{0,2}}(?: {_SLASH}{_SAID_PART}){{0,5}}",
                    0.9,
                ),
                ("www", r"(?<![a-z0-9.])www\.[^\s\"'<>\[\]()]{2,600}", 1.0),
                ("host_and_path", rf"(?<![a-z0-9@._\-]){_HOST}[a-z]{{2,10}}{_PATH}(?<![.,;:!?])", 0.9),
                ("host", rf"(?<![a-z0-9@._\-]){_HOST}{_ENDING}(?![a-z0-9\-_@])(?!\.[a-z0-9])", 0.8),
            ],
        )

    def invalidate_result(self, pattern_text: str) -> bool:
        return bool(_PUBLIC_SITE.fullmatch(pattern_text))
