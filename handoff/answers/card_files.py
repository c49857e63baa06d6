"""Cards as the files of data/answers, in the same style, so that git shows what changed and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from handoff.answers.cards import CatalogueTopic

# In this order; whoever writes a file leaves out what is empty, but for these.
_HEAD: Final = ("topic", "theme", "title", "audience", "risk", "status", "author", "reviewed_on", "review_by")
_SOURCE: Final = ("claim", "law", "url", "fact", "verified")


def file_of_card(content: Mapping[str, Any]) -> str:
    """The text of the card's file."""
    return "\n".join(_lines(content)) + "\n"


def path_of_card(content: Mapping[str, Any]) -> str:
    """Its place in data/answers."""
    return f"{content['theme']}/{content['topic']}.yml"


def catalogue_row(topic: CatalogueTopic) -> str:
    """A line of catalogue.yml, under its theme."""
    return f"    - {{id: {topic.id}, risk: {topic.risk}, audience: [{', '.join(topic.audience)}]}}"


def with_topics(catalogue: str, added: list[CatalogueTopic]) -> str:
    """The text of catalogue.yml with these topics at the end of their themes."""
    lines = catalogue.split("\n")
    for topic in added:
        start = lines.index(f"  {topic.theme}:")
        end = next(place for place in range(start + 1, len(lines)) if not lines[place].startswith("    - "))
        lines.insert(end, catalogue_row(topic))
    return "\n".join(lines)


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    for name in _HEAD:
        yield f"{name}: {_inline(content[name], quoted=name == 'author')}"
    if content.get("expires_on"):
        yield f"expires_on: {content['expires_on']}"
    yield "texts:"
    for language, audiences in content["texts"].items():
        yield f"  {language}:"
        for audience, words in audiences.items():
            yield f"    {audience}:"
            for part in ("short", "more", "safe"):
                if words.get(part):
                    yield f"      {part}: |-"
                    yield from (f"        {line}" if line else "" for line in words[part].split("\n"))
    yield "next_steps:"
    for step in content["next_steps"]:
        target = f", topic: {step['topic']}" if step.get("topic") else ""
        yield f"  - {{label: {_quoted(step['label'])}, kind: {step['kind']}{target}}}"
    yield f"resources: [{', '.join(content['resources'])}]"
    yield from _sources(content.get("sources") or ())
    if content.get("needs_review"):
        yield "needs_review:"
        yield from (f"  - {_quoted(line)}" for line in content["needs_review"])


def _sources(sources: Any) -> Iterator[str]:
    if not sources:
        return
    yield "sources:"
    for source in sources:
        for place, name in enumerate(_SOURCE):
            value = source.get(name)
            written = "null" if value is None else str(value) if name == "fact" else _quoted(value)
            yield f"{'  - ' if place == 0 else '    '}{name}: {written}"


def _inline(value: Any, *, quoted: bool) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_quoted(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(str, value))}]"
    return _quoted(value) if quoted else str(value)


def _quoted(text: Any) -> str:
    # A JSON string is a YAML string.
    return json.dumps(str(text), ensure_ascii=False)


def read_card_file(text: str) -> Any:
    """What a card's file holds, as plain values; dates as in JSON. Raises yaml.YAMLError."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))
