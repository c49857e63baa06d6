"""Rasa featurizer: a message as one vector of meaning, from the service's own sentence encoder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.known_vectors import KnownVectors

MODEL_FOLDER_KEY = "model_folder"
THREADS_KEY = "threads"
LENGTH_KEY = "vector_length"
MAX_TOKENS_KEY = "max_tokens"

# Overrides ``model_folder``: where the encoder lies is a matter of the machine, not of the model.
MODEL_FOLDER_VARIABLE = "REPERE_ENCODER_ONNX"

# What the encoder was trained to see before a text that is compared with its like.
PREFIX = "query: "


class EncoderMissingError(Exception):
    """The folder holds no exported encoder; ``make build`` makes it."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds the sentence vector of ``model.onnx`` (already pooled and of length 1) to each message."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that should be included in the pipeline before this component."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Any extra python dependencies required for this component to run."""
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            **DenseFeaturizer.get_default_config(),
            MODEL_FOLDER_KEY: "var/encoder/onnx",
            THREADS_KEY: 2,
            # Longer vectors weigh more against the other features and against the classifier's penalty.
            LENGTH_KEY: 1.0,
            # Time grows with length; what a message is about is said well before this.
            MAX_TOKENS_KEY: 256,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        """Creates the component (see parent class for full docstring)."""
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raises EncoderMissingError when there is no encoder to read."""
        _encoder_file(config)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Another encoder makes other vectors: what was trained on the old ones must be trained anew."""
        return _digest(_encoder_file({**cls.get_default_config(), **config}))

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        # Imported here, as Rasa's own components do: Rasa loads this module to read the configuration too.
        import onnxruntime
        from tokenizers import Tokenizer as SubwordTokenizer

        encoder_file = _encoder_file(config)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = config[THREADS_KEY]
        options.inter_op_num_threads = 1
        # Threads that spin between two messages would take the processor from everything else.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(encoder_file), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = SubwordTokenizer.from_file(str(encoder_file.with_name("tokenizer.json")))
        self._tokenizer.enable_truncation(config[MAX_TOKENS_KEY])
        self._tokenizer.no_padding()
        self._length = np.float32(config[LENGTH_KEY])
        self._encoder_file = encoder_file
        self._max_tokens = config[MAX_TOKENS_KEY]

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds features to messages (see parent class for full docstring)."""
        self._add_features(messages, self._encode)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds features to the training examples (see parent class for full docstring)."""
        made_by = (self._encoder_file, self._encoder_file.with_name("tokenizer.json"))
        name = " ".join([*map(_digest, made_by), str(self._max_tokens), PREFIX])
        known = KnownVectors(self._encoder_file.parent, name)

        def vector_of(text: str) -> np.ndarray:
            vector = known.get(text)
            if vector is None:
                vector = self._encode(text)
                known.add(text, vector)
            return vector

        self._add_features(training_data.training_examples, vector_of)
        known.save()
        return training_data

    def _add_features(self, messages: list[Message], vector_of: Callable[[str], np.ndarray]) -> None:
        for message in messages:
            for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
                if message.get(attribute):
                    vector = vector_of(message.get(attribute)) * self._length
                    message.add_features(Features(vector, FEATURE_TYPE_SENTENCE, attribute, self._identifier))

    def _encode(self, text: str) -> np.ndarray:
        """The vector of a text, of length 1, float32, shape (1, 384).

        One text at a time, in training too: the encoder's quantisation depends on all that is in a
        batch, so a text alone has a slightly different vector from the same text among others.
        """
        # A lone surrogate has no UTF-8 form, and the tokenizer takes nothing else.
        encoded = self._tokenizer.encode(PREFIX + text.encode("utf-8", "replace").decode("utf-8"))
        inputs = {
            "input_ids": np.array([encoded.ids], dtype=np.int64),
            "attention_mask": np.array([encoded.attention_mask], dtype=np.int64),
        }
        (vectors,) = self._session.run(["sentence_embedding"], inputs)
        return vectors


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _encoder_file(config: dict[str, Any]) -> Path:
    """The exported encoder. Raises EncoderMissingError."""
    folder = Path(os.environ.get(MODEL_FOLDER_VARIABLE) or config[MODEL_FOLDER_KEY])
    path = folder / "model.onnx"
    if not path.exists():
        raise EncoderMissingError(f"no encoder in {folder}: run `make build`")
    return path
