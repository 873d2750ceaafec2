"""Finds what the comparisons of rules are put to in a scenario, where the premises hold.

The recorded firings have only what all comparisons let through. So each rule is matched anew
without one of them, over the facts that hold; what else it asks for is looked up in the graph.
"""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

import msgspec

from advisor.model.expressions import Comparison
from advisor.model.grades import HOLDS
from advisor.model.records import Instance, KnowledgeBase, Pattern, Rule
from advisor.model.values import Value, are_answered
from advisor.reasoning.evaluate import Outcome, links
from advisor.reasoning.firings import Firing
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.matcher import Overrun
from advisor.reasoning.plans import needed
from advisor.reasoning.rows import rows_of
from advisor.reasoning.seminaive import SemiNaive, alone
from advisor.reasoning.unification import filled
from advisor.testing.goals import Mark, always_fires, caveat_premise

STEPS: Final = 20_000  # joins of one rule in one scenario; what takes more is not looked at


class TestedComparison(NamedTuple):
    """What one comparison of a rule was put to."""

    rule: Rule
    place: int  # of the comparison among those of its rule
    sides: tuple[Value, Value]
    holds: bool
    passes: bool  # whether all else of the rule does: counts and exceptions
    firing: Firing  # that the rule makes, or would make if it held
    concludes: tuple[Instance, ...]  # likewise

    @property
    def test(self) -> Comparison:
        """The comparison."""
        return self.rule.comparisons[self.place]


class Puts(NamedTuple):
    """What the comparisons of all rules were put to in a scenario."""

    found: tuple[TestedComparison, ...]
    left: tuple[Rule, ...]  # of which the joins would have been too many


class Loosened:
    """The rules of a base as coverage reads them, made once for many scenarios.

    Each without one of its comparisons; those for caveats, and what they qualify.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.addressed: dict[JustificationGraph, dict[int, frozenset[Value]]] = {}  # by firings

    @functools.cached_property
    def matchers(self) -> list[tuple[Rule, int, SemiNaive]]:
        """A matcher for each comparison, with its rule and its place there."""
        return [
            (rule, place, alone(self.base, without(rule, place)))
            for rule in self.base.rules
            for place in range(len(rule.comparisons))
            if rule.strength >= HOLDS
        ]

    @functools.cached_property
    def needs(self) -> dict[str, set[str]]:
        """The templates without a fact of each of which a rule with comparisons matches nothing."""
        return {rule.id: needed(self.base, rule) for rule, _, _ in self.matchers}

    @functools.cached_property
    def withheld(self) -> frozenset[Mark]:
        """That a rule does not fire, for each."""
        rules = (rule for rule in self.base.rules if not always_fires(self.base, rule))
        return frozenset(Mark("withheld", rule.id) for rule in rules)

    @functools.cached_property
    def qualifying(self) -> dict[str, list[Pattern]]:
        """The rules for caveats, by id, each with the advice that it is about."""
        found: dict[str, list[Pattern]] = {}
        for rule in self.base.variants:
            if (about := caveat_premise(self.base, rule)) is not None:
                found.setdefault(rule.id, []).append(about)
        return found

    def put(self, case: Outcome) -> Puts:
        """What the comparisons were put to in a scenario over this base."""
        key = "what comparisons are put to"
        if key not in case.worked_out:
            case.worked_out[key] = self._put(case)
        found: Puts = case.worked_out[key]
        return found

    def _put(self, case: Outcome) -> Puts:
        graph, lower = case.graph, case.grades.lower
        holding = (i for i, number in graph.number.items() if lower[number] >= HOLDS)
        rows = rows_of(case.scenario.base, holding) if self.matchers else {}
        found: list[TestedComparison] = []
        left: dict[str, Rule] = {}
        for rule, place, matcher in self.matchers:
            if rule.id in case.scenario.withdrawn or not rows.keys() >= self.needs[rule.id]:
                continue
            try:
                matches = matcher.over(rows, STEPS)
            except Overrun:
                left[rule.id] = rule
                continue
            for match in sorted(matches, key=lambda match: (match.premises, str(match.bindings))):
                variant = self.base.variant(rule.id, match.premises)
                firing = graph.hypothetical(variant, match)
                passes = all(low >= HOLDS for low, _ in links(firing, case.grades))
                test, bindings = rule.comparisons[place], firing.bindings
                if not are_answered(test.sides(bindings)):
                    continue
                concludes = tuple(
                    filled(case.scenario.base, each, bindings) for each in rule.conclusions
                )
                holds = test.holds(bindings)
                found.append(
                    TestedComparison(
                        rule, place, test.sides(bindings), holds, passes, firing, concludes
                    )
                )
        return Puts(tuple(found), tuple(left.values()))


def without(rule: Rule, place: int) -> Rule:
    """A rule without one of its comparisons."""
    left = (*rule.comparisons[:place], *rule.comparisons[place + 1 :])
    return msgspec.structs.replace(rule, comparisons=left)
