"""Turns a brief into its pictures: the argument for its first package, and the order of steps."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from advisor.answers.lines import levels
from advisor.answers.recommendation import Line
from advisor.brief.result import Brief
from advisor.model import english
from advisor.model.records import KnowledgeBase
from advisor.render.report.document import Arrow, Box, Diagram
from advisor.render.report.words import spans
from advisor.render.terminal.argument import Outline, OutlineNode

_WIDE: Final = 230.0  # a box of the argument, in the units of the picture
_BETWEEN: Final = 28.0  # columns
_APART: Final = 8.0  # boxes of a column
_CHARACTERS: Final = 38  # in a line of a box
_ROW: Final = 13.0
_MARGIN: Final = 10.0
_COLUMNS: Final = 3
_MOST: Final = 5  # boxes below one
_STAGES: Final = 4  # in a bar
_LINES: Final = 6  # of text in a box
_LEFT_OUT: Final = "left out"  # of a box: that there are more
_WEAK: Final = ("weakest link", "assumed", "unknown")


class Placed(NamedTuple):
    """A box of the argument, with those that it rests on."""

    node: OutlineNode
    box: Box
    below: tuple[Placed, ...]

    def all(self) -> Iterator[Placed]:
        """This box and all below it."""
        yield self
        for placed in self.below:
            yield from placed.all()


def argument(brief: Brief, base: KnowledgeBase) -> Iterator[Diagram]:
    """The argument for the first recommendation as a map, from left to right."""
    if not brief.recommendations:
        return
    how = brief.recommendations[0].claim.how
    root = Outline(base, how).node(how)
    placed, high = _placed(root, 0, 0.0)
    boxes = [one.box for one in placed.all()]
    place = {id(box): number for number, box in enumerate(boxes)}
    arrows = tuple(
        Arrow(place[id(below.box)], place[id(one.box)], "", _curve(below.box, one.box), False)
        for one in placed.all()
        for below in one.below
    )
    wide = max(box.middle[0] for box in boxes) + _WIDE / 2
    yield Diagram(
        "argument-map",
        f"Why recommendation {brief.recommendations[0].handle} is made",
        _told(placed),
        (wide, high - _APART),
        tuple(boxes),
        arrows,
    )


def _placed(node: OutlineNode, column: int, top: float) -> tuple[Placed, float]:
    """A node with what it rests on in the columns to its right, and where the next may begin."""
    below = []
    at = top
    if column < _COLUMNS - 1:
        for outline_node in _few(node.below):
            placed, at = _placed(outline_node, column + 1, at)
            below.append(placed)
    lines = tuple(_lines(node))
    high = len(lines) * _ROW + _MARGIN
    middle = (below[0].box.middle[1] + below[-1].box.middle[1]) / 2 if below else top + high / 2
    middle = max(middle, top + high / 2)
    box = Box(
        anchor="",
        to="",
        lines=lines,
        label=node.says,
        kind="advice" if not column else "weak" if "weakest link" in node.more else "derived",
        middle=(column * (_WIDE + _BETWEEN) + _WIDE / 2, middle),
        size=(_WIDE, high),
    )
    return Placed(node, box, tuple(below)), max(at, middle + high / 2 + _APART)


def _few(nodes: Sequence[OutlineNode]) -> list[OutlineNode]:
    """As many nodes as there is room for: all that is worked out in one, and last."""
    worked = [node.worked for node in nodes if node.worked]
    found = [node for node in nodes if not node.worked]
    most = _MOST - bool(worked)
    if len(found) > most:
        left = len(found) - most + 1
        more = OutlineNode(sign="+", says=f"And {left} more.", more=_LEFT_OUT)
        found = [*found[: most - 1], more]
    if worked:
        clause = "; ".join(worked)
        found.append(OutlineNode(sign="+", says=english.sentence(clause), more="", worked=clause))
    return found


def _lines(node: OutlineNode) -> list[str]:
    """What stands in a box: the sentence, and what is weak about it."""
    weak = [one for one in node.more.split("; ") if one.startswith(_WEAK)]
    says = node.says + (f" ({'; '.join(weak)})" if weak else "")
    return _wrapped(says, _CHARACTERS)


def _wrapped(says: str, characters: int) -> list[str]:
    """A text in lines, what is too long for a box cut off."""
    return textwrap.wrap(
        says, characters, break_on_hyphens=False, max_lines=_LINES, placeholder=" …"
    ) or [""]


def _curve(tail: Box, head: Box) -> tuple[tuple[float, float], ...]:
    """From the left side of a box to the right side of the one that rests on it."""
    x, y = tail.middle[0] - tail.size[0] / 2, tail.middle[1]
    to_x, to_y = head.middle[0] + head.size[0] / 2, head.middle[1]
    half = (x + to_x) / 2
    return ((x, y), (half, y), (half, to_y), (to_x, to_y))


def _told(placed: Placed) -> str:
    """The map in words: of each box what it rests on, what is worked out, and other ways to it."""
    return " ".join(_rests(one) for one in placed.all() if one.below)


def _rests(placed: Placed) -> str:
    nodes = [below.node for below in placed.below]
    on = [_named(node) for node in nodes if not (node.worked or node.reason)]
    worked = [node.worked for node in nodes if node.worked]
    reasons = [node.reason for node in nodes if node.reason]
    subject = f"That {placed.node.reason}" if placed.node.reason else _named(placed.node)
    told = f"{subject} {f'rests on {english.listing(on)}' if on else 'is so'}"
    told += f", as {worked[0]}" if worked else ""
    told += f"; another reason is that {'; another, that '.join(reasons)}" if reasons else ""
    return english.sentence(told)


def _named(node: OutlineNode) -> str:
    """What a box is called in a sentence."""
    if node.more == _LEFT_OUT:
        return node.says.removeprefix("And ").removesuffix(".")
    return f"“{node.says.removesuffix('.')}”"


# ------------------------------------------------------------------ the order of steps


def order(brief: Brief) -> Iterator[Diagram]:
    """The order of steps as a bar, from left to right; none where nothing comes first."""
    place = {m.instance: n for n, m in enumerate(m for line in brief.lines for m in line.members)}
    before = {
        place[stage.do]: {place[first] for first in stage.after}
        for stage in brief.steps
        if stage.after
    }
    if not before:
        return
    at = levels(before)
    level = {
        line.number: max(at[place[m.instance]] for m in line.members if place[m.instance] in at)
        for line in brief.lines
        if any(place[m.instance] in at for m in line.members)
    }
    stages = [
        [line for line in brief.lines if level.get(line.number) == one]
        for one in sorted({*level.values()})
    ]
    yield _bar(stages, [line for line in brief.lines if line.number not in level])


def _bar(stages: Sequence[Sequence[Line]], free: Sequence[Line]) -> Diagram:
    told = [_steps(lines) for lines in stages[: _STAGES - 1]]
    if rest := stages[_STAGES - 1 :]:
        told.append(_steps(rest[0]) if len(rest) == 1 else "; then ".join(map(_handles, rest)))
    ordered = len(told)
    told = [f"{'Then' if place else 'First'}: {says}" for place, says in enumerate(told)]
    if free:
        told.append(f"At any time: {_handles(free)}")
    total = _COLUMNS * _WIDE + (_COLUMNS - 1) * _BETWEEN
    wide = (total - (len(told) - 1) * _BETWEEN) / len(told)
    characters = max(int(wide * _CHARACTERS / _WIDE), 8)
    lines = [tuple(_wrapped(says, characters)) for says in told]
    high = max(map(len, lines)) * _ROW + _MARGIN
    boxes = tuple(
        Box(
            anchor="",
            to="",
            lines=each,
            label=told[n],
            kind="advice" if n < ordered else "derived",
            middle=(n * (wide + _BETWEEN) + wide / 2, high / 2),
            size=(wide, high),
        )
        for n, each in enumerate(lines)
    )
    arrows = tuple(
        Arrow(n, n + 1, "", _curve(boxes[n + 1], boxes[n])[::-1], False) for n in range(ordered - 1)
    )
    says = "; ".join(says[:1].lower() + says[1:] for says in told)
    return Diagram(
        "steps", "The order of the steps", english.sentence(says), (total, high), boxes, arrows
    )


def _steps(lines: Sequence[Line]) -> str:
    """One line in words, several by their numbers."""
    if len(lines) == 1:
        return f"{lines[0].number}, {lines[0].clause}"
    return _handles(lines)


def _handles(lines: Sequence[Line]) -> str:
    return spans(line.number for line in lines)
