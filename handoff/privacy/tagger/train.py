"""Trains the tagger: ``python -m handoff.privacy.tagger.train OUT_DIR``, a step of `make build`.

The lower layers of the sentence encoder and one linear head that gives each token its kind. Learns from
data/privacy, each pass in other words (``vary``). Reproducible: seeds are fixed.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from handoff.encoder.export import write_onnx
from handoff.encoder.training import Course, encoder_to_tune, half_precision, learn, token_counts
from handoff.privacy.tagger.marked import MarkedMessage, read
from handoff.privacy.tagger.pieces import KINDS, encode, readable
from handoff.privacy.tagger.vary import Vary
from handoff.settings import PROJECT_FOLDER, Settings

DATA: Final = PROJECT_FOLDER / "data" / "privacy"
LAYERS: Final = 6
COURSE: Final = Course(passes=(1.0, 0.6, 1.0, 0.6), rate=1.5e-4, head_rate=1e-3, batch=16)
SEED: Final = 11
LEFT_OUT: Final = -100  # tokens that are no part of the text


class TaggerNetwork(nn.Module):
    """Token ids to a score for each of KINDS, shape (texts, tokens, kinds)."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.kinds = nn.Linear(int(encoder.config.hidden_size), len(KINDS))
        self.dropout = nn.Dropout(0.1)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        scores: torch.Tensor = self.kinds(self.dropout(hidden))
        return scores


def labels_of(message: MarkedMessage, places: Sequence[tuple[int, int]]) -> list[int]:
    """The number of its kind for each token."""
    found = []
    for start, end in places:
        if start == end:
            found.append(LEFT_OUT)
            continue
        # A token may start with the space before its word.
        inside = (mark.kind for mark in message.marks if mark.start < end and start < mark.end)
        found.append(KINDS.index(next(inside, "")))
    return found


def train(encoder_folder: Path, messages: Sequence[MarkedMessage]) -> TaggerNetwork:
    """Learns from these messages."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    encoder = encoder_to_tune(encoder_folder, LAYERS)
    network = TaggerNetwork(encoder)
    tokenizer = load_tokenizer(encoder_folder)
    vary = Vary(*_tables(), chance)
    loss_of_tokens = nn.CrossEntropyLoss(ignore_index=LEFT_OUT, reduction="none")

    def loss_of(rows: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        varied = [vary(messages[row]) for row in rows]
        encoded = encode(tokenizer, [message.text for message in varied])
        wanted = torch.tensor([labels_of(*pair) for pair in zip(varied, encoded.places, strict=True)])
        with half_precision():
            scores = network(torch.from_numpy(encoded.ids), torch.from_numpy(encoded.mask))
        each = loss_of_tokens(scores.float().transpose(1, 2), wanted)
        return each.sum() / (wanted != LEFT_OUT).sum(), each.amax(dim=1)

    tokens = token_counts(tokenizer, [message.text for message in messages])
    learn(
        network,
        encoder,
        network.kinds.parameters(),
        COURSE,
        tokens,
        chance,
        loss_of,
        tell=lambda line: print(f"  {line}", flush=True),
    )
    return network


def load_tokenizer(encoder_folder: Path) -> Tokenizer:
    return readable(Tokenizer.from_file(str(encoder_folder / "onnx" / "tokenizer.json")))


def _tables() -> tuple[list[str], list[str]]:
    """First names and towns to vary with, as the tables of data/ write them."""
    names = PROJECT_FOLDER / "data" / "names"
    first: list[str] = []
    for file in ("french_teenagers.txt", "world.txt", "first_names.txt"):
        lines = (names / file).read_text(encoding="utf-8").splitlines()
        first += [word for line in lines if not line.startswith("#") for word in line.split()]
    packed = gzip.decompress((PROJECT_FOLDER / "data" / "places" / "communes.tsv.gz").read_bytes())
    towns = [line.split("\t")[0] for line in packed.decode("utf-8").splitlines()]
    return sorted(set(first)), towns


def build(out: Path) -> None:
    """Trains and writes ``model.onnx`` (8 bits), ``tokenizer.json``; the manifest comes last."""
    started = time.monotonic()
    encoder = Settings.load().var_folder / "encoder"
    out.mkdir(parents=True, exist_ok=True)
    (out / "manifest.json").unlink(missing_ok=True)
    messages = list(read(DATA))
    network = train(encoder, messages)
    tokenizer = load_tokenizer(encoder)
    example = encode(tokenizer, ["salut", "je ne sais pas par où commencer"])
    network.encoder.set_attn_implementation("eager")
    write_onnx(
        network,
        (torch.from_numpy(example.ids), torch.from_numpy(example.mask)),
        out / "model.onnx",
        {"kinds": {0: "batch", 1: "tokens"}},
        per_channel=True,
    )
    tokenizer.save(str(out / "tokenizer.json"))
    manifest = {"messages": len(messages), "kinds": KINDS, "seconds": round(time.monotonic() - started)}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
