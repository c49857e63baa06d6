"""``make bench``, stripping: ours beside stock Presidio with the same French model, in one run.

Stock is what a first afternoon with Presidio gives: its predefined recognisers, ``fr_core_news_md``,
its anonymizer. Messages: one of our own held-out sets. Each engine reads every message once to warm up.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import tldextract
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_anonymizer import AnonymizerEngine

from handoff.privacy.stripper import Stripper
from handoff.settings import Settings

SET = Path(__file__).parent / "evaluation" / "sets" / "privacy_b.jsonl"
MODELS = {
    "nlp_engine_name": "spacy",
    "models": [{"lang_code": "fr", "model_name": "fr_core_news_md"}],
}


def stock() -> Callable[[str], str]:
    # Its e-mail recogniser would fetch a list of domain endings; this machine may have no network.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # type: ignore[assignment]
    engine = NlpEngineProvider(nlp_configuration=MODELS).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["fr"])
    anonymizer = AnonymizerEngine()  # type: ignore[no-untyped-call]

    def strip(text: str) -> str:
        return anonymizer.anonymize(text, analyzer.analyze(text, "fr")).text  # type: ignore[arg-type]

    return strip


def measure(strip: Callable[[str], object], texts: list[str]) -> list[float]:
    """Seconds a message."""
    for text in texts:
        strip(text)
    times = []
    for text in texts:
        started = time.perf_counter()
        strip(text)
        times.append(time.perf_counter() - started)
    return times


def main() -> int:
    texts = [json.loads(line)["text"] for line in SET.read_text(encoding="utf-8").splitlines()]
    ours = measure(Stripper.load(Settings.load().var_folder / "tagger").strip, texts)
    theirs = measure(stock(), texts)
    for name, times in (("stock Presidio (baseline)", theirs), ("ours", ours)):
        p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
        print(f"{name:28} p50 {p50 * 1000:6.2f} ms   p99 {p99 * 1000:6.2f} ms   {1 / p50:7.0f} messages/s")
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(f"ours is {ratio:.1f} times as fast (p50), {sum(theirs) / sum(ours):.1f} times over all messages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
