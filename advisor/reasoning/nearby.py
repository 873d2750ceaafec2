"""Turns what is possible in a case into what is near it: unmentioned facts that advice is short of.

A fact is near if some rule on the way to the advice has everything else that it takes among the
possible facts: it is the one premise that nobody mentions, or it is what the rule excepts or
counts. So what is near can change advice by itself, and what takes two unmentioned facts at once
is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from advisor.model import budget
from advisor.model.records import Instance, KnowledgeBase, Pattern, Rule
from advisor.model.relations import closure
from advisor.model.telling import tells
from advisor.reasoning.askable import advice_goals, caveat_goals, instances_of
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.orders import Orders
from advisor.reasoning.unification import Bindings, Goal, bound, concluding, unified


def nearby(
    base: KnowledgeBase, graph: JustificationGraph, client: str, advice: Collection[str] | None
) -> list[Instance]:
    """The instances of askable templates that are near what a graph has, in order.

    For advice of some templates to a client, or of all. Slots left free range over the entities of
    `base`, which may be fewer than those of the graph.
    """
    orders = Orders(base, graph.instances)
    near = _Near(graph)
    goals = [*advice_goals(base, client, advice), *caveat_goals(base, client, advice)]
    found: set[Instance] = set()
    for name, terms in closure([goal for goal, _ in goals], near.below):
        template = base.templates[name]
        if template.asks and len(found) < budget.allowed().facts:
            each = instances_of(orders, template, terms, None)
            found.update(one for one in each if not tells(base, one))
    return base.ordered(found)


class _Near:
    """The search backward from advice, over rules with at most one premise that nothing matches."""

    def __init__(self, graph: JustificationGraph) -> None:
        self.graph, self.base = graph, graph.base

    def below(self, goal: Goal) -> Iterator[Goal]:
        """What else it takes to reach a goal by a rule, where one condition is left to be met."""
        for rule, bindings in concluding(self.base, goal):
            patterns = rule.patterns()
            for place, missing in enumerate(patterns):
                others = [*patterns[:place], *patterns[place + 1 :]]
                for found in self._matched(rule, others, bindings):
                    yield missing.template, bound(missing, found)
            weighed = [*(count.of for count in rule.counts()), *rule.exceptions]
            for found in self._matched(rule, patterns, bindings) if weighed else ():
                yield from ((each.template, bound(each, found)) for each in weighed)

    def _matched(
        self, rule: Rule, patterns: Sequence[Pattern], bindings: Bindings
    ) -> Iterator[Bindings]:
        """The bindings under which possible facts match these premises of a rule."""
        if any(
            bindings.keys() >= test.variables() and not test.holds(bindings)
            for test in rule.comparisons
        ):
            return
        if not patterns:
            yield bindings
            return
        best = max(patterns, key=lambda each: sum(t is not None for t in bound(each, bindings)))
        rest = [each for each in patterns if each is not best]
        template = self.base.templates[best.template]
        for fact in self.graph.matching(best, bindings):
            values = self.graph.instances[fact].values
            for extended in unified(template, best.terms, values, bindings):
                yield from self._matched(rule, rest, extended)
