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
    r"|(?:(?:il|elle) )?sappelle|is|es|:)\s(?:[\"'«]\s?)?|\s?(?:->|=>|→|➜|➡|>)\s?)"
)
_AT = re.compile(r"(?<![a-z0-9._%+\-@])@\s?[a-z0-9_.][a-z0-9._\-]{1,38}[a-z0-9_]")
# "eva souligné bas lac point 12": the signs said in words.
_SIGN = r"(?:\s(?:point|tiret|souligne|underscore|under score|dot|slash)(?:\s(?:du )?bas)?\s)"
_SAID_SIGNS = re.compile(rf"(?<![a-z]){_APPS}{_SAYS}(?P<name>@?[a-z0-9]+(?:{_SIGN}[a-z0-9]+){{1,5}})")
_SAID = re.compile(rf"(?<![a-z]){_APPS}(?:\s(?:de|d') ?[a-z]{{2,12}})?{_SAYS}(?P<name>{_NAME})")
_NEXT_TO = re.compile(rf"(?<![a-z]){_APPS}[\s/](?P<name>{_NAME})|(?P<name2>{_NAME})\ssur {_APPS}(?![a-z])")
_DISCORD = re.compile(r"(?<![a-z0-9._])[a-z0-9][a-z0-9._]{1,31}#\d{4}(?![0-9])")
_UNDERSCORED = re.compile(
    r"(?<![a-z0-9@._\-])(?=[a-z0-9._\-]{0,30}_)(?=[0-9._\-]{0,20}[a-z])[a-z0-9._\-]{4,40}(?![a-z0-9_])"
)
_WITH_NUMBER = re.compile(r"(?<![a-z0-9@._\-/])(?P<word>[a-z]{3,15})\d{2,4}(?![a-z0-9])")
_TRAILING = "._-"
# A stretch without spaces that no sentence holds: "xXpandaxX2012", "noemie.ptp", "toxik-gamin62", "mel1ssa".
_TOKEN = re.compile(r"(?<![\w@./\-'])[a-z0-9](?:[a-z0-9._\-]{2,38})[a-z0-9_](?![\w@/])")
_ACCOUNT_ENDINGS = (".off", ".officiel", ".pv", ".prv", ".priv", ".ftn", ".ptn")
_ABOUT_ACCOUNTS = re.compile(
    rf"(?<![a-z]){_APPS}(?![a-z])|(?<![a-z])(?:compte|profil|stor(?:y|ys|ies)|abonne\w*|follow\w*"
    rf"|ajout\w*|add|dm|mp|message prive"
    r"|insta\w*|live|stream\w*|finsta|chaine|serveur|groupe|appli|jeu|en ligne|signale\w*"
    r"|bloqu\w*|contact\w*)(?![a-z])"
)
_UNITS = re.compile(
    r"h\d{2}|(?:under|moins|over|plus)-\d+s?|\d+(?:min\d+|h\d*|ans?|e|eme|ieme|er|ere|nde|min|mn|km|kg|cm"
    r"|mm|m|g|k|l|s|x|j|eur|euros?|gb|go|mo|d|p|ch)?|[a-z]\d"
    r"|\d{1,2}[a-z]|(?:ps|gta|fifa|fc|cm|ce|dm|ds|tp|td|cp|b|c|a|n|rn|rer|d|f|t|m|p|s|v|g|h|x|j)\d{1,3}"
)
_SMS_NUMBER = re.compile(r"[a-z]*(?:[12689](?![0-9]))[a-z]*")  # "2main", "koi2", "bi1", "mat1"
_MAIL_LIKE = re.compile(r"\.(?:com|fr|net|org|eu|html?|pdf|jpe?g|png|mp[34]|docx?|gouv)$")


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
        found += [(*match.span("name"), 0.9) for match in _SAID_SIGNS.finditer(folded)]
        for match in _SAID.finditer(folded):
            if self._is_name(match["name"], announced=True):
                found.append((*match.span("name"), 0.85))
        for match in _NEXT_TO.finditer(folded):
            group = "name" if match["name"] else "name2"
            parts = re.split(r"[.\-]", match[group].strip(_TRAILING))
            next_to_app = group == "name" and len(parts) > 1 and parts[0] not in self._lexicon
            if self._is_name(match[group], announced=False) or next_to_app:
                found.append((*match.span(group), 0.75))
        for match in _WITH_NUMBER.finditer(folded):
            if self._names.is_first_name(match["word"]) and match["word"] not in self._lexicon:
                found.append((*match.span(), 0.6))
        found += self._made_up(artifacts)
        return [(start, end - _trailing(folded[start:end]), score) for start, end, score in found]

    def _made_up(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        """Tokens that look like a name one gives oneself; more of them where accounts are the subject."""
        about_accounts = bool(_ABOUT_ACCOUNTS.search(artifacts.folded))
        found = []
        for match in _TOKEN.finditer(artifacts.folded):
            token = match.group().strip(_TRAILING)
            raw = artifacts.clean[match.start() : match.start() + len(token)]
            if self._looks_made_up(token, raw, about_accounts):
                found.append((match.start(), match.start() + len(token), 0.6))
        return found

    def _looks_made_up(self, token: str, raw: str, about_accounts: bool) -> bool:
        if _UNITS.fullmatch(token) or _MAIL_LIKE.search(token) or not any(map(str.isalpha, token)):
            return False
        parts = re.split(r"[._\-]+", token)
        letters_and_digits = any(map(str.isdigit, token))
        if len(parts) > 1:
            if all(part.isdigit() or part in self._lexicon for part in parts) and not about_accounts:
                return False
            if "-" in token and "." not in token and "_" not in token and not letters_and_digits:
                return False
            # "stp.aidez moi": a full stop without its space.
            strange = [part for part in parts if part not in self._lexicon and not part.isdigit()]
            dotted = len(strange) == len(parts) or len(parts) > 2 or (letters_and_digits and bool(strange))
            if token.endswith(_ACCOUNT_ENDINGS):
                return True
            named = about_accounts and any(map(self._names.is_first_name, strange))
            return (
                ((dotted or named) and "." in token) or "_" in token or (letters_and_digits and bool(strange))
            )
        camel = bool(re.search(r"[a-z][A-Z]", raw)) and not raw.isupper()
        if not letters_and_digits:
            return camel and about_accounts and token not in self._lexicon
        if token.lstrip("0123456789") in self._lexicon:
            return False  # "44stp"
        word = token.rstrip("0123456789")
        ends_in_number = word.isalpha() and len(token) - len(word) >= 2
        if ends_in_number:
            return len(word) > 3 and (about_accounts or word not in self._lexicon)
        if _SMS_NUMBER.fullmatch(token) and not about_accounts:
            return False
        return len(token) > 4 and (about_accounts or sum(map(str.isdigit, token)) > 1)

    def _is_name(self, text: str, announced: bool) -> bool:
        """After "mon snap c'est" any word that is not ordinary; otherwise it must look made up."""
        bare = text.strip("@" + _TRAILING)
        if not any(letter.isalpha() for letter in bare) or _UNITS.fullmatch(bare):
            return False
        made_up = any(not letter.isalpha() for letter in bare.strip(_TRAILING)) and not re.fullmatch(
            r"[a-z]+[.\-][a-z]{1,3}|[a-z]+-[a-z]+|\d{1,3}(?:h\d*|ans|e|eme|min|k|er)", bare
        )
        return made_up or (announced and bare not in self._lexicon)


def _trailing(text: str) -> int:
    return len(text) - len(text.rstrip(".-"))
