"""Turns the terms of a pattern and what stands in a fact's slots into what the variables stand for.

Whatever asks whether a pattern matches, a premise or a goal, a value or a thing that stands for
one, asks here. A fact of a symmetric template is met either way round.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from advisor.model.records import (
    AnyOf,
    Instance,
    KnowledgeBase,
    Pattern,
    Rule,
    Template,
    Term,
    Var,
    swapped,
)
from advisor.model.values import Value

Bindings = Mapping[str, Value]  # of the variables of a rule
Goal = tuple[str, tuple[Term, ...]]  # a template, and what is known of its slots

T = TypeVar("T", bound=Hashable)


def is_among(value: Any, term: Any) -> bool:
    """Whether a value is that of a term, or one of its values."""
    return bool(value in term.values if isinstance(term, AnyOf) else value == term)


def unify(
    terms: Sequence[Term],
    values: Sequence[T],
    bindings: Mapping[str, T],
    agrees: Callable[[T, Term], bool] = is_among,
) -> dict[str, T] | None:
    """The bindings, extended, under which the terms stand for the values; None if there are none.

    A value None, or a variable or a list of values in its place, binds nothing. `agrees` says
    whether a value is that of a term which is no variable.
    """
    extended = dict(bindings)
    for term, value in zip(terms, values, strict=True):
        if value is None or term is None or isinstance(value, AnyOf | Var):
            continue
        if isinstance(term, Var):
            if extended.setdefault(term.name, value) != value:
                return None
        elif not agrees(value, term):
            return None
    return extended


def ways(template: Template, values: tuple[T, ...]) -> tuple[tuple[T, ...], ...]:
    """What stands in the slots, either way round if the template is symmetric."""
    if template.symmetric is None:
        return (values,)
    return tuple(dict.fromkeys((values, swapped(values, *template.symmetric))))


def unified(
    template: Template,
    terms: Sequence[Term],
    values: tuple[T, ...],
    bindings: Mapping[str, T],
    agrees: Callable[[T, Term], bool] = is_among,
) -> Iterator[dict[str, T]]:
    """The bindings of each way round in which the terms stand for the values, as `unify`."""
    for way in ways(template, values):
        extended = unify(terms, way, bindings, agrees)
        if extended is not None:
            yield extended


def matches(
    template: Template, terms: Sequence[Term], values: tuple[T, ...], bindings: Mapping[str, T]
) -> bool:
    """Whether the terms stand for the values at all, one way round or the other."""
    return any(unify(terms, way, bindings) is not None for way in ways(template, values))


def concluding(base: KnowledgeBase, goal: Goal) -> Iterator[tuple[Rule, dict[str, Value]]]:
    """The rules that could conclude a goal, each with what the goal binds."""
    name, terms = goal
    written = base.concluding.get(name, ())
    for rule in (variant for each in written for variant in base.variants_of(each)):
        for conclusion in rule.conclusions:
            if conclusion.template == name:
                found = unified(base.templates[name], conclusion.terms, terms, {})
                yield from ((rule, bindings) for bindings in found)  # type: ignore[misc]


def bound(pattern: Pattern, bindings: Bindings) -> tuple[Term, ...]:
    """The terms of a pattern with its variables bound; None where they are not."""
    return tuple([bindings.get(t.name) if isinstance(t, Var) else t for t in pattern.terms])


def filled(base: KnowledgeBase, pattern: Pattern, bindings: Bindings) -> Instance:
    """The fact of a pattern whose slots all hold bound variables or values."""
    values = [bindings[t.name] if isinstance(t, Var) else t for t in pattern.terms]
    return base.templates[pattern.template].instance(*values)  # type: ignore[arg-type]


def ground(template: Template, terms: Sequence[Term]) -> Instance | None:
    """The instance of terms that are all values."""
    if any(term is None or isinstance(term, Var | AnyOf) for term in terms):
        return None
    return template.instance(*terms)  # type: ignore[arg-type]
