"""Turns more lines of advice than a screen holds into a few of each kind, and what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from advisor.answers.recommendation import Advice, Heading, Line, Recommendation
from advisor.model import asking
from advisor.model.records import KnowledgeBase

_SHOWN: Final = 24  # lines, from which on no more than a few of a kind are shown
_FEW: Final = (8, 5, 3, 2, 1)  # of a kind under one topic


def most_of_a_kind(result: Advice, pieces: Mapping[str, Recommendation]) -> int:
    """How many lines of one kind a topic shows, so that all of them fit a screen."""
    counts = Counter((line.strength, line.topic, _kind(line, pieces)) for line in result.lines)
    if len(result.lines) <= _SHOWN:
        return len(result.lines)
    fits = (few for few in _FEW if sum(min(few, one) for one in counts.values()) <= _SHOWN)
    return next(fits, _FEW[-1])


def _kind(line: Line, pieces: Mapping[str, Recommendation]) -> str:
    return pieces[line.members[0].instance].id


def few(
    topic: Heading, numbers: Mapping[int, Line], pieces: Mapping[str, Recommendation], most: int
) -> tuple[list[Line], list[list[Line]]]:
    """The lines of a topic that are shown, and those that are not, apart by their kind."""
    shown, folded, seen = list[Line](), dict[str, list[Line]](), Counter[str]()
    for line in map(numbers.__getitem__, topic.lines):
        kind = _kind(line, pieces)
        seen[kind] += 1
        if seen[kind] <= most:
            shown.append(line)
        else:
            folded.setdefault(kind, []).append(line)
    return shown, [*folded.values()]


def like_these(
    base: KnowledgeBase, pieces: Mapping[str, Recommendation], left: Sequence[Line]
) -> str:
    """How much advice of a kind is not shown, what kind it is, and in which lines it is."""
    count = sum(len(line.members) for line in left)
    first, last = left[0].number, left[-1].number
    within = f"line {first}" if first == last else f"lines {first} to {last}"
    says = asking.in_general(base, base.templates[_kind(left[0], pieces)], "says") or ""
    return f"and {count:,} more like it, in {within}: {says}"
