"""Says why a rule can never give what it concludes, or at a roughly even chance at most."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

from advisor.audit.overlap import values_of
from advisor.audit.quotes import condition
from advisor.model.grades import HOLDS, TERMS
from advisor.model.records import AnyOf, KnowledgeBase, Pattern, Rule, Term, Var, swapped

_EVEN: Final = f" at more than a {TERMS[HOLDS]}"


def defeats(base: KnowledgeBase, rule: Rule) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Why a rule can never give anything, or no more than what, with what shows it."""
    for premise, exception in itertools.product(rule.patterns(), rule.exceptions):
        if _meets(base, premise, exception):
            seen = f"if: {condition(premise)}", f"unless: {condition(exception)}"
            yield "what its 'unless' excludes is among its premises", _EVEN, seen
    for one, other in itertools.combinations(rule.patterns(), 2):
        if _exclude(base, one, other):
            seen = f"if: {condition(one)}", f"if: {condition(other)}"
            yield "two of its premises exclude each other", _EVEN, seen
    given = [base.templates[conclusion.template] for conclusion in rule.conclusions]
    if rule.strength < HOLDS and all(template.advice or template.caveat for template in given):
        least = TERMS[HOLDS]
        seen = f"strength: {TERMS[rule.strength]}", f"given is what is at least {least}"
        yield f"its strength is below '{least}', and nothing is given below that", "", seen


def _meets(base: KnowledgeBase, premise: Pattern, exception: Pattern) -> bool:
    """Whether whatever matches a premise is what an exception asks for."""
    if premise.template != exception.template:
        return False
    swappable = base.templates[premise.template].symmetric
    ways = [premise.terms, *([swapped(premise.terms, *swappable)] if swappable else [])]
    return any(all(map(_within, terms, exception.terms)) for terms in ways)


def _within(term: Term, wider: Term) -> bool:
    """Whether a slot of a premise holds nothing but what another has room for."""
    if wider is None or term == wider:
        return True
    constants = term is not None and not isinstance(term, Var) and isinstance(wider, AnyOf)
    return constants and {*values_of(term)} <= {*values_of(wider)}


def _exclude(base: KnowledgeBase, one: Pattern, other: Pattern) -> bool:
    """Whether two premises are about one key, and have no value in common."""
    template = base.templates[one.template]
    if one.template != other.template or not template.key:
        return False
    same = all(
        one.terms[slot] == other.terms[slot] and one.terms[slot] is not None
        for slot in template.key
    )
    return same and any(
        {*values_of(a)}.isdisjoint(values_of(b))
        for a, b in zip(one.terms, other.terms, strict=True)
        if not (isinstance(a, Var | None) or isinstance(b, Var | None))
    )
