"""Names on applications: "@lola", "mon snap c mel1ssa.xo", "discord : kev#1234"."""

from __future__ import annotations

import re

from handoff.privacy.kinds import HANDLE
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.lexicon import Lexicon
from handoff.privacy.name_table import NameTable
from handoff.privacy.recognisers.word_based import WordBasedRecognizer

_APPS = (
    r"(?:snap(?:chat)?|insta(?:gram)?|ig|tik ?tok|tt|discord|twitter|facebook|fb|telegram|tlgrm|tg"
    r"|twitch|skype|kik|psn|xbox|steam"
    r"|roblox|fortnite|messenger|onlyfans|of|mym|badoo|yubo|tinder|grindr|signal|threads|bereal"
    r"|pinterest|youtube|reddit"
    r"|pseudo(?:nyme)?|surnom|username|user ?name|user|identifiant|login|blaze|@|arobase|id)"
)
_NAME = r"@?[a-z0-9][a-z0-9._\-]{1,38}[a-z0-9_](?:#\d{3,5})?"
_SAYS = (
    r"(?:\s?[:=]\s?|\s(?:c ?'? ?est|c|cest|est|etait|(?:(?:il|elle|je|j|on) )?s ?'?appelle"
    r"|(?:(?:il|elle) )?sappelle|is|es|:)\s(?:[\"'«]\s?)?|\s?->\s?)"
)
_AT = re.compile(r"(?<![a-z0-9._%+\-@])@\s?[a-z0-9_][a-z0-9._\-]{1,38}[a-z0-9_]")
_SAID = re.compile(rf"(?<![a-z]){_APPS}(?:\s(?:de|d') ?[a-z]{{2,12}})?{_SAYS}(?P<name>{_NAME})")
_NEXT_TO = re.compile(rf"(?<![a-z]){_APPS}\s(?P<name>{_NAME})|(?P<name2>{_NAME})\ssur {_APPS}(?![a-z])")
_DISCORD = re.compile(r"(?<![a-z0-9._])[a-z0-9][a-z0-9._]{1,31}#\d{4}(?![0-9])")
_UNDERSCORED = re.compile(
    r"(?<![a-z0-9@._\-])(?=[a-z0-9._\-]{0,30}_)(?=[0-9._\-]{0,20}[a-z])[a-z0-9._\-]{4,40}(?![a-z0-9_])"
)
_WITH_NUMBER = re.compile(r"(?<![a-z0-9@._\-/])(?P<word>[a-z]{3,15})\d{2,4}(?![a-z0-9])")
_TRAILING = "._-"


class HandleRecognizer(WordBasedRecognizer):
    """Announced by an application, marked by @, # or _, or a first name with a number."""

    kind = HANDLE

    def __init__(self, lexicon: Lexicon, names: NameTable) -> None:
        self._lexicon = lexicon
        self._names = names
        super().__init__()

    def find(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        folded = artifacts.folded
        found = [(*match.span(), 0.9) for match in _AT.finditer(folded)]
        found += [(*match.span(), 0.8) for match in _DISCORD.finditer(folded)]
        found += [(*match.span(), 0.7) for match in _UNDERSCORED.finditer(folded)]
        for match in _SAID.finditer(folded):
            if self._is_name(match["name"], announced=True):
                found.append((*match.span("name"), 0.85))
        for match in _NEXT_TO.finditer(folded):
            group = "name" if match["name"] else "name2"
            if self._is_name(match[group], announced=False):
                found.append((*match.span(group), 0.75))
        for match in _WITH_NUMBER.finditer(folded):
            if self._names.is_first_name(match["word"]) and match["word"] not in self._lexicon:
                found.append((*match.span(), 0.6))
        return [(start, end - _trailing(folded[start:end]), score) for start, end, score in found]

    def _is_name(self, text: str, announced: bool) -> bool:
        """After "mon snap c'est" any word that is not ordinary; otherwise it must look made up."""
        bare = text.strip("@" + _TRAILING)
        if not any(letter.isalpha() for letter in bare):
            return False
        made_up = any(not letter.isalpha() for letter in bare.strip(_TRAILING)) and not re.fullmatch(
            r"[a-z]+[.\-][a-z]{1,3}|[a-z]+-[a-z]+|\d{1,3}(?:h\d*|ans|e|eme|min|k|er)", bare
        )
        return made_up or (announced and bare not in self._lexicon)


def _trailing(text: str) -> int:
    return len(text) - len(text.rstrip(".-"))
