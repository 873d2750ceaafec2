"""Turns matches into firings: what each rests on, what weakens it, and what it concludes.

Exceptions and counts are resolved here, against all possible facts.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from advisor.model.records import Aggregate, Instance, KnowledgeBase, Rule, Var
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
    bound: tuple[tuple[str, Value], ...]  # what its variables stand for
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
    def bindings(self) -> Mapping[str, Value]:
        """What its variables stand for, by name."""
        return dict(self.bound)

    @property
    def raises(self) -> tuple[int, ...]:
        """Everything that its grade raises: what it concludes, and nodes of other advice."""
        return (*self.conclusions, *self.others) if self.others else self.conclusions

    def inputs(self) -> Iterator[tuple[int, bool]]:
        """The facts that it depends on, each with whether it speaks for the firing or against."""
        for group in (self.premises, *(count.facts for count in self.counts)):
            yield from ((fact, True) for fact in group)
        for group in self.blockers:
            yield from ((fact, False) for fact in group)

    def depends_on(self) -> dict[int, None]:
        """The facts that it depends on, in whatever way, each once."""
        return dict.fromkeys(self.needs())

    def needs(self) -> tuple[int, ...]:
        """The facts that it depends on, in whatever way, some more than once."""
        if not (self.counts or self.blockers):
            return self.premises
        counted = (count.facts for count in self.counts)
        return tuple(itertools.chain(self.premises, *counted, *self.blockers))


def firings_of(
    facts: PossibleFacts, matches: Iterable[Match], base: KnowledgeBase | None = None
) -> list[Firing]:
    """The matches as firings, in order; matches that differ in nothing but a swap are one.

    Their rules are those of the base that the facts are about, unless another is named.
    """
    base = base or facts.base
    of_rule: dict[str, list[Match]] = {}
    for match in matches:
        of_rule.setdefault(match.rule, []).append(match)
    found: list[Firing] = []
    for rule in sorted(of_rule, key=facts.base.rule_ranks.__getitem__):
        found += _of_rule(facts, base, rule, of_rule[rule])
    return found


def _of_rule(
    facts: PossibleFacts, base: KnowledgeBase, rule: str, matches: list[Match]
) -> Iterator[Firing]:
    """The firings of a rule, by the facts that matched; what none can differ in is not compared."""
    makers = {
        tuple([pattern.template for pattern in variant.patterns()]): _Maker(facts, variant)
        for variant in base.variants_with(rule)
    }
    only = next(iter(makers.values())) if len(makers) == 1 else None
    turns = any(base.templates[name].symmetric for names in makers for name in names)
    repeats = turns or any(len({*names}) < len(names) for names in makers)
    plain = not (turns or matches[0].counted)
    numbers = facts.number.__getitem__
    keyed: list[tuple[Any, Match, _Maker]] = []
    for match in matches:
        premises = tuple(map(numbers, match.premises))
        maker = only or makers[tuple([premise.template for premise in match.premises])]
        keyed.append((premises if plain else (premises, *maker.ways(match)), match, maker))
    made: set[object] = set()
    for key, match, maker in sorted(keyed, key=operator.itemgetter(0)):
        firing = maker.firing(match, key if plain else key[0])
        if repeats:
            what = _but_for_swaps(firing)
            if what in made:
                continue
            made.add(what)
        yield firing


def _but_for_swaps(firing: Firing) -> tuple[object, ...]:
    """What firings of a rule that differ in nothing but a swap have in common."""
    members = sorted({*firing.premises})
    if not (firing.counts or firing.blockers or firing.taken):
        return (*members, firing.conclusions)
    return (*members, firing.conclusions, firing.counts, firing.taken, firing.blockers)


def hypothetical(facts: PossibleFacts, rule: Rule, match: Match) -> Firing:
    """A match that a rule's comparisons may keep, as a firing that concludes nothing."""
    concluded = [filled(facts.base, c, dict(match.bindings)) for c in rule.conclusions]
    clients = [facts.client(c) for c in concluded if facts.base.templates[c.template].advice]
    premises = tuple([facts.number[premise] for premise in match.premises])
    return _Maker(facts, rule).built(match, premises, (), clients)


class _Maker:
    """Makes the firings of a rule; what they have in common is asked of it once."""

    def __init__(self, facts: PossibleFacts, rule: Rule) -> None:
        self.facts, self.rule = facts, rule
        self.counts = rule.counts()
        self.asks = bool(rule.exceptions or self.counts)  # what else the facts match
        self.shown = {t.name for c in rule.conclusions for t in c.terms if isinstance(t, Var)}
        self.places: list[int] | None = None  # of these among a match's bindings, as in any other
        self.turning: list[tuple[int, int, int]] | None = None  # see `ways`
        self.concluded: dict[tuple[Value, ...], tuple[tuple[int, ...], list[Value]]] = {}

    def firing(self, match: Match, premises: tuple[int, ...]) -> Firing:
        """What a match of these facts comes to."""
        bindings = match.bindings
        if self.places is None:
            self.places = [n for n, (name, _) in enumerate(bindings) if name in self.shown]
        values = tuple([bindings[place][1] for place in self.places])
        found = self.concluded.get(values)
        if found is None:
            found = self.concluded[values] = self._concluded(dict(bindings))
        return self.built(match, premises, *found)

    def ways(self, match: Match) -> tuple[list[list[int]], list[bool]]:
        """The facts that count, and whether each that matched did so turned round.

        So of a swap the rule's own way comes first.
        """
        if self.turning is None:  # premise, slot, and the place of its variable among the bindings
            place = {name: number for number, (name, _) in enumerate(match.bindings)}
            templates = self.facts.base.templates
            self.turning = [
                (premise, slot, place[term.name])
                for premise, pattern in enumerate(self.rule.patterns())
                if templates[pattern.template].symmetric
                for slot, term in enumerate(pattern.terms)
                if isinstance(term, Var)
            ]
        bound, premises = match.bindings, match.premises
        turned = [bound[n][1] != premises[p].values[slot] for p, slot, n in self.turning]
        number = self.facts.number
        return [[number[fact] for fact in each] for each in match.counted], turned

    def _concluded(self, bindings: Mapping[str, Value]) -> tuple[tuple[int, ...], list[Value]]:
        """What the rule concludes for these bindings, and whom that advises."""
        facts = self.facts
        conclusions = [facts.number[filled(facts.base, c, bindings)] for c in self.rule.conclusions]
        return tuple(conclusions), [facts.advised[c] for c in conclusions if c in facts.advised]

    def built(
        self,
        match: Match,
        premises: tuple[int, ...],
        conclusions: tuple[int, ...],
        clients: Iterable[Value],
    ) -> Firing:
        """What a match comes to that concludes this, and advises these."""
        facts, rule = self.facts, self.rule
        nodes = tuple(dict.fromkeys([facts.other[c] for c in clients if c in facts.other]))
        if not (self.asks or match.counted or rule.otherwise):
            return self._bare(match, premises, conclusions, nodes)
        bindings = dict(match.bindings)
        default = nodes[0] if rule.otherwise and nodes else None
        exceptions = tuple([facts.matching(pattern, bindings) for pattern in rule.exceptions])
        taken, left = _aggregates(facts, rule, match) if match.counted else ((), ())
        against = exceptions if default is None else (*exceptions, (default,))
        counts = [Count(c.count, facts.matching(c.of, bindings)) for c in self.counts]
        return Firing(
            rule=rule,
            bound=match.bindings,
            premises=premises,
            counts=(*counts, *[Count(len(facts), facts) for facts in taken if facts]),
            exceptions=exceptions,
            default=default,
            blockers=(*against, *left),
            taken=taken,
            conclusions=conclusions,
            others=() if rule.otherwise else nodes,
        )

    def _bare(
        self,
        match: Match,
        premises: tuple[int, ...],
        conclusions: tuple[int, ...],
        nodes: tuple[int, ...],
    ) -> Firing:
        """What a match comes to that rests on its premises alone."""
        return Firing(
            rule=self.rule,
            bound=match.bindings,
            premises=premises,
            counts=(),
            exceptions=(),
            default=None,
            blockers=(),
            conclusions=conclusions,
            others=nodes,
        )


def _worth(
    facts: PossibleFacts, of: Aggregate, bindings: Mapping[str, Value]
) -> Mapping[Instance, Value]:
    """The possible facts that something is computed over, with their values: worked out once."""
    key = of, tuple(bindings.get(term.name) for term in of.of.terms if isinstance(term, Var))
    if key not in facts.worth:
        possible = (facts.instances[fact] for fact in facts.matching(of.of, bindings))
        facts.worth[key] = matching(facts.base, of, possible, bindings)
    return facts.worth[key]


def _aggregates(
    facts: PossibleFacts, rule: Rule, match: Match
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    """What goes into each thing that a match computes over facts, and what would as well."""
    taken: list[tuple[int, ...]] = []
    left: list[tuple[int, ...]] = []
    bindings = dict(match.bindings)
    for of, chosen in zip(rule.aggregates(), match.counted, strict=True):
        number = facts.number
        taken.append(tuple(number[fact] for fact in chosen))
        values = _worth(facts, of, bindings)
        left.append(tuple(number[fact] for fact in against(of, values, chosen)))
    return tuple(taken), tuple(left)
