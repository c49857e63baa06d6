"""The French spaCy model as Presidio's NLP engine: names only, and nothing remembered.

Only the entity pipe is loaded: it needs no other and takes 1 to 2 ms a message. Each text runs in
a spaCy memory zone: without it the vocabulary keeps every word it ever met (young people's names
among them) for as long as the process lives.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import spacy
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, SpacyNlpEngine
from spacy.tokens import Doc

from handoff.privacy import message_language
from handoff.privacy.departements import NamedDepartement
from handoff.privacy.lexicon import MODEL
from handoff.privacy.message_language import language_of
from handoff.privacy.normalise import fold
from handoff.privacy.tagger.tagger import Tagger, WordTag
from handoff.privacy.words import Word, split_words

LANGUAGE = "fr"
# Stands for every character of what was replaced already.
MASK = "\ufffc"
# spaCy's tokenizer takes quadratic time on a word without end.
_ENDLESS_WORD = re.compile(r"\S{80}")
_UNUSED_PIPES = ["tok2vec", "morphologizer", "parser", "attribute_ruler", "lemmatizer", "senter"]


@dataclass(frozen=True, slots=True)
class Entity:
    """What the model takes for a name. ``label``: PER, LOC, ORG or MISC."""

    start: int
    end: int
    label: str


class FrenchArtifacts(NlpArtifacts):
    """What every recogniser reads: the folded text, its words with their tags, the model's entities."""

    def __init__(
        self, clean: str, find_entities: Callable[[], list[Entity]], no_tokens: Doc, tagger: Tagger
    ) -> None:
        super().__init__([], no_tokens, [], [], None, LANGUAGE, [])
        self.clean = clean
        self.folded = fold(clean)
        self.words: list[Word] = split_words(clean, self.folded)
        self.tags: list[WordTag] = tagger.tags(clean.replace(MASK, " "), self.words)
        self._find_entities = find_entities
        self.language = language_of(clean.replace(MASK, " "))
        # Départements named plainly stay readable: filled in by the engine.
        self.departements: list[NamedDepartement] = []

    @cached_property
    def model_entities(self) -> list[Entity]:
        """The model's names. Asked for late: it takes most of the time, and most messages do not need it."""
        return self._find_entities()


class FrenchNlpEngine(SpacyNlpEngine):
    """Thread-safe; spaCy itself runs one text at a time."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger
        super().__init__(
            models=[{"lang_code": LANGUAGE, "model_name": MODEL}],
            ner_model_configuration=NerModelConfiguration(),
        )
        self._lock = Lock()

    def load(self) -> None:
        """Loads from the installed package; never downloads (Presidio's own method would)."""
        model = spacy.load(MODEL, exclude=_UNUSED_PIPES)
        self.nlp = {LANGUAGE: model}  # type: ignore[assignment]  # Presidio declares None
        self._no_tokens = Doc(model.vocab)
        message_language.load()

    def process_text(self, text: str, language: str) -> FrenchArtifacts:
        model: Any = self.get_nlp(language)
        readable = _ENDLESS_WORD.sub(lambda run: run.group()[:-1] + " ", text.replace(MASK, " "))

        def find_entities() -> list[Entity]:
            with self._lock, model.memory_zone():
                return [
                    Entity(found.start_char, found.end_char, found.label_) for found in model(readable).ents
                ]

        return FrenchArtifacts(text, find_entities, self._no_tokens, self._tagger)
