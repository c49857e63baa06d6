"""What every fine-tuning of the encoder does alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from tokenizers import Tokenizer
from torch.optim.lr_scheduler import LambdaLR
from transformers import BertModel

WARM_UP: Final = 0.1
LEAST_SHARE: Final = 0.02  # of the rate, at the end
JITTER_TOKENS: Final = 6


@dataclass(frozen=True)
class Course:
    """How a network learns. ``passes``: shares of the rows, those least understood in the pass before."""

    passes: tuple[float, ...]
    rate: float  # of the encoder's layers
    head_rate: float
    batch: int


def learn(
    network: torch.nn.Module,
    encoder: BertModel,
    heads: Iterable[torch.nn.Parameter],
    course: Course,
    tokens: Sequence[int],
    chance: random.Random,
    loss_of: Callable[[list[int]], tuple[torch.Tensor, torch.Tensor]],
    tell: Callable[[str], None],
) -> None:
    """Fine-tunes ``network``: its encoder and its heads.

    ``tokens`` of each row. ``loss_of``: the loss of a batch of rows, and how little each was understood.
    """
    steps = round(sum(course.passes) * len(tokens) / course.batch) + len(course.passes)
    optimizer, schedule = optimizer_of(encoder, course.rate, heads, course.head_rate, steps)
    missed = [0.0] * len(tokens)
    network.train()
    for number, share in enumerate(course.passes, 1):
        for batch in equal_length_batches(hardest(missed, share), tokens, course.batch, chance):
            loss, each = loss_of(batch)
            for row, little in zip(batch, each.detach().tolist(), strict=True):
                missed[row] = little
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        tell(f"pass {number} of {len(course.passes)}")
    network.eval()


def encoder_to_tune(folder: Path, layers: int | None = None) -> BertModel:
    """The encoder of ``folder/st``, its word embeddings frozen; only its lowest ``layers`` when given."""
    shallower: dict[str, Any] = {} if layers is None else {"num_hidden_layers": layers}
    encoder = BertModel.from_pretrained(
        str(folder / "st"),
        add_pooling_layer=False,
        attn_implementation="eager",
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=0.0,
        **shallower,
    )
    for parameter in encoder.embeddings.parameters():
        parameter.requires_grad = False
    return encoder


def optimizer_of(
    body: torch.nn.Module, rate: float, heads: Iterable[torch.nn.Parameter], head_rate: float, steps: int
) -> tuple[torch.optim.AdamW, LambdaLR]:
    """AdamW, whose rates rise for a tenth of the steps and fall from then on."""
    learning = [each for each in body.parameters() if each.requires_grad]
    groups = [{"params": learning, "lr": rate}, {"params": list(heads), "lr": head_rate}]
    optimizer = torch.optim.AdamW(groups, fused=True)
    schedule = LambdaLR(
        optimizer, lambda step: min(1.0, step / (WARM_UP * steps)) * max(LEAST_SHARE, 1 - step / steps)
    )
    return optimizer, schedule


def half_precision() -> torch.autocast:
    """Numbers of 16 bits halve the time where the processor has the instructions, and double it elsewhere."""
    able = torch.cpu.get_capabilities()
    fast = any(able.get(name, False) for name in ("avx512_bf16", "amx_bf16"))
    return torch.autocast("cpu", torch.bfloat16, enabled=fast)


def token_counts(tokenizer: Tokenizer, texts: Sequence[str]) -> list[int]:
    """Tokens of each text, padding left out."""
    return [sum(each.attention_mask) for each in tokenizer.encode_batch(list(texts))]


def equal_length_batches(
    rows: Sequence[int], tokens: Sequence[int], size: int, chance: random.Random
) -> list[list[int]]:
    """``rows`` in random batches of about equal length (``tokens`` of each text): padding is time."""
    order = sorted(rows, key=lambda row: tokens[row] + chance.random() * JITTER_TOKENS)
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    chance.shuffle(batches)
    return batches


def hardest(losses: Sequence[float], share: float) -> list[int]:
    """The rows that were least understood, ``share`` of all: another look at the others teaches little."""
    order = sorted(range(len(losses)), key=lambda row: -losses[row])
    return sorted(order[: round(share * len(order))])
