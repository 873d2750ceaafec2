"""Turns a piece of advice into the open facts that it turns on: some answer to each changes it.

Standing takes two cuts of each bound, 4 and 5 or more, and at those a fact can be absent, at an
even chance, certain or unknown. That the lower grade of advice is 4 or more is a monotone function
of what is known of facts, and that its upper grade is not is another. So the one evaluator, run
over families of sets of literals, gives the smallest sets of answers that decide (prime
implicants; Quine 1955), and advice turns on the facts that these name, and on no others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from advisor.cone import parts
from advisor.evaluate import (
    Bounds,
    Grades,
    Outcome,
    count_grade,
    evaluate,
    firing_grade,
    given_grades,
)
from advisor.grades import CERTAIN, CUTS, HOLDS, NO_SUPPORT, cut_algebra
from advisor.graph import Firing, JustificationGraph

MOST: Final = 100  # sets in a family; beyond, what has any way to the advice is named
WORK: Final = 10_000  # sets put together for one piece of advice; beyond, likewise

# A literal is twice the number of a question, plus 1 where the answer is no. Four questions about a
# fact: whether its lower grade is 4 or more, and 5 or more; then the same of its upper grade.
Family = frozenset[frozenset[int]]  # of sets of literals, with all that these imply
_FALSE: Final[Family] = frozenset()
_TRUE: Final[Family] = frozenset([frozenset()])


class _TooManyError(Exception):
    """A family has grown past what is looked at."""


def turning(case: Outcome, advice: int, also: Collection[int] = ()) -> list[int]:
    """The open facts on which it turns whether advice is given, open or withheld, in order.

    For each there are answers to the others, "unknown" among them, under which its own makes the
    difference. `also` are facts that count as open whatever the scenario says of them. Exact where
    that takes no more than MOST sets and WORK; beyond, all that has an undecided way to the advice.
    """
    given = given_grades(case.graph, case.scenario)
    given |= dict.fromkeys(also, (NO_SUPPORT, CERTAIN))
    withdrawn = case.scenario.withdrawn
    grades = evaluate(case.graph, given, withdrawn) if also else case.grades
    undecided = _undecided(case.graph, grades, withdrawn, advice)
    perhaps = sorted(f for f in undecided if f in given and given[f][0] < given[f][1])
    bounds: dict[int, Any] = dict(enumerate(zip(grades.lower, grades.upper, strict=True)))
    bounds |= {fact: given.get(fact, (NO_SUPPORT, NO_SUPPORT)) for fact in undecided}
    bounds |= {fact: _asked(fact, given[fact][1]) for fact in perhaps}
    try:
        return sorted(_named(case.graph, bounds, withdrawn, advice, undecided))
    except _TooManyError:
        return perhaps


def _undecided(
    graph: JustificationGraph, grades: Grades, withdrawn: Collection[str], advice: int
) -> set[int]:
    """The facts whose bounds are on either side of a cut that leads to the advice, undecided."""
    waiting = [(advice, HOLDS)]
    seen = set(waiting)
    found = set()
    for fact, cut in waiting:
        if not grades.lower[fact] < cut <= grades.upper[fact]:
            continue
        found.add(fact)
        for firing in (graph.firings[number] for number in graph.supports[fact]):
            low, high = firing_grade(firing, grades)
            if firing.rule.id not in withdrawn and low < cut <= high:
                below = [one for one in _below(firing, grades, cut) if one not in seen]
                seen.update(below)
                waiting += dict.fromkeys(below)
    return found


def _below(firing: Firing, grades: Grades, cut: int) -> Iterator[tuple[int, int]]:
    """What a firing rests on, each with the cut of it that a cut of the firing takes."""
    for fact in firing.premises:
        yield fact, cut
    for count in firing.counts:
        low, high = count_grade(count, grades)
        if low < cut <= high:
            yield from ((fact, cut) for fact in count.facts)
    for group in firing.blockers:
        yield from ((fact, CERTAIN + 1 - cut) for fact in group)


def _named(
    graph: JustificationGraph,
    bounds: Mapping[int, Bounds],
    withdrawn: Collection[str],
    advice: int,
    undecided: Iterable[int],
) -> set[int]:
    """The facts that the smallest deciding sets of answers name."""
    of = _Families()
    algebra = cut_algebra(of.both, of.either, of.negated, _FALSE, _TRUE, lambda a, b: bool(a == b))
    components = parts(graph, undecided)
    found = evaluate(graph, bounds, withdrawn, algebra, components=components)
    given, possible = (algebra.join(side[advice], NO_SUPPORT)[0] for side in found[:2])
    deciding = given | of.negated(possible)
    return {literal >> 3 for answers in deciding for literal in answers}


def _asked(fact: int, upper: int) -> tuple[tuple[Family, ...], tuple[Family, ...]]:
    """Both cuts of both bounds of an open fact, which is never above its upper grade."""
    low4, low5, high4, high5 = (frozenset([_closed([8 * fact + 2 * n])]) for n in range(4))
    four, five = (upper >= cut for cut in CUTS)
    return (
        (low4 if four else _FALSE, low5 if five else _FALSE),
        (high4 if four else _FALSE, high5 if five else _FALSE),
    )


def _closed(literals: Iterable[int]) -> frozenset[int]:
    """The literals with those that they imply: 5 or more is 4 or more, not 4 is not 5 or more."""
    found = set(literals)
    for literal in literals:
        if literal & 3 == 2:  # 5 or more, of either bound
            found.add(literal - 2)
        elif literal & 3 == 1:  # not 4 or more
            found.add(literal + 2)
    return frozenset(found)


def _possible(answers: frozenset[int]) -> bool:
    """Whether no fact has a lower grade above its upper one: each cut of one is one of the other.

    A literal for the lower grade has 4 more for the same of the upper grade, and 1 more if not.
    """
    return not any(literal & 5 == 0 and literal + 5 in answers for literal in answers)


class _Families:
    """Families joined and met, as far as that is a bounded amount of work."""

    def __init__(self) -> None:
        self.left = WORK

    def both(self, one: Family, other: Family) -> Family:
        """What decides both."""
        self.left -= len(one) * len(other)
        if self.left < 0:
            raise _TooManyError
        together = (a | b for a in one for b in other)
        return self._smallest(answers for answers in together if _possible(answers))

    def either(self, one: Family, other: Family) -> Family:
        """What decides one of them."""
        return self._smallest(one | other)

    def negated(self, family: Family) -> Family:
        """What keeps every set from being so: for each, the opposite of one of its literals."""
        found = _TRUE
        for answers in sorted(family, key=sorted):
            found = self.both(found, self._smallest(_closed([one ^ 1]) for one in answers))
        return found

    def _smallest(self, found: Iterable[frozenset[int]]) -> Family:
        """The sets within which no other lies."""
        kept: list[frozenset[int]] = []
        for answers in sorted(set(found), key=len):
            if not any(one <= answers for one in kept):
                kept.append(answers)
                if len(kept) > MOST:
                    raise _TooManyError
        return frozenset(kept)
