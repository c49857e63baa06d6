"""Every other sentence a young person or a counsellor reads: data/texts, the one place for translations.

A text is a string, a list of variants, or {text, resources}. Keys are dotted paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from handoff.conversation import Audience, Category, Conversation, Reader

SMALL_TALK = (
    "salut",
    "merci",
    "au_revoir",
    "oui",
    "non",
    "je_ne_sais_pas",
    "insulte",
    "test_robot",
    "tristesse_vague",
)

# What is said when something is asked about the answer shown before (``handoff.assistant.follow_up``).
FOLLOW_UPS = (
    "apres",
    "plus",
    "pas_de_suite",
    "rien_de_plus",
    "lequel",
    "lequel_inconnu",
    "cout",
    "horaires",
    "age",
    "parents",
    "inconnu",
    "oui",
    "choix",
)

MESSAGING_APPS = ("telegram", "whatsapp", "messenger", "sms")
# Départements that have a clock of their own.
CLOCKS_OVERSEAS = ("971", "972", "973", "974", "975", "976", "977", "978", "986", "987", "988")
PAGES = ("", "web")  # channels that are a page of ours; every other one is a messaging app

REQUIRED = (
    *(f"small_talk.{kind}" for kind in SMALL_TALK),
    *(
        f"{whose}{level}.{each.value}"
        for whose in ("", "ami.")
        for level in ("level2", "level3")
        for each in Category
    ),
    *(f"status.{each.value}" for each in Reader),
    "status.waiting_nobody_on_duty",
    *(
        f"buttons.{name}"
        for name in (
            "talk_to_person",
            "find_help",
            "no_thanks",
            "helped",
            "not_helped",
            "more_help",
            "all_help",
        )
    ),
    *(f"follow_up.{name}" for name in FOLLOW_UPS),
    *(f"check.{name}" for name in ("ask", "helped", "not_helped")),
    "status.waiting_minutes",
    "status.counsellor_named",
    *(f"buttons.{name}" for name in ("exit_yes", "exit_somewhat", "exit_no")),
    *(
        f"refusals.{code}"
        for code in (
            "empty",
            "too_long",
            "bad_frame",
            "unknown_conversation",
            "slow_down",
            "gone",
            "taken",
            "staff_unavailable",
            "nobody_to_share_with",
            "unknown_code",
            "too_many_tries",
            "no_detail",
            "not_agreed",
            "not_on_duty",
            "full",
            "hard_in_a_row",
            "not_there",
            "meanwhile",
            "card_changed",
            "resource_gone",
            "report_gone",
            "forbidden",
            "too_many",
        )
    ),
    "welcome",
    "level1",
    "out_of_scope",
    "expired_card",
    "fallback.stage1",
    "fallback.stage2",
    "hold",
    "ask_place",
    "which_place",
    "more_help",
    "no_more_help",
    "place_not_found",
    "resources_intro",
    "place_card.ages",
    "place_card.ages_from",
    "place_card.ages_to",
    "place_card.languages",
    "help_lines",
    "unavailable",
    "flooded",
    "handoff_requested",
    "handoff_requested_nobody_on_duty",
    "person_called",
    "person_called_nobody_on_duty",
    "person_refused",
    "counsellor_joined",
    "resource_given",
    "detail_shared",
    "detail_taken_back",
    "detail_seen",
    "transferred",
    "away",
    "exit_question",
    "exit_thanks",
    "alarm.title",
    "alarm.text",
    "counsellor_lost",
    "handed_back",
    "released",
    "closed",
    "gone_quiet",
    "still_waiting",
    "left_the_list",
    "idle_closed",
    # data/texts/app.<language>.yml
    *(f"messaging.knows.{app}" for app in MESSAGING_APPS),
    *(f"messaging.forgotten.{app}" for app in MESSAGING_APPS),
    *(f"messaging.hours.{hours}" for hours in ("never", "8-18", "18-22", "any")),
    *(f"messaging.clock.{code}" for code in CLOCKS_OVERSEAS),
    *(
        f"messaging.{key}"
        for key in (
            *("page", "commands", "commands_bare", "discreet", "help", "stop", "hours_noted", "unreadable"),
            *("location", "language", "language_set", "covered_on", "covered_off", "covered_no", "more"),
            *("choose", "menu", "no_more", "from_team", "call", "sms", "anonymous", "not_on_bill", "group"),
            *("not_read", "menu_help", "menu_person", "menu_stop", "menu_forget", "menu_language"),
            *("menu_discreet", "forgotten_still_there", "forgotten_nothing"),
        )
    ),
    *(f"poster.{key}" for key in ("title", "body", "numbers", "line_1", "line_2", "line_3", "line_4")),
)


class TextError(Exception):
    """A text is missing or faulty; the message says which."""


class Texts:
    """The sentences of one language."""

    def __init__(
        self,
        language: str,
        content: Mapping[str, Any],
        interface: Mapping[str, Any],
        formal: bool = False,
        first: Texts | None = None,
        in_app: bool = False,
    ) -> None:
        self.language = language
        self.formal = formal
        self.in_app = in_app
        self._first = first
        self._content = content
        self._interface = interface
        missing = [key for key in REQUIRED if self._find(key) is None]
        if missing:
            raise TextError(f"texts missing in {language}: {', '.join(missing)}")

    @classmethod
    def load(cls, folder: Path, language: str = "fr") -> Texts:
        """Reads ``<language>.yml``, ``app.<language>.yml`` and, where there is one, ``ui.<language>.yml``.

        Raises TextError.
        """
        interface_path = folder / f"ui.{language}.yml"
        try:
            content = yaml.safe_load((folder / f"{language}.yml").read_text(encoding="utf-8"))
            app = yaml.safe_load((folder / f"app.{language}.yml").read_text(encoding="utf-8"))
            adults = {**content.get("vous", {}), **app.get("vous", {})}
            content = {**content, **app, "vous": adults}
            interface = (
                yaml.safe_load(interface_path.read_text(encoding="utf-8")) if interface_path.exists() else {}
            )
        except (OSError, yaml.YAMLError) as error:
            raise TextError(str(error)) from None
        return cls(language, content, interface)

    def for_adults(self) -> Texts:
        """The same sentences as a relative or a professional reads them: those under ``vous`` come first."""
        return Texts(self.language, self._content, self._interface, formal=True, first=self._first)

    def for_apps(self) -> Texts:
        """The same sentences as a messaging app shows them: those under ``instead`` come first."""
        return Texts(self.language, self._content, self._interface, self.formal, self._first, in_app=True)

    def instead_of_card(self, topic: str) -> str | None:
        """What a messaging app says in place of a card that speaks of the page; None elsewhere."""
        found = self._find(f"cards.{topic}") if self.in_app else None
        return str(found).strip() if found else None

    def naming_resources_as(self, first: Texts) -> Texts:
        """The same sentences, shown with the help lines that the first language names."""
        return Texts(self.language, self._content, self._interface, first=first)

    def get(self, key: str, **placeholders: str) -> str:
        """One sentence, with its placeholders filled in. Raises TextError."""
        return self.variants(key)[0].format(**placeholders) if placeholders else self.variants(key)[0]

    def variants(self, key: str) -> list[str]:
        """Every way to say it. Raises TextError."""
        found = self._find(key)
        if isinstance(found, dict):
            found = found.get("text")
        variants = found if isinstance(found, list) else [found]
        if not variants or not all(isinstance(each, str) and each.strip() for each in variants):
            raise TextError(f"no text {key}")
        return [each.strip() for each in variants]

    def resources(self, key: str) -> list[str]:
        """Ids of the resources shown with it: named once, in the first language, for every audience."""
        if self._first is not None:
            return self._first.resources(key)
        found = self._at(key)
        return list(found.get("resources", [])) if isinstance(found, dict) else []

    def sentences(self) -> Iterator[tuple[str, str]]:
        """Every key with each of its sentences."""
        return self._walk("", self._content)

    def _walk(self, key: str, found: Any) -> Iterator[tuple[str, str]]:
        if isinstance(found, dict):
            for name, each in found.items():
                if name != "resources":
                    yield from self._walk(key if name == "text" else f"{key}.{name}".strip("."), each)
        elif isinstance(found, list):
            yield from ((key, each) for each in found)
        else:
            yield key, str(found)

    def interface(self, page: str) -> Mapping[str, str]:
        """The labels of a page: ``chat`` or ``staff``."""
        return dict(self._interface.get(page, {}))

    def _find(self, key: str) -> Any:
        for each in (f"instead.{key}", key) if self.in_app else (key,):
            formal = self._at(f"vous.{each}") if self.formal else None
            found = self._at(each) if formal is None else formal
            if found is not None:
                return found
        return None

    def _at(self, key: str) -> Any:
        found: Any = self._content
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found


class Voices:
    """The sentences in every language there is, for whoever writes."""

    def __init__(self, by_language: Mapping[str, Texts], default: str) -> None:
        self.default = by_language[default]
        self._young = dict(by_language)
        self._adults = {language: texts.for_adults() for language, texts in by_language.items()}
        self._young_in_app = {language: texts.for_apps() for language, texts in self._young.items()}
        self._adults_in_app = {language: texts.for_apps() for language, texts in self._adults.items()}

    @classmethod
    def load(cls, folder: Path, default: str) -> Voices:
        """Every language of the folder. Raises TextError."""
        languages = {path.stem for path in folder.glob("*.yml") if "." not in path.stem}
        if default not in languages:
            raise TextError(f"no texts in {default}")
        first = Texts.load(folder, default)
        others = {
            language: Texts.load(folder, language).naming_resources_as(first)
            for language in sorted(languages - {default})
        }
        return cls({default: first, **others}, default)

    def interface(self, page: str, language: str) -> Mapping[str, str]:
        """The labels of a page in a language; those of the first language where there is no translation."""
        return {**self.default.interface(page), **self.in_language(language).interface(page)}

    def in_language(self, language: str) -> Texts:
        """The sentences in a language, whoever reads them; in the first one where there is none."""
        return self._young.get(language, self.default)

    def all(self) -> Iterator[Texts]:
        """The sentences of each language."""
        yield from self._young.values()

    def of(self, conversation: Conversation) -> Texts:
        """The sentences for a conversation; an unknown language reads the default one."""
        young = conversation.audience is Audience.YOUNG_PERSON
        if conversation.channel in PAGES:
            return (self._young if young else self._adults).get(conversation.language, self.default)
        by_language = self._young_in_app if young else self._adults_in_app
        return by_language.get(conversation.language, by_language[self.default.language])
