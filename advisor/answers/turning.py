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

from advisor.model.grades import CERTAIN, CUTS, HOLDS, NO_SUPPORT, cut_algebra, opposite_cut
from advisor.model.relations import closure
from advisor.reasoning.cone import parts
from advisor.reasoning.evaluate import (
    Bounds,
    Grades,
    Outcome,
    count_grade,
    evaluate,
    firing_grade,
    given_grades,
)
from advisor.reasoning.firings import Firing
from advisor.reasoning.graph import JustificationGraph

MOST: Final = 16  # sets in a family; beyond, what has any undecided way to the advice is named

# A literal is twice the number of a question, plus 1 where the answer is no. Four questions about a
# fact: whether its lower grade is 4 or more, and 5 or more; then the same of its upper grade.
CutFamily = frozenset[frozenset[int]] | None  # of literals with all they imply; None: too many
_FALSE: Final[CutFamily] = frozenset()
_TRUE: Final[CutFamily] = frozenset([frozenset()])


def turning(
    case: Outcome, advice: Collection[int], also: Collection[int] = ()
) -> dict[int, list[int]]:
    """For each piece of advice the open facts on which it turns whether it is given, in order.

    For each fact there are answers to the others, "unknown" among them, under which its own makes
    the advice given, open or withheld. `also` are facts that count as open whatever the scenario
    says of them. Exact where families have no more than MOST sets; beyond, all facts from which
    something undecided leads to the advice.
    """
    given = given_grades(case.graph, case.scenario)
    given |= dict.fromkeys(also, (NO_SUPPORT, CERTAIN))
    withdrawn = case.scenario.withdrawn
    grades = evaluate(case.graph, given, withdrawn) if also else case.grades
    below = _undecided(case.graph, grades, withdrawn, advice)
    bounds: dict[int, Any] = dict(enumerate(zip(grades.lower, grades.upper, strict=True)))
    for fact in below:
        known = given.get(fact, (NO_SUPPORT, NO_SUPPORT))
        bounds[fact] = _asked(fact, known[1]) if known[0] < known[1] else known
    families = _families(case.graph, bounds, withdrawn, below)
    found = {}
    for one in advice:
        named = _named(families, one)
        if named is None:
            near = _undecided(case.graph, grades, withdrawn, [one])
            named = {fact for fact in near if fact in given and given[fact][0] < given[fact][1]}
        found[one] = sorted(named)
    return found


def _undecided(
    graph: JustificationGraph, grades: Grades, withdrawn: Collection[str], advice: Iterable[int]
) -> set[int]:
    """The facts whose bounds are on either side of a cut that leads to the advice, undecided."""

    def open_at(bounds: Bounds, cut: int) -> bool:
        return bool(bounds[0] < cut <= bounds[1])

    def undecided(fact: int, cut: int) -> bool:
        return open_at((grades.lower[fact], grades.upper[fact]), cut)

    def below(at: tuple[int, int]) -> Iterator[tuple[int, int]]:
        fact, cut = at
        for firing in (graph.firings[number] for number in graph.supports[fact]):
            if firing.rule.id not in withdrawn and open_at(firing_grade(firing, grades), cut):
                yield from (one for one in _below(firing, grades, cut) if undecided(*one))

    start = [(one, HOLDS) for one in advice if undecided(one, HOLDS)]
    return {fact for fact, _ in closure(start, below)}


def _below(firing: Firing, grades: Grades, cut: int) -> Iterator[tuple[int, int]]:
    """What a firing rests on, each with the cut of it that a cut of the firing takes."""
    for fact in firing.premises:
        yield fact, cut
    for count in firing.counts:
        low, high = count_grade(count, grades)
        if low < cut <= high:
            yield from ((fact, cut) for fact in count.facts)
    for group in firing.blockers:
        yield from ((fact, opposite_cut(cut)) for fact in group)


def _families(
    graph: JustificationGraph,
    bounds: Mapping[int, Bounds],
    withdrawn: Collection[str],
    undecided: Iterable[int],
) -> Grades:
    """What decides each cut of the undecided facts, as families."""
    algebra = cut_algebra(_both, _either, _negated, _FALSE, _TRUE, lambda a, b: bool(a == b))
    return evaluate(graph, bounds, withdrawn, algebra, components=parts(graph, undecided))


def _named(families: Grades, advice: int) -> set[int] | None:
    """The facts that the smallest sets of answers name which decide; None if they are too many."""
    sides = (families.lower[advice], families.upper[advice])
    if not all(isinstance(side, tuple) for side in sides):
        return set()  # plain bounds: nothing is asked of it
    given, possible = (side[0] for side in sides)
    impossible = _negated(possible)
    if given is None or impossible is None:
        return None
    return {literal >> 3 for answers in given | impossible for literal in answers}


def _asked(fact: int, upper: int) -> tuple[tuple[CutFamily, ...], tuple[CutFamily, ...]]:
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


def _smallest(found: Iterable[frozenset[int]]) -> CutFamily:
    """The sets within which no other lies."""
    kept: list[frozenset[int]] = []
    for answers in sorted(set(found), key=len):
        if not any(one <= answers for one in kept):
            kept.append(answers)
            if len(kept) > MOST:
                return None
    return frozenset(kept)


def _both(one: CutFamily, other: CutFamily) -> CutFamily:
    if one is None or other is None:
        return _FALSE if _FALSE in (one, other) else None
    together = (a | b for a in one for b in other)
    return _smallest(answers for answers in together if _possible(answers))


def _either(one: CutFamily, other: CutFamily) -> CutFamily:
    if one is None or other is None:
        return _TRUE if _TRUE in (one, other) else None
    return _smallest(one | other)


def _negated(family: CutFamily) -> CutFamily:
    """What keeps every set from being so: for each, the opposite of one of its literals."""
    if family is None:
        return None
    found = _TRUE
    for answers in sorted(family, key=sorted):
        found = _both(found, _smallest(_closed([literal ^ 1]) for literal in answers))
    return found
