"""The door between our own two apps: the studio asks what the public app understands.

The public app has the models in memory; a second copy for the staff app would cost a gigabyte. Without
the secret of both apps every address here answers like one that does not exist.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal, Protocol

from fastapi import APIRouter, Depends, HTTPException, Request, status
from pydantic import BaseModel, ConfigDict, Field

INSIDE_HEADER: Final = "x-repere-inside"
MOST_EXAMPLES: Final = 50
MOST_ALSO: Final = 1000
MOST_CHARACTERS: Final = 4000


class Trying(Protocol):
    """What the assistant would do (``handoff.trying``)."""

    async def sentence(self, text: str, audience: str) -> dict[str, Any]: ...

    async def neighbours(
        self, examples: Sequence[str], also: Sequence[tuple[str, str]]
    ) -> list[list[dict[str, Any]]]: ...


class Unanswered(Protocol):
    """What nothing answers (``handoff.unanswered``)."""

    async def groups(self) -> list[dict[str, Any]]: ...


class Sentence(BaseModel):
    """A sentence to try, as somebody of this audience would write it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    audience: Literal["jeune", "proche", "pro"] = "jeune"


Words = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]


class Examples(BaseModel):
    """Examples whose neighbours are wanted. ``also``: those by topic that no file holds yet."""

    model_config = ConfigDict(extra="forbid", strict=True)

    examples: list[Words] = Field(min_length=1, max_length=MOST_EXAMPLES)
    also: dict[str, list[Words]] = Field(default_factory=dict)


async def _require_secret(request: Request) -> None:
    secret: str = request.app.state.inside_secret
    given = request.headers.get(INSIDE_HEADER, "")
    if not hmac.compare_digest(given.encode(), secret.encode()):
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Not Found")


router = APIRouter(prefix="/inside", dependencies=[Depends(_require_secret)])


@router.post("/try")
async def try_sentence(request: Request, sentence: Sentence) -> dict[str, Any]:
    """What the assistant would do with it. Nothing is stored."""
    trying: Trying = request.app.state.trying
    return await trying.sentence(sentence.text, sentence.audience)


@router.post("/neighbours")
async def neighbours(request: Request, wanted: Examples) -> list[list[dict[str, Any]]]:
    """The examples nearest in meaning to each of these."""
    trying: Trying = request.app.state.trying
    also = [(topic, example) for topic, examples in wanted.also.items() for example in examples]
    return await trying.neighbours(wanted.examples, also[:MOST_ALSO])


@router.post("/unanswered")
async def unanswered(request: Request) -> list[dict[str, Any]]:
    """What at least five conversations asked in vain, by meaning. No conversation can be told from it."""
    found: Unanswered = request.app.state.unanswered
    return await found.groups()
