"""Finds rules that are alike but for one test, and sees whether their tests leave anything out.

A test is what a rule's comparisons say of one variable, or which legal value a premise has.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor.audit.comparisons import Claim, consistent
from advisor.audit.likeness import said
from advisor.audit.overlap import values_of
from advisor.audit.subsumption import test_of
from advisor.model.records import (
    AtLeast,
    Comparison,
    KnowledgeBase,
    Pattern,
    Rule,
    SlotType,
    Term,
    Var,
)
from advisor.model.values import Value
from advisor.reasoning.computing import early

_MARK: Final = "\0"  # in place of what is tested
_MOST: Final = 256  # combinations of comparisons that are tried
_TURNED: Final = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class TestedRule(NamedTuple):
    """A rule with its test."""

    rule: Rule
    tests: tuple[Comparison, ...]  # of one variable with constants, or one of two variables
    values: tuple[Value, ...] = ()  # or the legal values that a premise has


class Split(NamedTuple):
    """Rules that are alike but for a test of one thing."""

    parts: tuple[TestedRule, ...]
    whole: Rule  # the first without its test
    about: str  # what is tested, as in "$metres" or "'now' of 'weather'"
    legal: tuple[Value, ...] = ()

    def leaves_nothing(self) -> bool:
        """Whether some part applies whatever is tested; False where that is hard to tell."""
        if self.legal:
            return {value for part in self.parts for value in part.values} >= set(self.legal)
        if math.prod(len(part.tests) for part in self.parts) > _MOST:
            return False
        ways = itertools.product(*(part.tests for part in self.parts))
        return not any(consistent(map(_denied, way)) for way in ways)


def _denied(test: Comparison) -> Claim:
    claim = test_of(test)
    return claim._replace(operator=_TURNED[claim.operator])


def splits(
    base: KnowledgeBase, rules: Iterable[Rule], alike: Callable[[Rule], Rule] = lambda rule: rule
) -> Iterator[Split]:
    """The groups of rules that differ in one test alone, where `alike` says what else counts."""
    groups: dict[Hashable, list[tuple[TestedRule, Rule, str, tuple[Value, ...]]]] = {}
    for rule in rules:
        for part, marked, whole, about, legal in (*_compared(rule), *_valued(base, rule)):
            key = about if legal else "", said(alike(marked))
            groups.setdefault(key, []).append((part, whole, about, legal))
    for group in groups.values():
        part, whole, about, legal = group[0]
        parts = {part.rule.id: part for part, *_ in group}
        if len(parts) > 1:
            yield Split(tuple(parts.values()), whole, about, legal)


_Marked = tuple[TestedRule, Rule, Rule, str, tuple[Value, ...]]


def _compared(rule: Rule) -> Iterator[_Marked]:
    """The rule without what its comparisons say of a variable, or of two, for each of these."""
    constant = [test for test in early(rule) if len(test.variables()) == 1]
    for name in dict.fromkeys(name for test in constant for name in test.variables()):
        tests = tuple(test for test in constant if test.variables() == {name})
        others = tuple(test for test in rule.comparisons if test not in tests)
        whole = msgspec.structs.replace(rule, comparisons=others)
        mark = Comparison(left=Var(name), operator="=", right=_MARK, where=rule.where)
        marked = msgspec.structs.replace(rule, comparisons=(*others, mark))
        yield TestedRule(rule, tests), marked, whole, f"${name}", ()
    for test in (each for each in early(rule) if len(each.variables()) == 2):
        one, other = sorted(test.variables())
        others = tuple(each for each in rule.comparisons if each is not test)
        whole = msgspec.structs.replace(rule, comparisons=others)
        mark = Comparison(left=Var(one), operator=_MARK, right=Var(other), where=rule.where)
        marked = msgspec.structs.replace(rule, comparisons=(*others, mark))
        yield TestedRule(rule, (test,)), marked, whole, f"${one} and ${other}", ()


def _valued(base: KnowledgeBase, rule: Rule) -> Iterator[_Marked]:
    """The rule without the legal values that a premise has in a slot, for each such slot."""
    for premise in rule.patterns():
        template = base.templates[premise.template]
        for place, (slot, kind) in enumerate(template.slots.items()):
            values, legal = values_of(premise.terms[place]), legal_values(kind)
            if values and legal:
                found = TestedRule(rule, (), values)
                about = f"'{slot}' of '{template.id}'"
                marked, whole = (put(rule, premise, place, term) for term in (_MARK, None))
                yield found, marked, whole, about, legal


def legal_values(kind: SlotType) -> tuple[Value, ...]:
    """The values of a slot that has few of them."""
    return (True, False) if kind.kind == "boolean" else tuple(kind.values)


def put(rule: Rule, premise: Pattern, place: int, term: Term) -> Rule:
    """The rule with another term in one slot of a premise."""
    terms = (*premise.terms[:place], term, *premise.terms[place + 1 :])
    other = msgspec.structs.replace(premise, terms=terms)
    return without(rule, premise, (other,))


def without(rule: Rule, premise: Pattern, instead: Sequence[Pattern | AtLeast] = ()) -> Rule:
    """The rule without a premise, or with others in its place."""
    kept = [(each,) if each is not premise else tuple(instead) for each in rule.premises]
    return msgspec.structs.replace(rule, premises=tuple(itertools.chain(*kept)))


def advising(base: KnowledgeBase, rule: Rule) -> Rule | None:
    """The rule with no other conclusion than that it advises somebody; None if it does not."""
    for conclusion in rule.conclusions:
        template = base.templates[conclusion.template]
        if template.advice and not rule.otherwise:
            client = conclusion.terms[list(template.slots).index("client")]
            told = Pattern(template="", terms=(client,), where=conclusion.where)
            return msgspec.structs.replace(
                rule, conclusions=(told,), advances=(), strains=(), strength=0
            )
    return None
