"""A card as the fields of a form, and back. What a lead may not change is taken from the card itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

LANGUAGES: Final = ("fr", "en", "es")
AUDIENCES: Final = ("jeune", "proche", "pro")
PARTS: Final = ("short", "more", "safe")
STEPS: Final = 4
RESOURCES: Final = 4
SPARE_SOURCES: Final = 2

# Who a topic is for and how grave it is decide who reviews it: not for one person to change.
_FIXED: Final = ("topic", "theme", "audience", "risk", "author")
_SOURCE: Final = ("claim", "law", "url", "fact", "verified")


def content_of_form(form: Mapping[str, str], base: Mapping[str, Any]) -> dict[str, Any]:
    """The card that a form describes, not checked yet. ``base``: the card the editor started from."""
    content: dict[str, Any] = {name: base[name] for name in _FIXED}
    content["status"] = "published"
    content["title"] = {
        language: title for language in LANGUAGES if (title := _text(form, f"title.{language}"))
    }
    for name in ("reviewed_on", "review_by", "expires_on"):
        if value := _text(form, name):
            content[name] = value
    content["texts"] = {
        language: texts for language in LANGUAGES if (texts := _texts(form, language, base["audience"]))
    }
    content["next_steps"] = [step for place in range(STEPS) if (step := _step(form, place))]
    content["resources"] = [each for place in range(RESOURCES) if (each := _text(form, f"resources.{place}"))]
    content["sources"] = [source for place in range(50) if (source := _source(form, place))]
    lines = _text(form, "needs_review").split("\n")
    content["needs_review"] = [line.strip() for line in lines if line.strip()]
    return content


def _text(form: Mapping[str, str], name: str) -> str:
    return form.get(name, "").strip()


def _texts(form: Mapping[str, str], language: str, audiences: list[str]) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    for audience in (each for each in AUDIENCES if each in audiences or _has(form, language, each)):
        words = {part: _text(form, f"texts.{language}.{audience}.{part}") for part in PARTS}
        if any(words.values()):
            texts[audience] = {part: text for part, text in words.items() if text or part == "short"}
    return texts


def _has(form: Mapping[str, str], language: str, audience: str) -> bool:
    return any(_text(form, f"texts.{language}.{audience}.{part}") for part in PARTS)


def _step(form: Mapping[str, str], place: int) -> dict[str, str]:
    label, target = _text(form, f"next_steps.{place}.label"), _text(form, f"next_steps.{place}.target")
    if not label and not target:
        return {}
    if target in ("handoff", "find_help"):
        return {"label": label, "kind": target}
    return {"label": label, "kind": "topic", "topic": target}


def _source(form: Mapping[str, str], place: int) -> dict[str, str]:
    given = {name: value for name in _SOURCE if (value := _text(form, f"sources.{place}.{name}"))}
    return given if any(name != "verified" for name in given) else {}


def variants(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every language and audience that the card has words for, or should have, French first."""
    found = []
    for language in LANGUAGES:
        texts = content.get("texts", {}).get(language, {})
        for audience in AUDIENCES:
            if audience in texts or audience in content["audience"]:
                words = texts.get(audience, {})
                found.append(
                    {
                        "key": f"{language}.{audience}",
                        "language": language,
                        "audience": audience,
                        "parts": {part: words.get(part, "") for part in PARTS},
                        "written": bool(words),
                    }
                )
    return found


def target_of(step: Mapping[str, str]) -> str:
    """Where a button leads, as the form's list names it."""
    return step.get("topic") or step.get("kind", "")
