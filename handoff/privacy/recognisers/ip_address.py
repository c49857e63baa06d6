"""Addresses of machines, IPv4 and IPv6."""

from __future__ import annotations

import ipaddress
import re

from handoff.privacy.kinds import IP
from handoff.privacy.recognisers.folded_pattern import FoldedPatternRecognizer

_DOT = r"\s?(?:\.|point|dot|punto)\s?"  # typed or said


class IpAddressRecognizer(FoldedPatternRecognizer):
    """Only what the standard library reads as an address."""

    needs_digit = True

    def __init__(self) -> None:
        super().__init__(
            IP,
            [
                ("v4", rf"(?<![0-9.])(?:\d{{1,3}}{_DOT}){{3}}\d{{1,3}}(?![0-9])(?!\.[0-9])", 0.6),
                ("v6", r"(?<![0-9a-f:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![0-9a-f:])", 0.6),
            ],
        )

    def validate_result(self, pattern_text: str) -> bool:
        if pattern_text.count(":") >= 2 and not any(character.isalnum() for character in pattern_text):
            return False
        try:
            ipaddress.ip_address(re.sub(_DOT, ".", pattern_text))
        except ValueError:
            return False
        return True
