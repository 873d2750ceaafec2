"""Turns a rule into a smallest set of facts on which it fires, to see a finding about it happen.

The facts are the rule's own premises, its variables filled with declared things; where a premise is
over advice, which cannot be stated, those of a rule that concludes it. What is made is evaluated
before it is shown: a rule that something blocks even so has no example.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor.answers.advice import advisable
from advisor.audit.overlap import over
from advisor.audit.subject import Subject
from advisor.audit.universe import NamedValues, narrowed, rules_below
from advisor.audit.unsearched import leave
from advisor.audit.witness import Draft
from advisor.model.changes import key_of
from advisor.model.english import variable_types
from advisor.model.grades import CERTAIN
from advisor.model.records import (
    AtLeast,
    Comparison,
    Instance,
    KnowledgeBase,
    Pattern,
    Rule,
    SlotType,
    Var,
)
from advisor.model.values import Value
from advisor.reasoning.building import graph_over
from advisor.reasoning.computing import extended
from advisor.reasoning.engines import often
from advisor.reasoning.evaluate import evaluate, firing_grade
from advisor.reasoning.unification import Bindings, filled, unify

WAYS: Final = 200  # to fill the variables of a rule; more are not tried
DEPTH: Final = 4  # of a chain of advice that a premise is about


class Example(NamedTuple):
    """Facts, and what a rule concludes from them."""

    facts: tuple[Instance, ...]
    concluded: Instance  # by the rule's first conclusion
    client: Value | None

    @property
    def draft(self) -> Draft:
        """The facts as a fact file is to say them."""
        return Draft(client=self.client, facts=self.facts)


class Examples:
    """What is made once for the examples of a base."""

    def __init__(self, subject: Subject) -> None:
        self.base = subject.base
        self.named = NamedValues(subject.base)

    def of(
        self,
        rule: Rule,
        but: Collection[Pattern] = (),
        bound: Bindings | None = None,
        depth: int = DEPTH,
    ) -> Example | None:
        """Facts on which a rule fires, or would but for some premises; None if none are found.

        `bound` says what some of its variables stand for.
        """
        if rule.aggregates():
            leave("facts on which a rule fires", "it computes over facts", f"'{rule.id}'")
            return None
        kinds = {**variable_types(self.base, rule)}
        ways = self._bindings(list(kinds.items()), bound or {}, rule.comparisons)
        for number, known in enumerate(ways):
            if number == WAYS:
                why = f"only {WAYS} ways were tried to fill the variables"
                leave("facts on which a rule fires", why, f"'{rule.id}'")
                break
            bindings = extended(rule, known)
            if not bindings.keys() >= {let.name for let in rule.lets}:
                continue  # what it computes has no value here
            facts = self._facts(rule, but, bindings, depth)
            if facts is not None and self._fires(rule, but, bindings, facts):
                concluded = filled(self.base, rule.conclusions[0], bindings)
                return Example(
                    tuple(self.base.ordered(facts)), concluded, self._client(rule, bindings)
                )
        return None

    def both(self, rule: Rule, other: Rule) -> Example | None:
        """Facts on which each of two rules fires, and both give the same advice."""
        first = self.of(rule)
        if first is None or rule.id == other.id:
            return first
        advice = first.concluded
        for conclusion in over(other.conclusions, advice.template):
            bound = unify(conclusion.terms, advice.values, {})
            second = self.of(other, bound=bound) if bound is not None else None
            together = {*first.facts, *second.facts} if second else set()
            if second and second.concluded == advice and self._legal(together):
                return first._replace(facts=tuple(self.base.ordered(together)))
        return None

    def _bindings(
        self, kinds: Sequence[tuple[str, SlotType]], so_far: Bindings, tests: Sequence[Comparison]
    ) -> Iterator[Bindings]:
        """The ways to fill variables, different things first, with the comparisons true."""
        if not all(test.holds(so_far) for test in tests if so_far.keys() >= test.variables()):
            return
        if not kinds:
            yield so_far
            return
        (name, kind), *rest = kinds
        for value in [so_far[name]] if name in so_far else self._values(kind, so_far.values()):
            yield from self._bindings(rest, {**so_far, name: value}, tests)

    def _values(self, kind: SlotType, used: Collection[Value]) -> list[Value]:
        """What a slot may hold: what is not used yet first, and of that the client."""
        legal = self.named.legal(kind, None, len(self.base.entities))
        return sorted(legal, key=lambda value: (value in used, value != self.base.client))

    def _facts(
        self, rule: Rule, but: Collection[Pattern], bindings: Bindings, depth: int
    ) -> set[Instance] | None:
        """The premises as facts, with what those over advice rest on; None if they clash."""
        found: set[Instance] = set()
        for premise in rule.premises:
            pattern, count = (
                (premise.of, premise.count) if isinstance(premise, AtLeast) else (premise, 1)
            )
            if pattern in but:
                continue
            stated = self._stated(self.matching(pattern, bindings), count, depth)
            if stated is None:
                return None
            found |= stated
        return found if self._legal(found) else None

    def _legal(self, facts: Collection[Instance]) -> bool:
        """Whether no two facts have one key."""
        keys = [key for fact in facts if (key := key_of(self.base.templates[fact.template], fact))]
        return len(set(keys)) == len(keys)

    def matching(self, pattern: Pattern, bindings: Bindings) -> list[Instance]:
        """Some of the facts that a pattern matches, first those of different things."""
        template = self.base.templates[pattern.template]
        slots: list[list[Value]] = []
        for term, kind in zip(pattern.terms, template.slots.values(), strict=True):
            known = bindings.get(term.name) if isinstance(term, Var) else None
            used = {value for slot in slots for value in slot[:1]}
            free = self.named.legal(kind, None if isinstance(term, Var) else term, WAYS)
            free = sorted(free, key=used.__contains__)
            slots.append([known] if known is not None else free)
        ways = (values for values in itertools.product(*slots) if not template.repeats(values))
        some = itertools.islice(ways, WAYS)
        return list(dict.fromkeys(template.instance(*values) for values in some))

    def _stated(self, matching: list[Instance], count: int, depth: int) -> set[Instance] | None:
        """As many of the facts as are counted, with no key twice."""
        found: set[Instance] = set()
        keys: set[object] = set()
        number = 0
        for fact in matching:
            template = self.base.templates[fact.template]
            key = key_of(template, fact) or fact
            below = self._advised(fact, depth) if template.advice or template.caveat else {fact}
            if below is not None and key not in keys:
                keys.add(key)
                found |= below
                number += 1
            if number == count:
                return found
        return None

    def _advised(self, advice: Instance, depth: int) -> set[Instance] | None:
        """Facts from which a piece of advice follows."""
        for rule in self.base.concluding.get(advice.template, ()) if depth else ():
            for conclusion in rule.conclusions:
                same = conclusion.template == advice.template and not rule.otherwise
                bound = unify(conclusion.terms, advice.values, {}) if same else None
                found = self.of(rule, bound=bound, depth=depth - 1) if bound is not None else None
                if found is not None:
                    return set(found.facts)
        return None

    @often()
    def _fires(
        self, rule: Rule, but: Collection[Pattern], bindings: Bindings, facts: Collection[Instance]
    ) -> bool:
        """Whether the rule fires on the facts, if some premises are left out."""
        ground = _grounded(self.base, rule, but, bindings)
        below = rules_below(self.base, [p.template for p in ground.conditions()])
        rules = {rule.id: rule for rule in (*below, ground)}
        graph = graph_over(narrowed(self.base, rules.values()), facts)
        certain = {graph.number[fact]: (CERTAIN, CERTAIN) for fact in facts}
        grades = evaluate(graph, certain)
        own = (firing for firing in graph.firings if firing.rule.id == rule.id)
        return any(firing_grade(firing, grades)[0] for firing in own)

    def _client(self, rule: Rule, bindings: Bindings) -> Value | None:
        """Whom the rule advises, or anybody."""
        for pattern in (*rule.conclusions, *rule.patterns()):
            template = self.base.templates[pattern.template]
            if template.advice:
                return template.slot_values(filled(self.base, pattern, bindings))["client"]
        return client(self.base)


def client(base: KnowledgeBase) -> str | None:
    """Whom a base advises: its own client, or the first that it can advise."""
    return base.client or next(iter(advisable(base)), None)


def _grounded(
    base: KnowledgeBase, rule: Rule, but: Collection[Pattern], bindings: Bindings
) -> Rule:
    """The rule of these bindings alone, without some premises."""

    def put(pattern: Pattern) -> Pattern:
        terms = (bindings.get(t.name, t) if isinstance(t, Var) else t for t in pattern.terms)
        return msgspec.structs.replace(pattern, terms=tuple(terms))

    premises = [
        AtLeast(count=p.count, of=put(p.of)) if isinstance(p, AtLeast) else put(p)
        for p in rule.premises
        if (p.of if isinstance(p, AtLeast) else p) not in but
    ]
    return msgspec.structs.replace(
        rule,
        premises=tuple(premises),
        comparisons=(),
        lets=(),
        exceptions=tuple(map(put, rule.exceptions)),
        conclusions=tuple(map(put, rule.conclusions)),
    )
