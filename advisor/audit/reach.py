"""Tells what scenarios say or reach from the rest of the base that they stand on."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from advisor.audit.finding import Finding, Place, belongs
from advisor.audit.subject import Subject
from advisor.model.grades import HOLDS
from advisor.model.records import KnowledgeBase
from advisor.reasoning.cone import cone, rules_within
from advisor.reasoning.evaluate import Outcome

_OWN: Final = ("rules", "facts")  # folders of a base


class Reach(NamedTuple):
    """What some of a base's scenarios, or some beside it, say or reach."""

    base: KnowledgeBase
    files: frozenset[str]  # of the scenarios
    names: frozenset[str]  # rules that their advice may rest on, and the templates of that advice

    @classmethod
    def of(cls, subject: Subject) -> Reach | None:
        """What the scenarios to be run reach; None where they are all that the base has."""
        files = frozenset(scenario.where.file for scenario, _ in subject.wanted)
        if all(scenario.where.file in files for scenario, _ in subject.cases):
            return None
        names = (_reached(case) for case, _ in subject.evaluated)
        return cls(subject.base, files, frozenset[str]().union(*names))

    def has(self, finding: Finding) -> bool:
        """Whether a finding is about what they say or reach."""
        return any(map(self._said, (*finding.places, *finding.related))) or any(
            belongs(name, place.name) or belongs(place.name, name)
            for place in finding.places
            if place.kind in {"rule", "table", "template"}
            for name in self.names
        )

    def _said(self, place: Place) -> bool:
        """Whether a place is in one of their files, or in one beside the base."""
        file = place.where.file
        if file in self.files:
            return True
        own = (Path(self.base.folder, part).resolve() for part in _OWN)
        return not any(Path(file).resolve().is_relative_to(folder) for folder in own)


def _reached(case: Outcome) -> set[str]:
    """The rules that the advice to a scenario's client may rest on, and templates of the advice."""
    graph, client = case.graph, case.scenario.client
    advice = [n for n in graph.advice_to(client) if case.grades.upper[n] >= HOLDS]
    caveats = [caveat for fact in advice for caveat, _ in graph.caveats.get(fact, ())]
    below = [n for n in cone(graph, [*advice, *caveats]) if case.grades.upper[n] >= HOLDS]
    return rules_within(graph, below) | {graph.instances[n].template for n in advice}
