"""How a question about pairs is laid out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from advisor.render.terminal.grids import _columns


@given(st.sets(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcdefg")), min_size=1))
def test_the_numbers_of_every_row_ascend(cells):
    """Each column stands once, and along every row the cells are in the order of their numbers."""
    listed = sorted(cells)
    columns = _columns(listed)
    assert sorted(columns) == sorted({column for _, column in listed})
    for row in {row for row, _ in listed}:
        places = [columns.index(column) for name, column in listed if name == row]
        assert places == sorted(places)
