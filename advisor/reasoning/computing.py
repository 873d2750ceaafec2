"""Turns matches of premises into the matches of rules that compute.

What is computed over the facts that match a pattern depends on which of them hold. Nobody knows
that while rules are matched, so there is a match for each set of facts that could be those that do:
it rests on these, and every other possible fact that would have counted stands against it.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from advisor.model import budget
from advisor.model.expressions import Undefined, as_value, mentioned, value_of
from advisor.model.records import (
    Aggregate,
    AnyOf,
    Comparison,
    Instance,
    KnowledgeBase,
    Let,
    Pattern,
    Rule,
    Term,
    Var,
)
from advisor.model.values import UNANSWERED, UNANSWERED_DAY, Value, are_answered, is_answered
from advisor.reasoning.matcher import Match, Overrun
from advisor.reasoning.subsets import Certainties, otherwise, subsets
from advisor.reasoning.unification import filled, unified

Bound = Mapping[str, Value]


class Way(NamedTuple):
    """One way to compute what a rule does, so far."""

    bindings: Bound
    counted: tuple[tuple[Instance, ...], ...]  # of each let over facts, those that count


def early(rule: Rule) -> tuple[Comparison, ...]:
    """The comparisons that can be made of what premises bind, before anything is computed."""
    computed = {let.name for let in rule.lets}
    return tuple(test for test in rule.comparisons if computed.isdisjoint(test.variables()))


def extended(rule: Rule, bindings: Bound) -> dict[str, Value]:
    """The bindings with what the rule computes from them, as far as that can be said.

    What it computes over facts cannot, nor what has no value, nor what comes of either.
    """
    found = dict(bindings)
    for let in rule.lets:
        if not isinstance(let.of, Aggregate) and found.keys() >= {*mentioned(let.of)}:
            try:
                found[let.name] = value_of(let.of, found)
            except Undefined:
                continue
    return found


def computed_over(base: KnowledgeBase) -> dict[str, None]:
    """The templates over whose facts some rule computes."""
    return dict.fromkeys(of.of.template for rule in base.rules for of in rule.aggregates())


class FactIndex:
    """Facts by the values in some of their slots, as far as they are read."""

    def __init__(self) -> None:
        self.facts: dict[tuple[Term, ...], list[Instance]] = {}
        self.read = 0


class Computing:
    """The matches of a base's rules that compute, as facts turn up."""

    def __init__(
        self, base: KnowledgeBase, over: Iterable[str], worlds: tuple[Certainties, ...] = ()
    ) -> None:
        """Of a base that computes over facts of these templates, as some worlds have them.

        Without any world, over whatever facts there are.
        """
        self._base, self.worlds = base, worlds
        self._slack: int | None = None
        self.limited: set[Instance] = set()
        self.waiting: set[str] = set()
        self._over: dict[str, dict[Instance, None]] = {template: {} for template in over}
        self._indexes: dict[tuple[str, tuple[int, ...]], FactIndex] = {}
        self._begun: dict[str, dict[Match, tuple[Rule, set[Match]]]] = {n: {} for n in self._over}

    def slack(self, world: Certainties) -> int | None:
        """How many facts may be otherwise than in a world, as any computing has it."""
        if self.waiting:
            return -1
        if self._slack is None or any(world.scenario is one.scenario for one in self.worlds):
            return self._slack
        least = len(self.limited)
        for known in self.worlds:
            least = min(least, otherwise(known, world, self.limited))
            if not least:
                break
        return self._slack - least

    def begun(self, rule: Rule, match: Match) -> Iterator[tuple[Match, list[Instance]]]:
        """The matches that a match of the premises comes to, each with what it concludes."""
        found: set[Match] = set()
        for let in rule.lets:
            if isinstance(let.of, Aggregate):
                self._begun[let.of.of.template][match] = rule, found
        yield from self._new(rule, match, found)

    def met(self, fresh: Iterable[Instance]) -> Iterator[tuple[Match, list[Instance]]]:
        """The further matches where some facts are new, each with what it concludes."""
        if not self._over:
            return
        moved: dict[str, None] = {}
        for instance in fresh:
            if instance.template in self._over:
                self._over[instance.template][instance] = None
                moved[instance.template] = None
        for template in moved:
            for match, (rule, found) in [*self._begun[template].items()]:
                yield from self._new(rule, match, found)

    def _new(
        self, rule: Rule, match: Match, found: set[Match]
    ) -> Iterator[tuple[Match, list[Instance]]]:
        for bindings, counted in self._ways(rule, dict(match.bindings)):
            whole = Match(rule.id, tuple(bindings.items()), match.premises, counted)
            if whole not in found:
                found.add(whole)
                yield whole, [filled(self._base, each, bindings) for each in rule.conclusions]

    def _ways(self, rule: Rule, bindings: Bound) -> Iterator[Way]:
        """Every way to compute what a rule does, with the facts that count.

        One let after the other, of each the ways that are still to go; a rule may have thousands.
        """
        ways = [iter([Way(bindings, ())])]
        while ways:
            way = next(ways[-1], None)
            if way is None:
                ways.pop()
            elif len(ways) <= len(rule.lets):
                ways.append(self._computed(rule, rule.lets[len(ways) - 1], way))
            elif all(test.holds(way.bindings) for test in rule.comparisons):
                yield way

    def _computed(self, rule: Rule, let: Let, way: Way) -> Iterator[Way]:
        """The ways to go on with one let of a rule; none where it has no value."""
        bindings, counted = way
        if not isinstance(let.of, Aggregate):
            try:
                worth = value_of(let.of, bindings)
            except Undefined:
                return
            yield Way({**bindings, let.name: worth}, counted)
            return
        values = matching(self._base, let.of, self._agreeing(let.of.of, bindings), bindings)
        for facts in self._sets(rule, let.of, values):
            worked = aggregated(let.of, [values[fact] for fact in facts])
            if worked is not None:
                yield Way({**bindings, let.name: worked}, (*counted, facts))

    def _agreeing(self, of: Pattern, bindings: Bound) -> Iterable[Instance]:
        """The facts of a pattern's template that have the values that are bound in it."""
        known = self._over[of.template]
        terms = [bindings.get(t.name) if isinstance(t, Var) else t for t in of.terms]
        places = tuple(n for n, t in enumerate(terms) if not (t is None or isinstance(t, AnyOf)))
        if not places or self._base.templates[of.template].symmetric is not None:
            return known
        index = self._indexes.setdefault((of.template, places), FactIndex())
        for fact in itertools.islice(known, index.read, None):
            index.facts.setdefault(tuple(fact.values[n] for n in places), []).append(fact)
        index.read = len(known)
        return index.facts.get(tuple(terms[n] for n in places), ())

    def _sets(
        self, rule: Rule, of: Aggregate, values: Mapping[Instance, Value]
    ) -> Iterator[tuple[Instance, ...]]:
        """The sets of facts that could be those that count; raises Overrun if they are too many.

        None where the rule has to wait, as some world does not know what becomes of them.
        """
        facts = self._base.ordered(values)
        if of.operator in {"min", "max"}:
            yield from ((fact,) for fact in facts)
            return
        found = subsets(self._base.templates[of.of.template], facts, self.worlds)
        if found is None:
            self.waiting.add(rule.id)
            return
        if found.size > budget.allowed().firings:
            raise Overrun(rule.id, firings=True, over=(of, found.unsure))
        if found.slack is not None:
            self._slack = min(found.slack, found.slack if self._slack is None else self._slack)
            self.limited.update(facts)
        for chosen in found.sets():
            yield tuple([fact for fact in facts if fact in chosen])


def matching(
    base: KnowledgeBase, of: Aggregate, facts: Iterable[Instance], bindings: Bound
) -> dict[Instance, Value]:
    """The facts that an aggregate is over, each with its value of the variable."""
    template = base.templates[of.of.template]
    found: dict[Instance, Value] = {}
    for fact in facts:
        way = next(unified(template, of.of.terms, fact.values, bindings), None)
        if way is not None:
            found[fact] = 1 if of.variable is None else way[of.variable.name]
    return found


def aggregated(of: Aggregate, values: Sequence[Value]) -> Value | None:
    """What the values come to; None where nothing does."""
    numbers: Sequence[Any] = values
    if of.operator == "count":
        return len(values)
    if not are_answered(values):
        days = any(not isinstance(value, int) and value == UNANSWERED_DAY for value in values)
        return UNANSWERED_DAY if days else UNANSWERED
    if of.operator == "sum":
        try:
            return as_value(sum(map(Fraction, numbers), Fraction(0)))
        except Undefined:
            return None
    return (min if of.operator == "min" else max)(numbers) if numbers else None


def against(
    of: Aggregate, values: Mapping[Instance, Value], chosen: Sequence[Instance]
) -> list[Instance]:
    """The facts that would have counted instead, of those that match."""
    others = [fact for fact in values if fact not in chosen]
    if of.operator in {"sum", "count"}:
        return others
    own: Any = values[chosen[0]]
    if not is_answered(own):
        return []
    better = operator.lt if of.operator == "min" else operator.gt
    return [f for f in others if not is_answered(values[f]) or better(values[f], own)]
