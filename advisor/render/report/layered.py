"""Turns boxes in columns, and arrows between them, into places on paper.

A picture of a few dozen boxes at their natural size: each column is as wide as its widest box, and
its boxes stand near those that they are joined to (barycentres; Sugiyama, Tagawa and Toda 1981).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

_BETWEEN: Final = 42.0  # columns
_APART: Final = 9.0  # boxes of a column
_SWEEPS: Final = 4
_BEND: Final = 26.0  # how far out an arrow goes within a column

Point = tuple[float, float]


class Drawing(NamedTuple):
    """Where everything is, in points from the top left."""

    size: Point
    boxes: tuple[Point, ...]  # the middle of each
    arrows: tuple[tuple[Point, ...], ...]  # of each, the points of a Bezier curve


def layout(
    sizes: Sequence[Point], columns: Sequence[int], arrows: Sequence[tuple[int, int]]
) -> Drawing:
    """The places of boxes of these sizes, each in its column; same in, same out."""
    rows = _ordered(columns, arrows)
    width = {column: max(sizes[box][0] for box in boxes) for column, boxes in rows.items()}
    high = {
        column: sum(sizes[box][1] + _APART for box in boxes) - _APART
        for column, boxes in rows.items()
    }
    total = max(high.values(), default=0.0)
    middle: dict[int, Point] = {}
    left = 0.0
    for column, boxes in rows.items():
        top = (total - high[column]) / 2
        for box in boxes:
            middle[box] = (left + width[column] / 2, top + sizes[box][1] / 2)
            top += sizes[box][1] + _APART
        left += width[column] + _BETWEEN
    return Drawing(
        size=(max(left - _BETWEEN, 0.0) + _BEND, total),
        boxes=tuple(middle[box] for box in range(len(sizes))),
        arrows=tuple(_curve(middle, sizes, tail, head) for tail, head in arrows),
    )


def _ordered(
    columns: Sequence[int], arrows: Sequence[tuple[int, int]]
) -> Mapping[int, Sequence[int]]:
    """The boxes of each column, from top to bottom, near those that they are joined to."""
    joined: dict[int, list[int]] = {box: [] for box in range(len(columns))}
    for tail, head in arrows:
        joined[tail].append(head)
        joined[head].append(tail)
    rows: dict[int, list[int]] = {column: [] for column in sorted(set(columns))}
    for box, column in enumerate(columns):
        rows[column].append(box)
    height = {box: place / len(row) for row in rows.values() for place, box in enumerate(row)}
    for sweep in range(_SWEEPS):
        for column in sorted(rows, reverse=not sweep % 2):
            row = rows[column]
            wanted = {
                box: sum(height[other] for other in joined[box]) / len(joined[box])
                if joined[box]
                else height[box]
                for box in row
            }
            row.sort(key=lambda box: (wanted[box], box))
            height |= {box: place / len(row) for place, box in enumerate(row)}
    return rows


def _curve(
    middle: Mapping[int, Point], sizes: Sequence[Point], tail: int, head: int
) -> tuple[Point, ...]:
    """From one box to another by the sides that face each other; in one column, out and back."""
    (x, y), (to_x, to_y) = middle[tail], middle[head]
    half, to_half = sizes[tail][0] / 2, sizes[head][0] / 2
    if abs(to_x - x) > half + to_half:
        way = 1 if to_x > x else -1
        x, to_x = x + way * half, to_x - way * to_half
        bend = (x + to_x) / 2
        return ((x, y), (bend, y), (bend, to_y), (to_x, to_y))
    x, to_x = x + half, to_x + to_half
    out = max(x, to_x) + _BEND
    return ((x, y), (out, y), (out, to_y), (to_x, to_y))
