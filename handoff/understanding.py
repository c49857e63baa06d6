"""What makes sense of a young person's words: stripping, weighing, the nearest topic. Wiring."""

from __future__ import annotations

from collections.abc import Sequence

from anyio import CapacityLimiter, to_thread

from handoff.answers.nearest import NearestTopic
from handoff.conversation import StrippedText, Verdict
from handoff.distress.detector import DistressDetector
from handoff.encoder.encoder import Encoder
from handoff.privacy.stripper import Stripper
from handoff.settings import Settings

# Stripping and weighing are CPU work: more threads than cores only make each other wait.
UNDERSTANDING_THREADS = 2


class Understanding:
    """What makes sense of a young person's words, loaded once (slow) and called from async code."""

    def __init__(self, stripper: Stripper, detector: DistressDetector, nearest: NearestTopic) -> None:
        self.stripper = stripper
        self.detector = detector
        self.nearest = nearest
        self._threads = CapacityLimiter(UNDERSTANDING_THREADS)

    @classmethod
    def load(cls, settings: Settings) -> Understanding:
        """Raises the parts' own one-line errors when something was not built."""
        encoder = Encoder.load(settings.var_folder / "encoder")
        return cls(
            Stripper.load(settings.var_folder / "tagger"),
            DistressDetector.load(settings.var_folder / "distress"),
            NearestTopic.load(settings.data_folder / "nlu", settings.var_folder / "nearest", encoder),
        )

    async def strip(self, text: str, conversation_id: str) -> StrippedText:
        session = conversation_id.encode()
        return await to_thread.run_sync(
            lambda: self.stripper.strip(text, session=session), limiter=self._threads
        )

    def forget(self, conversation_id: str) -> None:
        """The conversation was erased: what its persons were called by goes too."""
        self.stripper.forget(conversation_id.encode())

    async def weigh(self, text: StrippedText, before: Sequence[StrippedText] = ()) -> Verdict:
        return await to_thread.run_sync(self.detector.weigh, text, before, limiter=self._threads)
