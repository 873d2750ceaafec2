"""Turns goals into the given facts that they may rest on, over a few things of each type.

What rules don't name they treat alike, so a few entities of a type stand for all of it; numbers and
dates are taken on, between and beyond those that rules name. No fact relates a thing to itself.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor.audit.least import Alternatives
from advisor.audit.overlap import values_of
from advisor.model import english
from advisor.model.changes import key_of
from advisor.model.records import Instance, KnowledgeBase, Rule, SlotType, Template, Term, Var
from advisor.model.relations import closure
from advisor.model.values import Value
from advisor.reasoning.askable import options, reached
from advisor.reasoning.building import graph_over
from advisor.reasoning.engines import often
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.orders import Orders, spread
from advisor.reasoning.seen import ORDERED
from advisor.reasoning.unification import Goal

MOST: Final = 1_500  # given facts; beyond, fewer entities of each type are looked at
_SEVERAL: Final = (6, 4, 3, 2, 1)  # of each type
ENOUGH: Final = 3  # of each type; what shows over more entities shows over these, but for counts
TOO_MANY: Final = f"over {MOST:,} facts could matter, so none was tried"
_FEW: Final = f"over {MOST:,} facts could matter, so only {{}} of each type was tried"


class Universe(NamedTuple):
    """A graph over given facts, any of which may be stated."""

    graph: JustificationGraph
    free: tuple[int, ...]
    groups: tuple[Alternatives, ...]  # of which at most one can be stated

    def instances(self, facts: Iterable[int]) -> list[Instance]:
        """The facts by what they say."""
        return [self.graph.instances[fact] for fact in facts]


def rules_below(base: KnowledgeBase, templates: Iterable[str]) -> tuple[Rule, ...]:
    """The rules that facts of these templates may rest on; default rules are left aside."""

    def below(name: str) -> Iterator[str]:
        for rule in base.concluding.get(name, ()):
            yield from () if rule.otherwise else (pattern.template for pattern in rule.conditions())

    reached = closure(templates, below)
    found = {rule.id: rule for name in reached for rule in base.concluding.get(name, ())}
    wanted = sorted(
        (rule for rule in found if not found[rule].otherwise), key=base.rule_ranks.__getitem__
    )
    return tuple(found[rule] for rule in wanted)


class Below(NamedTuple):
    """Given facts that goals may rest on, and why they are not all that there could be."""

    facts: Sequence[Instance]
    left: str | None  # None if nothing that rules can tell apart is left out


def facts_below(base: KnowledgeBase, goals: Sequence[Goal]) -> Below:
    """The given facts that the goals may rest on, over as many entities as are not too many.

    None at all where there are too many even so.
    """
    wanted = [goal for goal, _ in reached(base, [(goal, None) for goal in goals])]
    named = NamedValues(base, goals)
    for several in _SEVERAL:
        if sum(_size(base, named, goal, several) for goal in wanted) <= MOST:
            facts = (fact for goal in wanted for fact in _facts(base, named, goal, several))
            left = _FEW.format(english.counted(several, "entity")) if several < ENOUGH else None
            return Below(base.ordered(facts), left)
    return Below((), TOO_MANY)


@often()
def over(
    base: KnowledgeBase, facts: Sequence[Instance], one_of: Iterable[Sequence[Instance]]
) -> Universe:
    """The universe of some given facts."""
    graph = graph_over(base, facts)
    keyed: dict[object, list[int]] = {}
    for fact in facts:
        key = key_of(base.templates[fact.template], fact)
        if key is not None:
            keyed.setdefault(key, []).append(graph.number[fact])
    among = [[graph.number[fact] for fact in some if fact in graph.number] for some in one_of]
    groups = [Alternatives(tuple(some)) for some in (*keyed.values(), *among) if len(some) > 1]
    return Universe(graph, tuple(graph.number[fact] for fact in facts), tuple(groups))


def _size(base: KnowledgeBase, named: NamedValues, goal: Goal, several: int) -> int:
    return math.prod(map(len, _slots(base, named, goal, several)))


def _facts(base: KnowledgeBase, named: NamedValues, goal: Goal, several: int) -> Iterator[Instance]:
    template = base.templates[goal[0]]
    for values in itertools.product(*_slots(base, named, goal, several)):
        things = [value for value in values if value in base.entities]
        if len(set(things)) == len(things):
            yield template.instance(*values)


def _slots(base: KnowledgeBase, named: NamedValues, goal: Goal, several: int) -> list[list[Value]]:
    """What each slot of a goal may hold; nothing if its template is not given."""
    template = base.templates[goal[0]]
    if template.id in base.derived or template.advice or template.caveat:
        return [[]]
    return [named.at(template, at, term, several) for at, term in enumerate(goal[1])]


class NamedValues:
    """The values that a base's rules, and some goals, name."""

    def __init__(self, base: KnowledgeBase, goals: Iterable[Goal] = ()) -> None:
        self.base = base
        terms = [t for rule in base.rules for p in _patterns(rule) for t in p]
        terms += [term for _, some in goals for term in some]
        self.values = {value for term in terms for value in values_of(term)}
        self.orders = Orders(base)
        self._ordered = {
            kind: spread(kind, self.values, self.orders.width(kind), base.date) for kind in ORDERED
        }

    def at(self, template: Template, position: int, term: Term, several: int) -> list[Value]:
        """What may stand in a slot: of numbers and dates, as many as rules tell apart there."""
        slot = list(template.slots.values())[position]
        if slot.kind in ORDERED and (term is None or isinstance(term, Var)):
            return self.orders.values(template.id, position)
        return self.legal(slot, term, several)

    def legal(self, slot: SlotType, term: Term, several: int) -> list[Value]:
        """What a slot may hold: what is named, and a few more."""
        found = self._ordered[slot.kind] if slot.kind in ORDERED else options(self.base, slot)
        if term is not None and not isinstance(term, Var):
            return [value for value in values_of(term) if value in found or slot.kind in ORDERED]
        if slot.kind != "entity":
            return found
        return self.few(found, several)

    def few(self, entities: Iterable[Value], several: int) -> list[Value]:
        """The entities that are named, and the first others of each type up to a number."""
        found: list[Value] = []
        seen: dict[str, int] = {}
        for value in sorted(entities, key=lambda value: value not in self.values):
            kind = self.base.entities[str(value)].type
            if value in self.values or seen.get(kind, 0) < several:
                found.append(value)
                seen[kind] = seen.get(kind, 0) + 1
        return found


def _patterns(rule: Rule) -> Iterator[tuple[Term, ...]]:
    for pattern in (*rule.conditions(), *rule.conclusions):
        yield pattern.terms
    for test in rule.comparisons:
        yield (test.left, test.right)


def narrowed(base: KnowledgeBase, rules: Iterable[Rule], also: Iterable[str] = ()) -> KnowledgeBase:
    """The base with some of its rules alone, and the templates that they speak of, or `also`.

    What is derived stays so, and so does every kind of advice with what is of it.
    """
    few = tuple(rules)
    named = {pattern.template for rule in few for pattern in rule.conditions()}
    named |= {pattern.template for rule in few for pattern in rule.conclusions}
    named |= {*also}
    templates = {
        name: template
        for name, template in base.templates.items()
        if name in named or template.kind or template.kinds
    }
    return msgspec.structs.replace(base, rules=few, templates=templates)
