"""Small counts stay hidden: on their own, by subtraction from a total, and in what is exported."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from handoff.records.figures import ContactCount
from handoff.staff.figure_tables import RARE, Figure, as_csv, cases, crossed, fates, rare_ones_together, waits
from handoff.staff.masking import SMALLEST_SHOWN, Cell, mask, mask_table, total
from handoff.staff.plots import drawings
from handoff.store.contacts import Fate

NAMES = (
    *("contacts", "presented", "pre_handled", "abandoned_early", "abandoned_late", "served", "total"),
    *("count", "waits", "level", "median_wait", "within", "theme"),
)
TEXTS = {name: name for name in NAMES}


def never_small(cells: list[int | None]) -> bool:
    return all(cell is None or cell == 0 or cell >= SMALLEST_SHOWN for cell in cells)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=8))
def test_no_small_count_is_shown_and_none_can_be_subtracted(row: list[int]) -> None:
    shown = mask(row)
    away = [count for count, cell in zip(row, shown, strict=True) if cell is None]
    assert never_small(shown)
    # With the total beside them, what is hidden must be several counts that add up to 5 or more.
    if total(row, shown) is not None:
        assert not away or (len(away) > 1 and sum(away) >= SMALLEST_SHOWN)


def tables(wide: int) -> st.SearchStrategy[list[list[int]]]:
    rows = st.lists(st.integers(0, 9), min_size=wide, max_size=wide)
    return st.lists(rows, min_size=1, max_size=5)


@given(st.integers(1, 5).flatmap(tables))
def test_neither_rows_nor_columns_of_a_table_give_a_count_away(rows: list[list[int]]) -> None:
    shown = mask_table(rows)
    lines = list(zip(rows, shown, strict=True))
    if len(rows) > 1:
        columns = zip(*rows, strict=True), zip(*shown, strict=True)
        lines += [([*line], [*cells]) for line, cells in zip(*columns, strict=True)]
    for line, cells in lines:
        assert never_small(cells)
        away = [count for count, cell in zip(line, cells, strict=True) if cell is None]
        left = [cell for cell in cells if cell]
        # Either two or more are hidden, or nothing of the line is shown that a total could be compared with.
        assert not away or not left or (len(away) > 1 and sum(away) >= SMALLEST_SHOWN)


def cases_of(rows: list[list[int]]) -> tuple[Figure, Figure, Figure]:
    """The two tables of one column, and the one that crosses them, of the same case records."""
    labels = {
        "theme": [(str(number), str(number)) for number in range(len(rows))],
        "level": [(str(number), str(number)) for number in range(len(rows[0]))],
    }
    both = {(str(r), str(c)): count for r, row in enumerate(rows) for c, count in enumerate(row)}
    themes = {(str(r),): sum(row) for r, row in enumerate(rows)}
    levels = {(str(c),): sum(column) for c, column in enumerate(zip(*rows, strict=True))}
    return (
        cases("theme", themes, labels["theme"], TEXTS),
        cases("level", levels, labels["level"], TEXTS),
        crossed("theme", "level", both, labels, TEXTS),
    )


def equations(rows: list[list[int]]) -> tuple[list[int], list[list[tuple[int, int]]]]:
    """Every count of the three tables (rows, columns, cells, total), and the sums that anybody knows to hold.

    An equation is a list of (number of the count, sign).
    """
    down, across, both = cases_of(rows)
    shown: list[Cell] = [cell for figure in (down, across) for _, (cell,) in figure.rows[:-1]]
    shown += [cell for _, cells in both.rows for cell in cells] + [down.rows[-1][1][0]]
    high, wide = len(rows), len(rows[0])
    first, last = high + wide, len(shown) - 1
    sums = [[(r, -1), *((first + r * wide + c, 1) for c in range(wide))] for r in range(high)]
    sums += [[(high + c, -1), *((first + r * wide + c, 1) for r in range(high))] for c in range(wide)]
    sums += [
        [(last, -1), *((r, 1) for r in range(high))],
        [(last, -1), *((high + c, 1) for c in range(wide))],
    ]
    hidden = [number for number, cell in enumerate(shown) if cell is None]
    return hidden, sums


@given(st.integers(2, 4).flatmap(tables).filter(lambda rows: len(rows) > 1))
@example([[7, 0], [3, 0], [0, 9]])  # the 7 hides the 3: nothing of its row may be added up
@example([[0, 2, 3, 0], [0, 3, 2, 0], [2, 0, 0, 3], [3, 0, 1, 2]])  # two rings of hidden counts, and a bridge
def test_the_tables_of_one_column_and_the_one_that_crosses_them_give_no_count_away_together(
    rows: list[list[int]],
) -> None:
    hidden, sums = equations(rows)
    truth = [sum(row) for row in rows] + [sum(column) for column in zip(*rows, strict=True)]
    truth += [count for row in rows for count in row] + [sum(map(sum, rows))]
    system = np.zeros((len(sums), len(hidden)))
    for number, each in enumerate(sums):
        for count, sign in each:
            if count in hidden:
                system[number, hidden.index(count)] = sign
    rank = np.linalg.matrix_rank(system)
    for column, count in enumerate(hidden):
        only = np.zeros((1, len(hidden)))
        only[0, column] = 1
        follows = np.linalg.matrix_rank(np.vstack([system, only])) == rank
        assert not (follows and 0 < truth[count] < SMALLEST_SHOWN)


def contact(fate: Fate, count: int, wait: int | None = None, level: int = 1) -> ContactCount:
    return ContactCount(18, fate, level, wait, count)


def test_contacts_are_counted_with_the_words_of_the_119() -> None:
    everyone = [
        contact(Fate.PRE_HANDLED, 40),
        contact(Fate.SERVED, 20, 30),
        contact(Fate.ABANDONED, 7, 59),
        contact(Fate.ABANDONED, 6, 60),
    ]
    rows = dict(fates(everyone, 60, TEXTS).rows)
    assert rows == {
        "pre_handled": (40,),
        "abandoned_early": (7,),
        "abandoned_late": (6,),
        "served": (20,),
        "presented": (73,),
    }


def test_a_wait_is_not_told_from_fewer_than_five_people() -> None:
    names = ["0", "1", "2", "3"]
    many = dict(waits([contact(Fate.SERVED, 9, 30), contact(Fate.SERVED, 1, 400)], 60, names, TEXTS).rows)
    assert many["1"][-2:] == (30, 90)
    few = dict(waits([contact(Fate.SERVED, 4, 30)], 60, names, TEXTS).rows)
    assert few["1"] == (None, None, None, None, None)
    assert few["2"] == (None, 0, 0, None, None)  # a zero in the column whose total is hidden


def test_an_export_runs_no_formula_and_hides_what_the_page_hides() -> None:
    figure = cases("theme", {("a",): 9, ("b",): 2}, [("a", '=HYPERLINK("x")'), ("b", "+b")], TEXTS)
    content = as_csv([figure], "caché")
    assert "\"'=HYPERLINK" in content
    assert ";'+b;" in content
    assert content.count("caché") == 2  # the small one, and the other, which the total would give away
    assert ";2\r\n" not in content


def test_rare_places_are_one_row_so_that_no_other_total_gives_them_away() -> None:
    found = {("",): 2, ("13",): 3, ("2A",): 1, ("59",): 40}
    together = rare_ones_together(found)
    assert together == {("",): 2, ("59",): 40, (RARE,): 4}
    assert sum(together.values()) == sum(found.values())
    assert rare_ones_together({("59",): 40}) == {("59",): 40}


def test_a_plot_shows_no_script_and_no_hidden_number() -> None:
    figure = cases("theme", {("a",): 9, ("b",): 2}, [("a", "<script>"), ("b", "b")], TEXTS)
    ((caption, drawn),) = drawings(figure, "caché")
    assert caption == ""
    assert "<script>" not in drawn
    assert ">2<" not in drawn
    assert drawn.count("caché") == 2


def test_the_two_figures_that_matter_most_are_drawn() -> None:
    everyone = [
        contact(Fate.SERVED, 40, 125, level=3),
        contact(Fate.SERVED, 20, 30, level=2),
        contact(Fate.ABANDONED, 17, 59, level=2),
        contact(Fate.PRE_HANDLED, 55),
    ]
    ((_, presented),) = drawings(fates(everyone, 60, TEXTS), "caché")
    for label, count in (("served", 60), ("abandoned_early", 17), ("pre_handled", 55)):
        assert f">{label}</text>" in presented
        assert f">{count}</text>" in presented
    assert "presented" not in presented  # the total of the bars is no bar
    (_, by_level), (caption, wait) = drawings(waits(everyone, 60, ["0", "1", "2", "3"], TEXTS), "caché")
    assert by_level.count("<rect") == 4 * 3
    assert ">2 · abandoned_early</text>" in by_level
    assert ">17</text>" in by_level
    assert caption == "median_wait"
    assert ">125</text>" in wait
    assert wait.count("bar-hidden") == 2  # nobody was served at these levels
