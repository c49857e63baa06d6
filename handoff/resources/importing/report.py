"""What an import has to say about a file, row by row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

# A gigabyte of rubbish has millions of faults: the first ones are told, all are counted.
MOST_TOLD = 20_000


class FileRefusedError(Exception):
    """The whole file cannot be read; the message says why, in French. Nothing of it is kept."""


class FieldError(Exception):
    """One value cannot be taken; the message says why, in French."""


@dataclass(frozen=True, slots=True)
class Problem:
    """``line``: of a CSV file, its line; of a JSON file, the number of the record (from 1)."""

    line: int
    field: str
    message: str
    refused: bool
    row_id: str = ""

    def __str__(self) -> str:
        what = "refusé" if self.refused else "corrigé ou laissé de côté"
        named = f" ({self.row_id})" if self.row_id else ""
        return f"{self.line}{named}: {self.field}: {self.message} [{what}]"


@dataclass
class Report:
    """Counts of a file, and its problems."""

    read: int = 0
    not_ours: int = 0  # of a kind that does not concern a minor
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    by_message: Counter[str] = field(default_factory=Counter)

    def tell(self, problem: Problem) -> None:
        self.refused += problem.refused
        self.by_message[f"{problem.field}: {problem.message}"] += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(problem)
