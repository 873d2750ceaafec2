"""Turns matches into firings: what each rests on, what weakens it, and what it concludes.

Exceptions and counts are resolved here, against all possible facts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from advisor.model.records import KnowledgeBase, Rule, Var
from advisor.model.values import Value
from advisor.reasoning.computing import against, matching
from advisor.reasoning.matcher import Match
from advisor.reasoning.possible import PossibleFacts
from advisor.reasoning.unification import filled


class Count(NamedTuple):
    """At least so many of these facts."""

    least: int
    facts: tuple[int, ...]


class Firing(msgspec.Struct, frozen=True, kw_only=True):
    """One rule with one set of bindings; facts are numbers into the graph's instances."""

    rule: Rule
    bindings: Mapping[str, Value]
    premises: tuple[int, ...]  # one for each pattern of the rule, in its order
    counts: tuple[Count, ...]  # one for each `at-least`, in its order, then those taken
    exceptions: tuple[tuple[int, ...], ...]  # one for each `unless`: what matches it
    default: int | None  # the node of other advice to this client, if the rule is a default
    blockers: tuple[tuple[int, ...], ...]  # groups whose strongest fact weakens the firing: both,
    # and for each aggregate what would have counted as well
    conclusions: tuple[int, ...]
    taken: tuple[tuple[int, ...], ...] = ()  # one for each aggregate: the facts that go into it
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
        counted = (count.facts for count in self.counts)
        return dict.fromkeys(itertools.chain(self.premises, *counted, *self.blockers))


def firings_of(
    facts: PossibleFacts, matches: Iterable[Match], base: KnowledgeBase | None = None
) -> list[Firing]:
    """The matches as firings, in order; matches that differ in nothing but a swap are one.

    Their rules are those of the base that the facts are about, unless another is named.
    """
    base = base or facts.base
    found: dict[object, Firing] = {}
    for match in sorted(matches, key=lambda match: _order(facts, match, base)):
        firing = _firing(facts, base.variant(match.rule, match.premises), match)
        counted = (firing.counts, firing.taken)
        what = (match.rule, frozenset(firing.premises), counted, firing.blockers)
        found.setdefault((*what, firing.conclusions), firing)
    return list(found.values())


def _order(facts: PossibleFacts, match: Match, base: KnowledgeBase) -> tuple[object, ...]:
    """By rule, then by the facts that matched; of a swap, by what comes first in a rule."""
    place = facts.base.rule_ranks[match.rule]
    numbers = [facts.number[premise] for premise in match.premises]
    if not any(facts.base.templates[premise.template].symmetric for premise in match.premises):
        return place, numbers, _counted(facts, match)
    bound = dict(match.bindings)
    rule = base.variant(match.rule, match.premises)
    turned = [
        bound[term.name] != value
        for pattern, premise in zip(rule.patterns(), match.premises, strict=True)
        for term, value in zip(pattern.terms, premise.values, strict=True)
        if isinstance(term, Var)
    ]
    return place, numbers, _counted(facts, match), turned


def _counted(facts: PossibleFacts, match: Match) -> list[list[int]]:
    """The facts that go into what a match computes."""
    return [[facts.number[fact] for fact in each] for each in match.counted]


def hypothetical(facts: PossibleFacts, rule: Rule, match: Match) -> Firing:
    """A match that a rule's comparisons may keep, as a firing that concludes nothing."""
    concluded = [filled(facts.base, c, dict(match.bindings)) for c in rule.conclusions]
    clients = [facts.client(c) for c in concluded if facts.base.templates[c.template].advice]
    return _built(facts, rule, match, (), clients)


def _firing(facts: PossibleFacts, rule: Rule, match: Match) -> Firing:
    bindings = dict(match.bindings)
    conclusions = tuple([facts.number[filled(facts.base, c, bindings)] for c in rule.conclusions])
    clients = [facts.advised[c] for c in conclusions if c in facts.advised]
    return _built(facts, rule, match, conclusions, clients)


def _built(
    facts: PossibleFacts,
    rule: Rule,
    match: Match,
    conclusions: tuple[int, ...],
    clients: Iterable[Value],
) -> Firing:
    bindings = dict(match.bindings)
    nodes = tuple(dict.fromkeys(facts.other[c] for c in clients if c in facts.other))
    default = nodes[0] if rule.otherwise and nodes else None
    exceptions = tuple(facts.matching(pattern, bindings) for pattern in rule.exceptions)
    taken, left = _aggregates(facts, rule, match)
    against = exceptions if default is None else (*exceptions, (default,))
    counts = (Count(c.count, facts.matching(c.of, bindings)) for c in rule.counts())
    return Firing(
        rule=rule,
        bindings=bindings,
        premises=tuple(facts.number[premise] for premise in match.premises),
        counts=(*counts, *(Count(len(facts), facts) for facts in taken if facts)),
        exceptions=exceptions,
        default=default,
        blockers=(*against, *left),
        taken=tuple(taken),
        conclusions=conclusions,
        others=() if rule.otherwise else nodes,
    )


def _aggregates(
    facts: PossibleFacts, rule: Rule, match: Match
) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """What goes into each thing that a match computes over facts, and what would as well."""
    taken: list[tuple[int, ...]] = []
    left: list[tuple[int, ...]] = []
    bindings = dict(match.bindings)
    for of, chosen in zip(rule.aggregates(), match.counted, strict=True):
        number = facts.number
        taken.append(tuple(number[fact] for fact in chosen))
        possible = (facts.instances[fact] for fact in facts.matching(of.of, bindings))
        values = matching(facts.base, of, possible, bindings)
        left.append(tuple(number[fact] for fact in against(of, values, chosen)))
    return taken, left
