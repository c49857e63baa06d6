"""The labels of the page as gettext files, for translators and their tools (Poedit, Weblate…).

python -m handoff.answers.page_translation export ro FILE.po   every label, with its translation so far
python -m handoff.answers.page_translation import ro FILE.po   writes data/texts/ui.ro.yml, or nothing

A label's key is its context (``msgctxt``), the French words are its ``msgid``. What is left empty or marked
"fuzzy" is not taken: the page says it in French.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from handoff.answers.page_catalogue import STAFF_SECTIONS
from handoff.conversation import FRENCH
from handoff.settings import PROJECT_FOLDER

TEXTS = PROJECT_FOLDER / "data" / "texts"
WIDTH = 110
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


class TranslationError(Exception):
    """The file is refused; one line a reason."""


def labels(content: Any, above: str = "") -> Iterator[tuple[str, str]]:
    """(key, text) of every label: "chat.send", "Envoyer"; "trust.parts.0.title" in a list."""
    if isinstance(content, str):
        if content:
            yield above, content
    elif isinstance(content, Mapping | list):
        for key, value in content.items() if isinstance(content, Mapping) else enumerate(content):
            yield from labels(value, f"{above}.{key}" if above else str(key))


def export(first: Mapping[str, Any], other: Mapping[str, Any], language: str) -> Catalog:
    """The young people's labels, and the staff's where this language has some."""
    catalogue = Catalog(locale=language, project="Repère", charset="utf-8", fuzzy=False)
    translated = dict(labels(other))
    shown = {name: part for name, part in first.items() if name not in STAFF_SECTIONS or name in other}
    for key, text in labels(shown):
        flags = {"python-brace-format"} if _PLACEHOLDER.search(text) else set()
        if key.count(".") > 1 and translated.get(key) == text:
            flags.add("fuzzy")  # French may only fill a part of which the rest is translated
        catalogue.add(text, translated.get(key, ""), context=key, flags=flags)
    return catalogue


def merged(first: Mapping[str, Any], other: Mapping[str, Any], catalogue: Catalog) -> dict[str, Any]:
    """The labels of a language with those of a translator's file, in the order of the first language.

    Labels that the file does not name stay. Raises TranslationError.
    """
    french = dict(labels(first))
    translated = dict(labels(other))
    faults = []
    for message in catalogue:
        if not message.id:
            continue  # the head of the file
        fault = _fault(message, french)
        if fault:
            faults.append(f"line {message.lineno}: {message.context}: {fault}")
        elif message.string and not message.fuzzy:
            translated[str(message.context)] = str(message.string)
        else:
            translated.pop(str(message.context), None)
    if faults:
        raise TranslationError("\n".join(faults))
    whole: dict[str, Any] = {}
    for section, content in first.items():
        begun = {
            name: _said(value, translated, f"{section}.{name}")
            for name, value in content.items()
            if any(key in translated for key, _ in labels(value, f"{section}.{name}"))
        }
        if begun:
            whole[section] = begun
    return whole


def _said(content: Any, translated: Mapping[str, str], above: str) -> Any:
    """A part of the first language's labels in another language: what is not translated yet stays."""
    if isinstance(content, Mapping):
        return {key: _said(value, translated, f"{above}.{key}") for key, value in content.items()}
    if isinstance(content, list):
        return [_said(value, translated, f"{above}.{number}") for number, value in enumerate(content)]
    return translated.get(above, content)


def _fault(message: Message, french: Mapping[str, str]) -> str:
    text = french.get(message.context or "")
    if text is None:
        return "there is no such label"
    if message.id != text:
        return f"the French words are others now: {text}"
    wanted = sorted(_PLACEHOLDER.findall(text))
    if message.string and sorted(_PLACEHOLDER.findall(str(message.string))) != wanted:
        return f"{' '.join(wanted) or 'nothing in braces'} must stay as it is"
    return ""


def import_file(path: Path, language: str, folder: Path = TEXTS) -> int:
    """Writes ``ui.<language>.yml`` from a translator's file; returns how many labels it has.

    Raises TranslationError; then nothing was written.
    """
    first, other = (_content(folder, each) for each in (FRENCH, language))
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except (OSError, UnicodeDecodeError, PoFileError, ValueError) as error:
        raise TranslationError(f"{path}: {error}") from None
    whole = merged(first, other, catalogue)
    target = _file(folder, language)
    beside = target.with_suffix(".part")
    head = f"# {Locale.parse(language).english_name} labels; docs in ui.{FRENCH}.yml.\n"
    beside.write_text(head + yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=WIDTH), "utf-8")
    beside.replace(target)
    return len(list(labels(whole)))


def export_file(path: Path, language: str, folder: Path = TEXTS) -> int:
    """Writes a translator's file; returns how many labels still lack a translation."""
    catalogue = export(_content(folder, FRENCH), _content(folder, language), language)
    with path.open("wb") as file:
        write_po(file, catalogue, width=WIDTH)
    return sum(1 for message in catalogue if message.id and not message.string)


def _file(folder: Path, language: str) -> Path:
    return folder / f"ui.{language}.yml"


def _content(folder: Path, language: str) -> dict[str, Any]:
    path = _file(folder, language)
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def _language(code: str) -> str:
    try:
        if Locale.parse(code).language != FRENCH:
            return code
    except (UnknownLocaleError, ValueError):
        pass
    raise argparse.ArgumentTypeError(f"no language to translate into: {code}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m handoff.answers.page_translation")
    parser.add_argument("action", choices=["export", "import"])
    parser.add_argument("language", type=_language)
    parser.add_argument("file", type=Path)
    asked = parser.parse_args(arguments)
    try:
        if asked.action == "export":
            print(f"{asked.file}: {export_file(asked.file, asked.language)} labels to translate")
        else:
            print(f"ui.{asked.language}.yml: {import_file(asked.file, asked.language)} labels")
    except (TranslationError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
