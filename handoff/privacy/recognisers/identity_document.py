"""Numbers of identity cards, passports, residence permits, driving licences."""

from __future__ import annotations

from handoff.privacy.kinds import ID_DOCUMENT
from handoff.privacy.recognisers.folded_pattern import FoldedPatternRecognizer


class IdentityDocumentRecognizer(FoldedPatternRecognizer):
    """The number must hold digits; mostly told by the word that announces it."""

    needs_digit = True

    def __init__(self) -> None:
        super().__init__(
            ID_DOCUMENT,
            [
                ("passport", r"(?<![a-z0-9])\d{2}[ ]?[a-z]{2}[ ]?\d{5}(?![a-z0-9])", 0.7),
                ("card_1995", r"(?<![a-z0-9])\d{4}[a-z]\d{7}(?![a-z0-9])|(?<![0-9])\d{12}(?![0-9])", 0.45),
                ("announced", r"(?<![a-z0-9])(?=(?:[a-z]{0,8}\d){4})[a-z0-9]{7,15}(?![a-z0-9])", 0.2),
                ("letters_apart", r"(?<![a-z0-9])(?:\d[ \-]){8,10}\d?[ \-]?[a-z]{1,2}(?![a-z0-9])", 0.2),
                ("student", r"(?<![a-z0-9])(?:\d ){9,10}[a-z](?: ?[a-z])?(?![a-z0-9])", 0.9),
                ("spanish", r"(?<![a-z0-9])(?:\d{8}|[xyz] ?\d{7})[ \-]?[a-hj-np-tv-z](?![a-z0-9])", 0.5),
                ("announced_groups", r"(?<![a-z0-9])\d{2,4}(?:[ \-]\d{2,4}){2,4}(?![a-z0-9])", 0.1),
            ],
            context=[
                "carte d'identite", "carte identite", "cni",
                "passeport", "passport", "titre de sejour", "recepisse",
                "permis", "piece d'identite", "carte de sejour",
                "numero etranger", "agdref", "id card", "document",
                "numero de dossier", "dni", "nie", "numero national", "n° national", "ine", "numero ine",
                "pasaporte", "numero ofpra",
            ],
        )  # fmt: skip
