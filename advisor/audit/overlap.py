"""Says which patterns and facts can meet: what uses a conclusion, what a premise matches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from advisor.model import AnyOf, Pattern, Rule, Template, Term, Var, swapped


def meet(template: Template, one: Sequence[Term], other: Sequence[Term]) -> bool:
    """Whether some fact of a template has both these terms, either way round if symmetric.

    Where it is hard to tell, as with a variable that occurs twice, they meet.
    """
    ways = [tuple(other)]
    if template.symmetric:
        ways.append(swapped(tuple(other), *template.symmetric))
    return any(all(map(_compatible, one, way)) for way in ways)


def meets_any(template: Template, one: Sequence[Term], others: Iterable[Sequence[Term]]) -> bool:
    """Whether any of them meets these terms."""
    return any(meet(template, one, other) for other in others)


def _compatible(one: Term, other: Term) -> bool:
    if one is None or other is None or isinstance(one, Var) or isinstance(other, Var):
        return True
    left = one.values if isinstance(one, AnyOf) else (one,)
    right = other.values if isinstance(other, AnyOf) else (other,)
    return any(value in right for value in left)


def over(patterns: Iterable[Pattern], template: str) -> list[Pattern]:
    """The patterns over a template."""
    return [pattern for pattern in patterns if pattern.template == template]


def needs_of(rule: Rule) -> set[str]:
    """The templates that a rule has in a premise or counts."""
    return {p.template for p in rule.patterns()} | {c.of.template for c in rule.counts()}
