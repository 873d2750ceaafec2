"""Finds the conditions of rules that decide nothing, over every future of some scenarios."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.futures.choices import choices
from advisor.futures.circuit import FALSE, TRUE, Circuit, graded
from advisor.model.grades import HOLDS, NO_SUPPORT
from advisor.model.records import Pattern
from advisor.reasoning.evaluate import Grades, Outcome, links
from advisor.reasoning.firings import Firing
from advisor.testing.goals import Mark


def undiscriminating(cases: Iterable[Outcome], marks: Iterable[Mark]) -> set[Mark]:
    """Those of the conditions that alone keep a firing from the threshold in no future.

    Where it takes more than constants to tell, a condition counts as deciding.
    """
    left: dict[str, set[Mark]] = {}
    for mark in marks:
        left.setdefault(mark.name, set()).add(mark)
    for case in cases:
        if not any(left.values()):
            break
        circuit, open_ = Circuit(), choices(case)
        grades = graded(circuit, case, open_, range(len(open_)))
        size = len(case.graph.instances)
        possible = {fact for fact in range(size) if not _never(grades.upper[fact])}
        for number in case.graph.lacking_one(possible):
            firing = case.graph.firings[number]
            rule = firing.rule.id
            if left.get(rule) and rule not in case.scenario.withdrawn:
                left[rule] -= _deciding(circuit, grades, firing, left[rule])
    return {mark for some in left.values() for mark in some}


def _never(grade: object) -> bool:
    """Whether a grade is no support in all futures, so that nobody has even drawn it."""
    return isinstance(grade, int) and grade == NO_SUPPORT


def _deciding(circuit: Circuit, grades: Grades, firing: Firing, marks: Iterable[Mark]) -> set[Mark]:
    """Those of the conditions of a firing that can be the only one not to pass."""
    if firing.rule.strength < HOLDS:
        return set()
    facts = iter(firing.premises)
    parts = [n for n, each in enumerate(firing.rule.premises) if isinstance(each, Pattern)]
    never = {part for part in parts if _never(grades.upper[next(facts)])}
    if never and all(mark.part not in never for mark in marks):
        return set()
    algebra = circuit.algebra()
    passes = [algebra.join(low, 0)[0] for low, _ in links(firing, grades, algebra)]
    found = set()
    for mark in marks:
        alone = TRUE
        for part, literal in enumerate(passes):
            alone = circuit.both(alone, literal ^ 1 if part == mark.part else literal)
        if alone != FALSE:
            found.add(mark)
    return found
