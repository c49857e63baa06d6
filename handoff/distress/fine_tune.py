"""Fine-tunes the sentence encoder on our messages: one network that tells the level and the category.

All layers but the word embeddings learn; two linear heads read the mean of the tokens. A message is seen as
written or mistyped (``noise``), and once more when it was little understood. Reproducible: seeds are fixed,
and one machine gives the same scores twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from handoff.distress.context import in_context
from handoff.distress.network import PREFIX, encode, readable
from handoff.distress.noise import mistype
from handoff.encoder.export import write_onnx
from handoff.encoder.training import Course, encoder_to_tune, half_precision, learn, token_counts

Floats = npt.NDArray[np.float32]

# By cross-validation (docs/decisions/0006-how-distress-is-weighed.md).
LAYERS = 8  # of the encoder's twelve
COURSE = Course(passes=(1.0, 0.5), rate=1e-4, head_rate=1e-3, batch=16)
CATEGORY_WEIGHT = 0.3
SEED = 7
OPENED = 0.15  # of the texts of a pass are read after something harmless
OPENER = 60  # characters that are harmless, at most
UNKNOWN_CATEGORY = -100  # level 0 has none: left out of that head's loss


class DistressNetwork(nn.Module):
    """Token ids to (scores for level ≥ 1, 2, 3; scores of the categories)."""

    def __init__(self, encoder: BertModel, categories: int) -> None:
        super().__init__()
        self.encoder = encoder
        width = int(encoder.config.hidden_size)
        self.levels = nn.Linear(width, 3)
        self.categories = nn.Linear(width, categories)
        self.dropout = nn.Dropout(0.1)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = self.dropout((hidden * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1e-9))
        return self.levels(mean), self.categories(mean)


def load_tokenizer(encoder_folder: Path) -> Tokenizer:
    return readable(Tokenizer.from_file(str(encoder_folder / "onnx" / "tokenizer.json")))


def fine_tune(
    encoder_folder: Path,
    texts: Sequence[str],
    levels: Sequence[int],
    categories: Sequence[int],
    category_count: int,
    tell: Callable[[str], None] = lambda _: None,
) -> DistressNetwork:
    """Trains on these messages. ``categories``: an index, or UNKNOWN_CATEGORY."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    encoder = encoder_to_tune(encoder_folder, LAYERS)
    network = DistressNetwork(encoder, category_count)
    wanted = torch.tensor([[float(level >= least) for least in (1, 2, 3)] for level in levels])
    kinds = torch.tensor(list(categories))
    tokenizer = load_tokenizer(encoder_folder)
    level_loss = nn.BCEWithLogitsLoss(reduction="none")
    kind_loss = nn.CrossEntropyLoss(ignore_index=UNKNOWN_CATEGORY)
    openers = [text for text, level in zip(texts, levels, strict=True) if not level and len(text) < OPENER]

    def loss_of(rows: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        inputs = _tensors(tokenizer, [mistype(_opened(texts[row], openers, chance), chance) for row in rows])
        with half_precision():
            seen_levels, seen_kinds = network(**inputs)
        each = level_loss(seen_levels.float(), wanted[rows]).mean(dim=1)
        loss = each.mean()
        if (kinds[rows] != UNKNOWN_CATEGORY).any():
            loss = loss + CATEGORY_WEIGHT * kind_loss(seen_kinds.float(), kinds[rows])
        return loss, each

    heads = [*network.levels.parameters(), *network.categories.parameters()]
    tokens = token_counts(tokenizer, [PREFIX + text for text in texts])
    learn(network, encoder, heads, COURSE, tokens, chance, loss_of, tell)
    return network


def score(network: DistressNetwork, tokenizer: Tokenizer, texts: Sequence[str]) -> Floats:
    """Raw scores for level ≥ 1, 2, 3, shape (n, 3), by the network in full precision."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(texts), COURSE.batch):
            found.append(network(**_tensors(tokenizer, texts[start : start + COURSE.batch]))[0].numpy())
    return np.concatenate(found).astype(np.float32)


def export(network: DistressNetwork, encoder_folder: Path, folder: Path) -> None:
    """Writes ``model.onnx`` (8 bits) and ``tokenizer.json``."""
    network.encoder.set_attn_implementation("eager")
    tokenizer = load_tokenizer(encoder_folder)
    example = _tensors(tokenizer, ["salut", "je ne sais pas par où commencer"])
    outputs = {name: {0: "batch"} for name in ("levels", "categories")}
    inputs = (example["input_ids"], example["attention_mask"])
    write_onnx(network, inputs, folder / "model.onnx", outputs, per_channel=True)
    tokenizer.save(str(folder / "tokenizer.json"))


def _opened(text: str, openers: Sequence[str], chance: random.Random) -> str:
    """The text, or the text after something harmless: conversations seldom start with the danger."""
    if chance.random() >= OPENED:
        return text
    return in_context(text, [chance.choice(openers)])


def _tensors(tokenizer: Tokenizer, texts: Sequence[str]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(array) for name, array in encode(tokenizer, texts).items()}
