"""The whole set of answers and examples as files (data/answers, data/nlu), in a folder or a zip."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

import yaml

from handoff.answers.card_files import file_of_card, path_of_card, read_card_file, with_topics
from handoff.answers.cards import CatalogueTopic
from handoff.answers.example_files import examples_by_topic, new_intents, with_examples

ANSWERS: Final = "data/answers"
NLU: Final = "data/nlu"
NEW_TOPICS: Final = f"{NLU}/studio.yml"
LARGEST_UNPACKED_BYTES: Final = 50 * 1024 * 1024
MOST_FILES: Final = 2000


class FolderError(Exception):
    """A set of files is refused. ``code`` (texts: studio, ``exchange.folder_…``) and which file."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code} {where}".strip())
        self.code = code
        self.where = where


@dataclass(frozen=True)
class WholeSet:
    """Cards (contents by topic) and examples (by topic)."""

    cards: Mapping[str, Mapping[str, Any]]
    examples: Mapping[str, tuple[str, ...]]


def files_of(whole: WholeSet, data_folder: Path, catalogue: Mapping[str, CatalogueTopic]) -> dict[str, str]:
    """Every file of the set by path: what the repository should hold. ``data_folder``: what it holds now."""
    files: dict[str, str] = {}
    for content in whole.cards.values():
        files[f"{ANSWERS}/{path_of_card(content)}"] = file_of_card(content)
    added = [
        CatalogueTopic(
            id=topic,
            theme=content["theme"],
            risk=content["risk"],
            audience=tuple(content["audience"]),
        )
        for topic, content in whole.cards.items()
        if topic not in catalogue
    ]
    listed = (data_folder / "answers" / "catalogue.yml").read_text(encoding="utf-8")
    files[f"{ANSWERS}/catalogue.yml"] = with_topics(listed, added)
    in_files = examples_by_topic(data_folder / "nlu")
    for path in sorted((data_folder / "nlu").glob("*.yml")):
        files[f"{NLU}/{path.name}"] = with_examples(path.read_text(encoding="utf-8"), whole.examples)
    new = {topic: each for topic, each in whole.examples.items() if topic not in in_files}
    if new:
        files[NEW_TOPICS] = new_intents(new)
    return files


def as_zip(files: Mapping[str, str]) -> bytes:
    """The files as one zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(files.items()):
            archive.writestr(path, text)
    return out.getvalue()


def from_zip(content: bytes) -> dict[str, str]:
    """The YAML files of a zip, by path from ``data/`` on. Raises FolderError."""
    files: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_FILES or sum(part.file_size for part in parts) > LARGEST_UNPACKED_BYTES:
                raise FolderError("too_large")
            for part in parts:
                path = _inside(part.filename)
                if path is not None and not part.is_dir():
                    files[path] = archive.read(part).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FolderError("encoding") from error
    except (zipfile.BadZipFile, EOFError, RuntimeError, OSError, zlib.error) as error:
        raise FolderError("unreadable") from error
    return files


def from_folder(folder: Path) -> dict[str, str]:
    """The same from a folder that holds ``data/``. Raises OSError."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for part in (ANSWERS, NLU)
        for path in sorted((folder / part).rglob("*.yml"))
    }


def read_set(files: Mapping[str, str]) -> WholeSet:
    """What the files hold. Cards are not checked here. Raises FolderError on what cannot be read."""
    cards: dict[str, Mapping[str, Any]] = {}
    examples: dict[str, tuple[str, ...]] = {}
    for path, text in sorted(files.items()):
        place = PurePosixPath(path)
        try:
            if path.startswith(f"{ANSWERS}/") and place.name != "catalogue.yml":
                content = read_card_file(text)
                if not isinstance(content, dict) or content.get("topic") != place.stem:
                    raise FolderError("not_a_card", path)
                cards[place.stem] = content
            elif path.startswith(f"{NLU}/"):
                examples |= _examples(text)
        except (yaml.YAMLError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise FolderError("yaml", path) from error
    if not cards and not examples:
        raise FolderError("empty")
    return WholeSet(cards, examples)


def _examples(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for block in (yaml.safe_load(text) or {}).get("nlu", []):
        if "intent" in block:
            lines = block.get("examples", "").splitlines()
            found[block["intent"]] = tuple(line[2:].strip() for line in lines if line.startswith("- "))
    return found


def _inside(name: str) -> str | None:
    """The path from ``data/`` on, or None for whatever else a zip may hold."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or "data" not in parts or not name.endswith(".yml"):
        return None
    path = "/".join(parts[parts.index("data") :])
    return path if path.startswith((f"{ANSWERS}/", f"{NLU}/")) else None
