"""Turns possible facts and matches into a justification graph: an AND-OR graph of all reasoning.

Exceptions and counts are resolved here, against all possible facts. The graph knows nothing of
grades: those go in as the grades of the given facts, and come out of `evaluate`. A
justification-based truth maintenance network (Doyle 1979), recorded once and read many times.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from advisor.model.records import (
    AnyOf,
    AtLeast,
    Instance,
    KnowledgeBase,
    Pattern,
    Rule,
    Scenario,
    Template,
    Value,
    Var,
)
from advisor.model.relations import closure, components
from advisor.reasoning.engine import Engine, Match
from advisor.reasoning.unification import bound, filled, matches, ways


class Count(NamedTuple):
    """At least so many of these facts."""

    least: int
    facts: tuple[int, ...]


class Firing(msgspec.Struct, frozen=True, kw_only=True):
    """One rule with one set of bindings; facts are numbers into the graph's instances."""

    rule: Rule
    bindings: Mapping[str, Value]
    premises: tuple[int, ...]  # one for each pattern of the rule, in its order
    counts: tuple[Count, ...]  # one for each `at-least`, in its order
    exceptions: tuple[tuple[int, ...], ...]  # one for each `unless`: what matches it
    default: int | None  # the node of other advice to this client, if the rule is a default
    blockers: tuple[tuple[int, ...], ...]  # both: groups whose strongest fact weakens the firing
    conclusions: tuple[int, ...]
    others: tuple[int, ...]  # the nodes of other advice that it stands for, unless a default

    @property
    def raises(self) -> tuple[int, ...]:
        """Everything that its grade raises: what it concludes, and nodes of other advice."""
        return (*self.conclusions, *self.others)

    def inputs(self) -> Iterator[tuple[int, bool]]:
        """The facts that it depends on, each with whether it speaks for the firing or against."""
        for group in (self.premises, *(count.facts for count in self.counts)):
            yield from ((fact, True) for fact in group)
        for group in self.blockers:
            yield from ((fact, False) for fact in group)

    def depends_on(self) -> dict[int, None]:
        """The facts that it depends on, in whatever way, each once."""
        return dict.fromkeys(fact for fact, _ in self.inputs())


class Component(NamedTuple):
    """Facts that are evaluated together, since each rests on the others."""

    facts: tuple[int, ...]
    recursive: bool


class JustificationGraph:
    """All possible facts and all firings over them, in the order of their English.

    So whatever is sorted by the numbers of facts and firings is in that order too.

    In a base with default rules there is, beyond the facts, a *node of other advice* for each
    client. Every firing of a rule that is no default and advises the client raises it, and it
    stands against every default for that client. It is graded as facts are, and is no instance:
    nobody states it or sees it.
    """

    def __init__(
        self,
        base: KnowledgeBase,
        possible: Iterable[Instance],
        matched: Iterable[Match],
        engine: Engine | None = None,
    ) -> None:
        self.base = base
        self._engine = engine  # goes on from here when more becomes possible
        self.instances: tuple[Instance, ...] = tuple(base.ordered(possible))
        self.number: dict[Instance, int] = {one: n for n, one in enumerate(self.instances)}
        self.of_template: dict[str, list[int]] = {}
        for n, instance in enumerate(self.instances):
            self.of_template.setdefault(instance.template, []).append(n)
        self._indexes: dict[tuple[str, tuple[int, ...]], dict[tuple[Value, ...], list[int]]] = {}
        self._other: dict[Value, int] = self._nodes()  # by client
        self.size = len(self.instances) + len(self._other)  # facts and nodes, numbered from 0
        self._fitting: dict[tuple[object, ...], tuple[int, ...]] = {}
        self.firings: tuple[Firing, ...] = tuple(self._firings(matched))
        self.supports: list[list[int]] = [[] for _ in range(self.size)]  # firings, per fact or node
        for number, firing in enumerate(self.firings):
            for fact in dict.fromkeys(firing.raises):
                self.supports[fact].append(number)

    def _nodes(self) -> dict[Value, int]:
        """A number beyond those of the facts for each client, where there are default rules."""
        if not any(rule.otherwise for rule in self.base.rules):
            return {}
        clients = dict.fromkeys(self._advised.values())
        return {client: len(self.instances) + n for n, client in enumerate(clients)}

    def matching(self, pattern: Pattern, bindings: Mapping[str, Value]) -> tuple[int, ...]:
        """The possible facts that match a pattern; a variable without a binding is local to it."""
        template = self.base.templates[pattern.template]
        known = bound(pattern, bindings)
        fixed = tuple(
            n for n, term in enumerate(known) if term is not None and not isinstance(term, AnyOf)
        )
        index = self._index(pattern.template, fixed)
        found = index.get(tuple(known[n] for n in fixed), ())  # type: ignore[misc]
        if len(fixed) == len(known):
            return tuple(found)
        asked = (pattern.template, pattern.terms, *known)
        if asked not in self._fitting:  # firings that ask alike share one answer
            values = ((n, self.instances[n].values) for n in found)
            fits = (n for n, each in values if matches(template, pattern.terms, each, bindings))
            self._fitting[asked] = tuple(fits)
        return self._fitting[asked]

    def _index(self, template: str, fixed: tuple[int, ...]) -> dict[tuple[Value, ...], list[int]]:
        """The template's facts by the values of some slots, each way round if symmetric."""
        index = self._indexes.get((template, fixed))
        if index is None:
            index = self._indexes[template, fixed] = {}
            for n in self.of_template.get(template, ()):
                both = ways(self.base.templates[template], self.instances[n].values)
                for key in dict.fromkeys(tuple(way[i] for i in fixed) for way in both):
                    index.setdefault(key, []).append(n)
        return index

    def _firings(self, matched: Iterable[Match]) -> list[Firing]:
        """The matches as firings, in order; matches that differ in nothing but a swap are one."""
        found: dict[object, Firing] = {}
        for match in sorted(matched, key=self._order):
            firing = self._firing(self.base.rules[self.base.rule_ranks[match.rule]], match)
            what = (match.rule, frozenset(firing.premises), firing.counts, firing.exceptions)
            found.setdefault((*what, firing.conclusions), firing)
        return list(found.values())

    def _order(self, match: Match) -> tuple[object, ...]:
        """By rule, then by the facts that matched; of a swap, by what comes first in a rule."""
        place = self.base.rule_ranks[match.rule]
        numbers = [self.number[premise] for premise in match.premises]
        if not any(self.base.templates[one.template].symmetric for one in match.premises):
            return place, numbers
        bound = dict(match.bindings)
        turned = [
            bound[term.name] != value
            for pattern, one in zip(self.base.rules[place].patterns(), match.premises, strict=True)
            for term, value in zip(pattern.terms, one.values, strict=True)
            if isinstance(term, Var)
        ]
        return place, numbers, turned

    def _firing(self, rule: Rule, match: Match) -> Firing:
        bindings = dict(match.bindings)
        conclusions = [filled(self.base, one, bindings) for one in rule.conclusions]
        clients = [self._client(c) for c in conclusions if self.base.templates[c.template].advice]
        nodes = tuple(dict.fromkeys(self._other[one] for one in clients if one in self._other))
        default = nodes[0] if rule.otherwise else None
        exceptions = tuple(self.matching(pattern, bindings) for pattern in rule.exceptions)
        return Firing(
            rule=rule,
            bindings=bindings,
            premises=tuple(self.number[premise] for premise in match.premises),
            counts=tuple(self._count(premise, bindings) for premise in rule.counts()),
            exceptions=exceptions,
            default=default,
            blockers=exceptions if default is None else (*exceptions, (default,)),
            conclusions=tuple(self.number[one] for one in conclusions),
            others=() if rule.otherwise else nodes,
        )

    def _count(self, premise: AtLeast, bindings: Mapping[str, Value]) -> Count:
        return Count(premise.count, self.matching(premise.of, bindings))

    def _client(self, advice: Instance) -> Value:
        return self.base.templates[advice.template].slot_values(advice)["client"]

    def other_advice(self, client: Value) -> int | None:
        """The node of other advice to a client; None if there is none to give, or no default."""
        return self._other.get(client)

    def is_fact(self, number: int) -> bool:
        """Whether a number is that of a fact, and not of a node of other advice."""
        return number < len(self.instances)

    def behind(self, node: int) -> dict[int, list[Firing]]:
        """The advice that a node of other advice stands for, each with the firings that give it."""
        found: dict[int, list[Firing]] = {}
        for firing in (self.firings[number] for number in self.supports[node]):
            for fact in self.named(node, firing):
                found.setdefault(fact, []).append(firing)
        return dict(sorted(found.items()))

    def named(self, number: int, firing: Firing) -> list[int]:
        """The facts by which to call what a firing raises: of a node, the firing's own advice."""
        if self.is_fact(number):
            return [number]
        advice = (fact for fact in firing.conclusions if fact in self._advised)
        return [fact for fact in advice if self._other[self._advised[fact]] == number]

    def advice_to(self, client: Value | None) -> list[int]:
        """All possible advice to a client, or to anyone."""
        return [n for n, whom in self._advised.items() if client is None or whom == client]

    @functools.cached_property
    def _advised(self) -> Mapping[int, Value]:
        """Whom each piece of possible advice advises."""
        return {
            n: self._client(self.instances[n])
            for template in self.of_template
            if self.base.templates[template].advice
            for n in self.of_template[template]
        }

    def extended(self, extra: Iterable[Instance]) -> JustificationGraph:
        """The graph in which these facts are possible too, and what follows from them."""
        fresh = [one for one in extra if one not in self.number]
        if not fresh:
            return self
        engine = self._engine
        if engine is None or len(engine.possible) != len(self.instances):  # it went on elsewhere
            engine = Engine(self.base)
        engine.declare([*self.instances, *fresh])
        return JustificationGraph(self.base, engine.possible, engine.matches, engine)

    def without(self, firings: Collection[Firing]) -> JustificationGraph:
        """The graph in which these firings support nothing; the order of its facts stays."""
        graph = JustificationGraph.__new__(JustificationGraph)
        supports = [
            [number for number in numbers if self.firings[number] not in firings]
            for numbers in self.supports
        ]
        vars(graph).update(vars(self), supports=supports)
        return graph

    def replaced(self, firings: Mapping[int, Firing]) -> JustificationGraph:
        """The graph with other firings under some numbers, which rest on no more than they did."""
        graph = JustificationGraph.__new__(JustificationGraph)
        changed = [firings.get(number, one) for number, one in enumerate(self.firings)]
        vars(graph).update(vars(self), firings=tuple(changed), components=self.components)
        return graph

    @functools.cached_property
    def of_rule(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of each rule's firings, by its id."""
        found: dict[str, list[int]] = {}
        for number, firing in enumerate(self.firings):
            found.setdefault(firing.rule.id, []).append(number)
        return {rule: tuple(numbers) for rule, numbers in found.items()}

    def downstream(self, facts: Iterable[int]) -> set[int]:
        """The facts with all that may rest on them, in whatever way."""
        return set(closure(facts, lambda fact: self._resting.get(fact, ())))

    @functools.cached_property
    def _resting(self) -> Mapping[int, tuple[int, ...]]:
        """For each fact, those that some firing concludes from it, counts or excepts it for."""
        found: dict[int, dict[int, None]] = {}
        for firing in self.firings:
            for fact in firing.depends_on():
                found.setdefault(fact, {}).update(dict.fromkeys(firing.raises))
        return {fact: tuple(facts) for fact, facts in found.items()}

    @functools.cached_property
    def components(self) -> tuple[Component, ...]:
        """The facts in an order in which each comes after all it rests on."""
        needs: dict[int, list[int]] = {}
        for fact, supports in enumerate(self.supports):
            found: dict[int, None] = {}
            for number in supports:
                found |= self.firings[number].depends_on()
            needs[fact] = list(found)
        return tuple(
            Component(tuple(sorted(members)), len(members) > 1 or members[0] in needs[members[0]])
            for members in components(needs)
        )

    @functools.cached_property
    def component_of(self) -> list[int]:
        """The number of each fact's component."""
        found = [0] * self.size
        for number, component in enumerate(self.components):
            for fact in component.facts:
                found[fact] = number
        return found

    @functools.cached_property
    def caveats(self) -> Mapping[int, tuple[tuple[int, int], ...]]:
        """For each piece of advice, its possible caveats: each a fact with the firing behind it."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, firing in enumerate(self.firings):
            for caveat in firing.conclusions:
                if self.template(caveat).caveat:
                    qualified = next(n for n in firing.premises if self.template(n).advice)
                    found.setdefault(qualified, []).append((caveat, number))
        return {advice: tuple(sorted(pairs)) for advice, pairs in found.items()}

    def template(self, fact: int) -> Template:
        """The template of a fact."""
        return self.base.templates[self.instances[fact].template]


def build(scenario: Scenario, extra: Iterable[Instance] = ()) -> JustificationGraph:
    """The graph of a scenario, over what it mentions and whatever else is to be possible."""
    engine = Engine(scenario.base)
    engine.declare([*scenario.facts, *extra])
    return JustificationGraph(scenario.base, engine.possible, engine.matches, engine)
