"""Turns a question about pairs into a grid: its options by rows and columns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from advisor.consult.kind import Question
from advisor.render.terminal.page import Page

MARGIN: Final = 3  # of what stands under a question
_APART: Final = 2  # cells between columns
_SOURCE: Final = re.compile(r" \(|, ")  # after how something stands: its band, or its source


def grid(page: Page, asked: Question, standing: Sequence[str]) -> None:
    """The options by rows and columns, each cell with its number, and how it stands.

    Row by row where there is no room for columns: in a pipe, for a screen reader.
    """
    cells: dict[tuple[str, ...], str] = {}
    for place, cell in enumerate(asked.cells):
        now = _SOURCE.split(standing[place], maxsplit=1)[0] if standing else ""
        cells[cell] = f"{place + 1} {now}".rstrip()
    rows, columns = list(dict.fromkeys(row for row, _ in asked.cells)), _columns(asked.cells)
    widths = [max(map(cell_len, rows))]
    for column in columns:
        widths.append(max(cell_len(cells.get((row, column), "")) for row in rows))
        widths[-1] = max(widths[-1], cell_len(column))
    if page.plain or MARGIN + sum(widths) + _APART * len(columns) > page.width:
        for row in rows:
            listed = ((cells[row, column].partition(" "), column)
                      for column in columns if (row, column) in cells)  # fmt: skip
            page.item(
                f"{row}: ",
                ", ".join(f"{n} {name}{f': {now}' if now else ''}" for (n, _, now), name in listed),
                MARGIN,
            )
        return
    page.text.append(" " * MARGIN + _in_columns(["", *columns], widths) + "\n", "dim")
    for row in rows:
        texts = [row, *(cells.get((row, column), "") for column in columns)]
        page.text.append(" " * MARGIN + _in_columns(texts, widths) + "\n")


def _columns(cells: Sequence[tuple[str, ...]]) -> list[str]:
    """The columns in an order in which the numbers of every row ascend, as cells are in order."""
    before: dict[str, dict[str, None]] = {column: {} for _, column in cells}
    for (row, column), (next_row, following) in itertools.pairwise(cells):
        if row == next_row:
            before[following][column] = None
    found: dict[str, None] = {}

    def put(column: str) -> None:
        for earlier in before.pop(column, ()):
            put(earlier)
        found[column] = None

    for _, column in cells:
        put(column)
    return list(found)


def _in_columns(texts: Sequence[str], widths: Sequence[int]) -> str:
    pairs = zip(texts, widths, strict=True)
    return (" " * _APART).join(text + " " * (width - cell_len(text)) for text, width in pairs)
