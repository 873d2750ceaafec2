"""Decides whether comparisons can hold together, and what follows from them.

Equalities merge terms (union-find); what is at most what makes a graph, in which a cycle through
"less than" cannot hold, and one without makes its terms equal. Complete for =, !=, <, <=, > and >=
over a dense order; where the values are few, each is tried.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from advisor.strata import components

Term = Hashable  # a variable, or a Constant


class Constant(NamedTuple):
    """A value; 1 and True are not one."""

    type: str
    value: Hashable


class Claim(NamedTuple):
    """That two terms stand in a relation."""

    left: Term
    operator: str
    right: Term


_NEGATED: Final = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def constant(value: Hashable) -> Constant:
    """A value as a term."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Constant("number" if number else type(value).__name__, value)


def entails(known: Iterable[Claim], wanted: Claim) -> bool:
    """Whether what is wanted holds wherever the others do."""
    return not consistent([*known, wanted._replace(operator=_NEGATED[wanted.operator])])


def conflict(
    claims: Sequence[Claim], legal: Mapping[Term, Sequence[Constant]] | None = None
) -> list[int] | None:
    """The places of comparisons that cannot hold together, none to spare; None if all can.

    `legal` lists the values of those terms that have few.
    """
    if possible(claims, legal):
        return None
    kept = list(range(len(claims)))
    for place in range(len(claims)):
        fewer = [other for other in kept if other != place]
        if not possible([claims[other] for other in fewer], legal):
            kept = fewer
    return kept


def possible(
    claims: Sequence[Claim], legal: Mapping[Term, Sequence[Constant]] | None = None
) -> bool:
    """Whether comparisons can hold together, each term that has few values having one of them."""
    if not consistent(claims):
        return False
    return all(
        any(consistent([*claims, Claim(term, "=", value)]) for value in values)
        for term, values in (legal or {}).items()
    )


def consistent(claims: Iterable[Claim]) -> bool:
    """Whether comparisons can hold together, over values that lie dense."""
    at_most: dict[Term, dict[Term, bool]] = {}  # from a term to those above; whether strictly
    differ = []
    for left, operator, right in claims:
        for term in (left, right):
            at_most.setdefault(term, {})
        if operator == "!=":
            differ.append((left, right))
        if operator in {"=", "<=", "<"}:
            at_most[left][right] = at_most[left].get(right, False) or operator == "<"
        if operator in {"=", ">=", ">"}:
            at_most[right][left] = at_most[right].get(left, False) or operator == ">"
    _order_constants(at_most)
    classes = components(at_most)
    class_of = {term: number for number, members in enumerate(classes) for term in members}
    for low, above in at_most.items():
        if any(strict and class_of[low] == class_of[high] for high, strict in above.items()):
            return False
    constants = [{t for t in members if isinstance(t, Constant)} for members in classes]
    if any(len(found) > 1 for found in constants):
        return False
    return all(class_of[left] != class_of[right] for left, right in differ)


def _order_constants(at_most: dict[Term, dict[Term, bool]]) -> None:
    """Add that each number and each date is less than the next."""
    for kind in (int | Decimal, date):
        known = [t for t in at_most if isinstance(t, Constant) and isinstance(t.value, kind)]
        known = [t for t in known if t.type != "bool"]
        known.sort(key=lambda t: t.value)  # type: ignore[arg-type, return-value]
        for low, high in itertools.pairwise(known):
            at_most[low][high] = True
