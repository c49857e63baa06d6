"""The words of one message with what their surroundings say: neighbours, sentence starts, titles."""

from __future__ import annotations

from handoff.place_names.word_lists import word_set
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.words import Word

_TITLES = word_set(
    """
    m mr mme mlle melle monsieur madame mademoiselle dr docteur maitre mister mrs ms miss sir professeur
    senor senora sra major adjudant adjudante brigadier capitaine lieutenant
    lieutenante commandant commandante
    imam pasteur famille
    """
)


class MessageReading:
    """The words of one message with what their surroundings say."""

    def __init__(self, artifacts: FrenchArtifacts) -> None:
        self.words = artifacts.words
        self.folded = artifacts.folded
        self.clean = artifacts.clean
        self.language = artifacts.language
        self.mentions = artifacts.departements
        letters = [character for character in artifacts.clean if character.isalpha()]
        self.shouting = len(letters) > 6 and sum(map(str.isupper, letters)) > 0.7 * len(letters)

    def previous(self, index: int) -> Word | None:
        """The word before, if nothing but spaces, an apostrophe or a colon stands between."""
        if index == 0 or "\n" in self.words[index].gap or self.words[index].gap.strip(" '-:.,"):
            return None
        if "." in self.words[index].gap and not self.is_title(index - 1):
            return None
        return self.words[index - 1]

    def following(self, index: int) -> Word | None:
        if index + 1 >= len(self.words) or self.words[index + 1].gap.strip(" '"):
            return None
        return self.words[index + 1]

    def starts_sentence(self, index: int) -> bool:
        return index == 0 or any(mark in self.words[index].gap for mark in '.!?\n:"«(…-•')

    def is_initial(self, index: int) -> bool:
        """ "Inès B." """
        word, following = self.words[index], self.following(index)
        elided = following is not None and following.gap.startswith("'")
        stopped = word.raw.isupper() and self.clean.startswith(".", word.end)
        return not self.shouting and (stopped or word.text not in ("a", "c", "y")) and not elided

    def is_title(self, index: int) -> bool:
        if index < 0:
            return False
        word = self.words[index]
        if word.text == "m":
            following = self.words[index + 1] if index + 1 < len(self.words) else None
            if following is None or (index and word.gap == "" and index):
                return False
            return following.gap.startswith(".") or (
                word.raw == "M" and following.capital and following.gap == " "
            )
        if word.raw == "Me":
            following = self.words[index + 1] if index + 1 < len(self.words) else None
            return following is not None and following.capital and following.gap in (" ", ". ")
        return word.text in _TITLES

    def start_with_title(self, index: int) -> int:
        """Where the person starts: the title, if there is one."""
        return self.words[index - 1].start if self.is_title(index - 1) else self.words[index].start
