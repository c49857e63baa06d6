"""What several readings of one text find, told in the offsets of the text as it was given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoff.privacy.stripper import Span, in_original


def replaced(text: str, spans: list[Span]) -> str:
    for span in reversed(spans):
        text = text[: span.start] + span.replacement + text[span.end :]
    return text


def test_a_later_span_moves_back_to_where_it_stands() -> None:
    text = "moi c inès, mon frère enzo"
    first = [Span(6, 10, "PERSON", "[PERSONNE_1]")]
    once = replaced(text, first)
    at = once.index("enzo")
    both = in_original(first, [Span(at, at + 4, "PERSON", "[PERSONNE_2]")])
    assert [text[span.start : span.end] for span in both] == ["inès", "enzo"]
    assert replaced(text, both) == "moi c [PERSONNE_1], mon frère [PERSONNE_2]"


def test_a_later_span_takes_a_replacement_in_whole() -> None:
    text = "12 rue lea blum"
    first = [Span(7, 10, "PERSON", "[PERSONNE_1]")]
    once = replaced(text, first)
    both = in_original(first, [Span(0, len(once), "ADDRESS", "[ADRESSE]")])
    assert both == [Span(0, len(text), "ADDRESS", "[ADRESSE]")]


@given(st.data())
def test_two_readings_one_after_the_other_are_the_same_as_both_at_once(data: st.DataObject) -> None:
    text = data.draw(st.text("abc", min_size=1, max_size=30))
    first = data.draw(_spans(text, "[A]"))
    once = replaced(text, first)
    free = [span for span in data.draw(_spans(once, "[BCDE]")) if "[A]" not in once[span.start : span.end]]
    later = [span for span in free if not _cuts(once, span)]
    assert replaced(text, in_original(first, later)) == replaced(once, later)


def _cuts(text: str, span: Span) -> bool:
    """Whether it starts or ends inside a replacement, which no reading does: they are blotted out."""
    return any(text.rfind("[", 0, at) > text.rfind("]", 0, at) for at in (span.start, span.end))


@st.composite
def _spans(draw: st.DrawFn, text: str, replacement: str) -> list[Span]:
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    return [
        Span(start, end, "PERSON", replacement) for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
