"""Turns a base and its scenarios into facts that could be stated, to search for telling ones.

What scenarios mention, and whatever matches a condition of the rules in question over a few values
of each slot: those that rules name, then those that scenarios mention, then any others. A number or
a date is tried at each value that rules name, and below, between and above those.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from advisor.model.records import AnyOf, Instance, KnowledgeBase, Pattern, Rule, SlotType, Term, Var
from advisor.model.relations import closure
from advisor.model.scenarios import Scenario
from advisor.model.strata import concluded, dependencies
from advisor.model.telling import knows
from advisor.model.values import Value
from advisor.reasoning.askable import options
from advisor.reasoning.orders import Orders, spread
from advisor.reasoning.seen import ORDERED

MANY: Final = 400  # facts; beyond, fewer values are tried
_SIZES: Final = (3, 2, 1)  # values of a slot that no rule names


class Stateable:
    """What could be stated over a base."""

    def __init__(self, base: KnowledgeBase, scenarios: Sequence[Scenario]) -> None:
        self.base = base
        legal = [i for scenario in scenarios for i in scenario.facts if knows(base, i)]
        self.mentioned = base.ordered(legal)
        orders = Orders(base)
        self.widths = {kind: orders.width(kind) for kind in ORDERED}
        self.values = {value for instance in self.mentioned for value in instance.values}
        self.needs: dict[str, set[str]] = {}
        for link in dependencies(base.variants, base.templates):
            self.needs.setdefault(link.conclusion, set()).add(link.premise)

    def rules_below(self, targets: Iterable[str]) -> list[Rule]:
        """The rules that facts of some templates may rest on, in order."""
        reached = {*closure(targets, lambda name: self.needs.get(name, ()))}
        templates = self.base.templates
        return [r for r in self.base.variants if not reached.isdisjoint(concluded(r, templates))]

    def mentioned_in(self, rules: Sequence[Rule]) -> list[Instance]:
        """The given facts that scenarios mention and that may matter to these rules, in order."""
        templates = {pattern.template for pattern in self._given(rules)}
        return [instance for instance in self.mentioned if instance.template in templates]

    def instances(self, rules: Sequence[Rule], named: Iterable[Value] = ()) -> list[Instance]:
        """Those, and a few others of each kind that may matter; some values are named besides."""
        found = set(self.mentioned_in(rules))
        for pattern, values in self._chosen(rules, named):
            template = self.base.templates[pattern.template]
            each = (one for one in itertools.product(*values) if not template.repeats(one))
            found |= {template.instance(*one) for one in each}
        return self.base.ordered(found)

    def tells(self, rules: Sequence[Rule], rule: Rule, named: Iterable[Value] = ()) -> bool:
        """Whether what `instances` gives stands for all that could be given.

        So that a rule which nothing of it makes fire cannot fire: it asks for given facts alone,
        of legal values there are all, and of things beside those that rules name as many as it
        has slots for, and counts; whoever declares more has no more to say.
        """
        if rule.otherwise or any(p.template in self.base.derived for p in rule.conditions()):
            return False
        terms = {t for p in (*rule.conditions(), *rule.conclusions) for t in p.terms}
        free = [t for p in rule.conditions() for t in p.terms if t is None]
        needed = sum(isinstance(term, Var) for term in terms) + len(free)
        needed += sum(count.count for count in rule.counts())
        known = _named(rules).union(named)
        for pattern, chosen in self._chosen(rules, named):
            slots = self.base.templates[pattern.template].slots.values()
            for slot, term, values in zip(slots, pattern.terms, chosen, strict=True):
                if slot.kind in ORDERED or not (term is None or isinstance(term, Var)):
                    continue
                if slot.kind == "entity":
                    enough = sum(value not in known for value in values) >= needed
                else:
                    enough = len(values) == len(options(self.base, slot))
                if not enough:
                    return False
        return True

    def _chosen(
        self, rules: Sequence[Rule], named: Iterable[Value]
    ) -> list[tuple[Pattern, list[list[Value]]]]:
        """The given conditions of rules, with a few values for each slot."""
        patterns = self._given(rules)
        known = _named(rules).union(named)
        most = max((count.count for rule in rules for count in rule.counts()), default=0)
        sizes = (max(_SIZES[0], most), *_SIZES[1:])
        for size in sizes:
            choices = [(p, self._choices(p, known, size)) for p in patterns]
            if size == sizes[-1] or sum(math.prod(map(len, c)) for _, c in choices) <= MANY:
                break
        return choices

    def _given(self, rules: Sequence[Rule]) -> list[Pattern]:
        """The conditions of rules that are about given facts."""
        derived = self.base.derived
        return [p for rule in rules for p in rule.conditions() if p.template not in derived]

    def _choices(self, pattern: Pattern, named: set[Value], size: int) -> list[list[Value]]:
        """A few values for each slot of a pattern."""
        slots = self.base.templates[pattern.template].slots.values()
        pairs = zip(slots, pattern.terms, strict=True)
        return [self._values(slot, term, named, size) for slot, term in pairs]

    def _values(self, slot: SlotType, term: Term, named: set[Value], size: int) -> list[Value]:
        if isinstance(term, AnyOf):
            return list(term.values[: size + 1])
        if term is not None and not isinstance(term, Var):
            return [term]
        if slot.kind in ORDERED:
            return spread(slot.kind, named, self.widths[slot.kind], self.base.date)
        legal = options(self.base, slot)
        others = [one for one in legal if one not in named]
        others.sort(key=lambda one: one not in self.values)
        return [one for one in legal if one in named] + others[:size]


def _named(rules: Iterable[Rule]) -> set[Value]:
    """The values that rules name."""
    return {value for rule in rules for value in _constants(rule)}


def _constants(rule: Rule) -> Iterator[Value]:
    terms = [term for p in (*rule.conditions(), *rule.conclusions) for term in p.terms]
    terms += [
        side for comparison in rule.comparisons for side in (comparison.left, comparison.right)
    ]
    for term in terms:
        if isinstance(term, AnyOf):
            yield from term.values
        elif term is not None and not isinstance(term, Var):
            yield term
