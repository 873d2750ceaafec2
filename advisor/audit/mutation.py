"""Turns scenarios into a mutation score: of the mutants of a base, how many an expectation notices.

The rules are matched once. A mutant is evaluated over the facts downstream of its rule alone, in
the scenarios where its rule has any support; the rest of each outcome stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
import msgspec

from advisor.audit.mutants import Mutant, applied, changed, mutants
from advisor.evaluate import Grades, Outcome, evaluate, firing_grade, given_grades
from advisor.graph import JustificationGraph
from advisor.model import Expectation, KnowledgeBase
from advisor.testing import Examination

Case = tuple[Outcome, Outcome | None]  # with that of the scenario that it extends


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the mutants of a base."""

    killed: int
    survivors: tuple[Mutant, ...]

    @property
    def total(self) -> int:
        """How many mutants there were."""
        return self.killed + len(self.survivors)


def trial(base: KnowledgeBase, cases: Sequence[Case]) -> Trial:
    """Every mutant of a base against the expectations of some scenarios that are met without it."""
    sites = [_Site(case, parent) for case, parent in cases]
    sites = [site for site in sites if site.expected]
    tried = list(mutants(base))
    survivors = [one for one in tried if not _noticed(one, sites)]
    return Trial(killed=len(tried) - len(survivors), survivors=tuple(survivors))


def _noticed(mutant: Mutant, sites: Sequence[_Site]) -> bool:
    """Whether some scenario notices a mutant; its graph is made once for all that share one."""
    graphs: dict[int, JustificationGraph] = {}
    return any(site.notices(mutant, graphs) for site in sites)


class _Site:
    """A scenario with what it expects, and whatever mutants of its outcome need."""

    def __init__(self, case: Outcome, parent: Outcome | None) -> None:
        self.worlds = [_World(case)] + ([_World(parent)] if parent else [])
        examination = Examination(case, parent)
        self.expected: list[Expectation] = [
            one for one in case.scenario.expectations if examination.unmet(one) is None
        ]

    def notices(self, mutant: Mutant, graphs: dict[int, JustificationGraph]) -> bool:
        """Whether some expectation is not met any more."""
        if not any(world.touched(mutant) for world in self.worlds):
            return False
        mutated = [world.mutated(mutant, graphs) for world in self.worlds]
        examination = Examination(mutated[0], mutated[1] if len(mutated) > 1 else None)
        return any(examination.unmet(one) is not None for one in self.expected)


class _World:
    """An outcome that mutants are tried on."""

    def __init__(self, case: Outcome) -> None:
        self.case = case
        self.given = given_grades(case.graph, case.scenario)
        self.bounds = dict(enumerate(zip(case.grades.lower, case.grades.upper, strict=True)))

    def touched(self, mutant: Mutant) -> bool:
        """Whether a firing of the mutant's rule has any support, or would have."""
        if mutant.rule in self.case.scenario.withdrawn:
            return False
        numbers = self.case.graph.of_rule.get(mutant.rule, ())
        firings = [self.case.graph.firings[number] for number in numbers]
        if mutant.kind == "passed":
            firings = [changed(firing, mutant) for firing in firings]
        return any(firing_grade(firing, self.case.grades)[1] > 0 for firing in firings)

    def mutated(self, mutant: Mutant, graphs: dict[int, JustificationGraph]) -> Outcome:
        """The outcome of the mutant; `graphs` keeps the changed graphs."""
        before = self.case.graph
        if id(before) not in graphs:
            graphs[id(before)] = applied(before, mutant)
        graph = graphs[id(before)]
        scenario = self.case.scenario
        if mutant.kind == "withdrawn":
            withdrawn = scenario.withdrawn | {mutant.rule}
            scenario = msgspec.structs.replace(scenario, withdrawn=withdrawn)
        firings = (before.firings[number] for number in before.of_rule.get(mutant.rule, ()))
        below = before.downstream({fact for firing in firings for fact in firing.conclusions})
        return Outcome(scenario, graph, self._again(graph, scenario.withdrawn, below))

    def _again(
        self, graph: JustificationGraph, withdrawn: Collection[str], facts: set[int]
    ) -> Grades:
        """The grades where only these facts are derived anew."""
        before = self.case.grades
        start = {n: bounds for n, bounds in self.bounds.items() if n not in facts}
        start |= {n: self.given[n] for n in facts if n in self.given}
        components = [one for one in graph.components if one.facts[0] in facts]
        grades = evaluate(graph, start, withdrawn, components=components)
        for now, then in ((grades.round, before.round), (grades.upper_round, before.upper_round)):
            for fact, number in enumerate(then):
                now[fact] = now[fact] if fact in facts else number
        return grades
