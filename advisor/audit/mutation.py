"""Turns scenarios into a mutation score: of the mutants of a base, how many an expectation notices.

The rules are matched once. A mutant is evaluated over the facts downstream of its rule alone, in
the scenarios where its rule has any support; the rest of each outcome stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from advisor.audit.mutants import Mutant, applied, changed, mutants
from advisor.model.records import KnowledgeBase
from advisor.model.scenarios import Expectation
from advisor.reasoning.evaluate import Grades, Outcome, evaluate, firing_grade, given_grades
from advisor.reasoning.graph import JustificationGraph
from advisor.testing.expectations import Examination, OutcomePair


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the mutants of a base."""

    killed: int
    survivors: tuple[Mutant, ...]

    @property
    def total(self) -> int:
        """How many mutants there were."""
        return self.killed + len(self.survivors)


def trial(base: KnowledgeBase, cases: Sequence[OutcomePair]) -> Trial:
    """Every mutant of a base against the expectations of some scenarios that are met without it."""
    worlds: dict[object, _World] = {}
    sites = [_Site(case, parent, worlds) for case, parent in cases]
    sites = [site for site in sites if site.expected]
    tried = list(mutants(base))
    survivors = [mutant for mutant in tried if not _noticed(mutant, sites)]
    return Trial(killed=len(tried) - len(survivors), survivors=tuple(survivors))


def _noticed(mutant: Mutant, sites: list[_Site]) -> bool:
    """Whether some scenario notices a mutant: then it comes first, as it may notice the next."""
    attempt = _Attempt(mutant)
    for place, site in enumerate(sites):
        if site.notices(attempt):
            sites.insert(0, sites.pop(place))
            return True
    return False


class _World:
    """An outcome that mutants are tried on."""

    def __init__(self, case: Outcome) -> None:
        self.case = case
        self.given = given_grades(case.graph, case.scenario)
        self.bounds = dict(enumerate(zip(case.grades.lower, case.grades.upper, strict=True)))


class _Site:
    """A scenario with what it expects, and with the one that it extends."""

    def __init__(self, case: Outcome, parent: Outcome | None, worlds: dict[object, _World]) -> None:
        found = [outcome for outcome in (case, parent) if outcome is not None]
        keys = [(outcome.scenario.where, id(outcome.graph)) for outcome in found]
        self.worlds = [
            worlds.setdefault(key, _World(c)) for key, c in zip(keys, found, strict=True)
        ]
        examination = Examination(case, parent)
        self.expected: list[Expectation] = [
            e for e in case.scenario.expectations if examination.unmet(e) is None
        ]

    def notices(self, attempt: _Attempt) -> bool:
        """Whether some expectation is not met any more."""
        if not any(attempt.touches(world) for world in self.worlds):
            return False
        case, *parent = (attempt.outcome(world) for world in self.worlds)
        examination = Examination(case, parent[0] if parent else None)
        return any(examination.unmet(expectation) is not None for expectation in self.expected)


class _Attempt:
    """A mutant while it is tried: its graphs and outcomes are made once for all scenarios."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.graphs: dict[int, JustificationGraph] = {}  # by the graph that is changed
        self.below: dict[int, set[int]] = {}  # the facts downstream of the rule, likewise
        self.outcomes: dict[int, Outcome] = {}  # by world

    def touches(self, world: _World) -> bool:
        """Whether a firing of the rule has any support there, or would have."""
        graph, mutant = world.case.graph, self.mutant
        if mutant.rule in world.case.scenario.withdrawn:
            return False
        firings = [graph.firings[number] for number in graph.of_rule.get(mutant.rule, ())]
        if mutant.kind == "passed":
            firings = [changed(firing, mutant) for firing in firings]
        return any(firing_grade(firing, world.case.grades)[1] > 0 for firing in firings)

    def outcome(self, world: _World) -> Outcome:
        """What becomes of a scenario."""
        if id(world) not in self.outcomes:
            graph = self._graph(world.case.graph)
            scenario = world.case.scenario
            if self.mutant.kind == "withdrawn":
                withdrawn = scenario.withdrawn | {self.mutant.rule}
                scenario = msgspec.structs.replace(scenario, withdrawn=withdrawn)
            below = self.below[id(world.case.graph)]
            grades = _again(world, graph, scenario.withdrawn, below)
            self.outcomes[id(world)] = Outcome(scenario, graph, grades)
        return self.outcomes[id(world)]

    def _graph(self, graph: JustificationGraph) -> JustificationGraph:
        if id(graph) not in self.graphs:
            self.graphs[id(graph)] = applied(graph, self.mutant)
            firings = (graph.firings[number] for number in graph.of_rule.get(self.mutant.rule, ()))
            concluded = {fact for firing in firings for fact in firing.raises}
            self.below[id(graph)] = graph.downstream(concluded)
        return self.graphs[id(graph)]


def _again(
    world: _World, graph: JustificationGraph, withdrawn: Collection[str], facts: Collection[int]
) -> Grades:
    """The grades of a world where only some facts are derived anew."""
    before = world.case.grades
    start = {n: bounds for n, bounds in world.bounds.items() if n not in facts}
    start |= {n: world.given[n] for n in facts if n in world.given}
    components = [component for component in graph.components if component.facts[0] in facts]
    grades = evaluate(graph, start, withdrawn, components=components)
    for now, then in ((grades.round, before.round), (grades.upper_round, before.upper_round)):
        for fact, number in enumerate(then):
            now[fact] = now[fact] if fact in facts else number
    return grades
