"""What may be typed as a command, in every language: "/aide", "/help"; "AIDE" where an app has no slash."""

from __future__ import annotations

from enum import StrEnum


class Command(StrEnum):
    START = "start"
    HELP = "help"
    PERSON = "person"
    STOP = "stop"
    FORGET = "forget"
    LANGUAGE = "language"
    DISCREET = "discreet"


# By language; the first is the one shown in the app's own list.
NAMES: dict[Command, dict[str, str]] = {
    Command.HELP: {"fr": "aide", "en": "help", "es": "ayuda"},
    Command.PERSON: {"fr": "humain", "en": "human", "es": "humano"},
    Command.STOP: {"fr": "stop", "en": "stop", "es": "stop"},
    Command.FORGET: {"fr": "oublier", "en": "forget", "es": "olvidar"},
    Command.LANGUAGE: {"fr": "langue", "en": "language", "es": "idioma"},
    Command.DISCREET: {"fr": "discret", "en": "discreet", "es": "discreto"},
}
_BY_NAME = {name: command for command, names in NAMES.items() for name in names.values()}
_BY_NAME["start"] = Command.START
# What people type around a word. Not the question mark: who asks what OUBLIER does must lose nothing.
_AROUND = " \n\r\t\u00a0\u202f.!…,;:\"'«»“”"


def command_of(text: str, *, bare: bool) -> tuple[Command, str] | None:
    """The command and what follows it; None when the text is no command of ours.

    ``bare``: the word alone counts too. "Stop" in a sentence never does.
    """
    if text.lstrip().startswith("/"):
        first, *rest = text.split(maxsplit=1)
        name = first[1:].partition("@")[0].rstrip(_AROUND).lower()  # Telegram adds the bot's own name
        return (_BY_NAME[name], "".join(rest).strip()) if name in _BY_NAME else None
    name = text.strip(_AROUND).lower()
    # "start" alone is no word that anybody must be able to type.
    return (_BY_NAME[name], "") if bare and name in _BY_NAME and name != "start" else None
