"""Finds facts from which opposed advice follows: the smallest sets that a scenario could state.

Two pieces of advice are tried in each way in which their slots can be alike or differ. Facts are
stated without a likelihood, and those of a key or of a one-of group exclude each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from advisor.audit.least import least
from advisor.audit.overlap import needs_of
from advisor.audit.universe import NamedValues, Universe, facts_below, narrowed, rules_below
from advisor.audit.universe import over as universe
from advisor.audit.unsearched import leave
from advisor.model import english
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.records import (
    Instance,
    KnowledgeBase,
    Relation,
    Rule,
    SlotType,
    Template,
    Var,
)
from advisor.model.scenarios import Scenario
from advisor.model.values import Value
from advisor.reasoning.evaluate import Grades, evaluate, firing_grade
from advisor.reasoning.firings import Firing

WAYS: Final = 60  # in which the slots of two pieces of advice can be filled; more are not tried
CONFLICTS: Final = "conflicts of opposed advice"
_WAYS: Final = f"only {WAYS} ways were tried in which their slots can be filled"

OpposedSlot = tuple[str, SlotType, list[Value]]  # with what may stand in it


class Opposed(NamedTuple):
    """Two templates of advice, and the relation by which they are opposed."""

    one: Template
    relation: Relation

    @property
    def name(self) -> str:
        """The two templates."""
        return f"{self.one.id} and {self.relation.other.template}"


class Clash(NamedTuple):
    """Facts from which opposed advice follows."""

    facts: tuple[Instance, ...]
    advice: tuple[Instance, Instance]
    by: tuple[Firing, Firing]  # what concludes the two
    rules: tuple[str, ...]  # all that fire on the way, in order
    client: Value | None  # none, if it is no advice


def oppositions(base: KnowledgeBase) -> list[Opposed]:
    """What is opposed in a base, each pair of templates once."""
    found: dict[frozenset[str], Opposed] = {}
    for template in base.templates.values():
        for relation in template.opposes:
            pair = frozenset({template.id, relation.other.template})
            found.setdefault(pair, Opposed(template, relation))
    return list(found.values())


def groups_of(scenarios: Iterable[Scenario]) -> list[tuple[Instance, ...]]:
    """The alternatives of the one-of groups that scenarios declare, each group once."""
    return list(dict.fromkeys(group.alternatives for s in scenarios for group in s.groups))


def conflict(
    base: KnowledgeBase,
    opposed: Opposed,
    by: tuple[Sequence[Rule], Sequence[Rule]],
    one_of: Sequence[Sequence[Instance]],
) -> Clash | None:
    """A smallest set of given facts from which some of these rules conclude opposed advice."""
    concluding = {rule.id: rule for rules in by for rule in rules}
    needed = [p.template for rule in concluding.values() for p in rule.conditions()]
    used = {*concluding, *(rule.id for rule in rules_below(base, needed))}
    wanted = {base.rule_ranks[rule] for rule in used}
    both = (opposed.one.id, opposed.relation.other.template)
    few = narrowed(base, (base.rules[place] for place in sorted(wanted)), both)
    pairs = list(itertools.islice(_pairs(few, opposed), WAYS + 1))
    goals = [(advice.template, advice.values) for pair in pairs for advice in pair]
    below = facts_below(few, list(dict.fromkeys(goals)))
    by_whom = english.listing(f"'{name}'" for name in concluding)
    if below.left is not None:
        leave(CONFLICTS, below.left, f"{opposed.name}, by {by_whom}")
    if len(pairs) > WAYS:
        leave(CONFLICTS, _WAYS, f"{opposed.name}, by {by_whom}")
    if not below.facts:
        return None
    over = universe(few, below.facts, one_of)
    number = over.graph.number
    possible = [pair for pair in pairs[:WAYS] if pair[0] in number and pair[1] in number]
    possible = [pair for pair in possible if pair[0] != pair[1]]
    if not possible:
        return None
    found = least(
        over.graph, over.free, over.groups, [[number[a] for a in pair] for pair in possible]
    )
    return None if found is None else _conflict(over, found, possible)


def _conflict(
    over: Universe,
    facts: tuple[int, ...],
    pairs: Sequence[tuple[Instance, Instance]],
) -> Clash:
    graph = over.graph
    grades = evaluate(graph, dict.fromkeys(facts, (CERTAIN, CERTAIN)))
    lower = grades.lower
    pair = next(p for p in pairs if all(lower[graph.number[advice]] >= HOLDS for advice in p))
    first, second = (_best(over, grades, graph.number[advice]) for advice in pair)
    rules = {f.rule.id for f in graph.firings if firing_grade(f, grades)[0] >= HOLDS}
    in_order = tuple(rule.id for rule in graph.base.rules if rule.id in rules)
    client = graph.base.templates[pair[0].template].slot_values(pair[0]).get("client")
    return Clash(tuple(over.instances(facts)), pair, (first, second), in_order, client)


def _best(over: Universe, grades: Grades, advice: int) -> Firing:
    """The strongest firing that concludes a piece of advice."""
    firings = [over.graph.firings[number] for number in over.graph.supports[advice]]
    return max(firings, key=lambda firing: firing_grade(firing, grades)[0])


def _pairs(base: KnowledgeBase, opposed: Opposed) -> Iterator[tuple[Instance, Instance]]:
    """Opposed pieces of advice, one pair for each way in which their slots can be alike."""
    other = base.templates[opposed.relation.other.template]
    named, enough = NamedValues(base), len(base.entities)
    slots: list[OpposedSlot] = [
        (name, kind, named.at(opposed.one, at, None, enough))
        for at, (name, kind) in enumerate(opposed.one.slots.items())
    ]
    free = enumerate(zip(opposed.relation.other.terms, other.slots.items(), strict=True))
    slots += [
        (f"other {name}", kind, named.at(other, at, term, enough))
        for at, (term, (name, kind)) in free
        if not isinstance(term, Var)
    ]
    for filled in _filled(named, slots, {}):
        first = opposed.one.instance(*(filled[name] for name in opposed.one.slots))
        yield first, other.instance(*_other_values(opposed.relation, other, filled))


def _other_values(relation: Relation, other: Template, filled: Mapping[str, Value]) -> list[Value]:
    named = zip(relation.other.terms, other.slots, strict=True)
    return [filled[t.name if isinstance(t, Var) else f"other {slot}"] for t, slot in named]


def _filled(
    named: NamedValues, slots: Sequence[OpposedSlot], so_far: Mapping[str, Value]
) -> Iterator[dict[str, Value]]:
    """Every way to fill slots, up to a change of entities that no rule names."""
    if not slots:
        yield dict(so_far)
        return
    (name, kind, legal), *rest = slots
    used = set(so_far.values())
    fresh: set[str] = set()
    for value in legal:
        if kind.kind == "entity" and value not in named.values | used:
            kind_of = named.base.entities[str(value)].type
            if kind_of in fresh:
                continue
            fresh.add(kind_of)
        yield from _filled(named, rest, {**so_far, name: value})


def direct(base: KnowledgeBase, rule: Rule, other: Rule) -> bool:
    """Whether rules conclude from given facts, or from derived facts of the same templates."""
    return needs_of(rule) & base.derived == needs_of(other) & base.derived


def between_rules(
    base: KnowledgeBase,
    concluding: Mapping[str, Sequence[Rule]],
    one_of: Sequence[Sequence[Instance]],
) -> dict[str, list[Clash]]:
    """The conflicts of two rules that need no chain, by the name of the opposition."""
    found: dict[str, list[Clash]] = {}
    for opposed in oppositions(base):
        for rule, other in _rule_pairs(opposed, concluding):
            if direct(base, rule, other):
                clash = conflict(base, opposed, ([rule], [other]), one_of)
                found.setdefault(opposed.name, []).extend([clash] if clash else [])
    return found


def _rule_pairs(
    opposed: Opposed, concluding: Mapping[str, Sequence[Rule]]
) -> Iterator[tuple[Rule, Rule]]:
    """The rules that conclude two opposed templates, each pair once; no default rule."""
    seen = set()
    for rule in concluding.get(opposed.one.id, ()):
        for other in concluding.get(opposed.relation.other.template, ()):
            pair = frozenset({rule.id, other.id})
            if pair not in seen and not (rule.otherwise or other.otherwise):
                seen.add(pair)
                yield rule, other


def through_chains(
    base: KnowledgeBase,
    concluding: Mapping[str, Sequence[Rule]],
    one_of: Sequence[Sequence[Instance]],
) -> Iterator[tuple[str, Clash]]:
    """A conflict of each opposition that has one, by chains of any length."""
    for opposed in oppositions(base):
        by = [
            [rule for rule in concluding.get(name, ()) if not rule.otherwise]
            for name in (opposed.one.id, opposed.relation.other.template)
        ]
        clash = conflict(base, opposed, (by[0], by[1]), one_of) if all(by) else None
        if clash is not None:
            yield opposed.name, clash
