"""Decides whether comparisons can hold together, and what follows from them.

Equalities merge terms (union-find); what is at most what makes a graph, in which a cycle through
"less than" cannot hold, and one without makes its terms equal. Days and numbers are steps on a line
with two ends, a number's being as small as can be written: so between neighbours there is nothing,
which is decided by the least distances between terms. Where the values are few, each is tried.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from advisor.model.relations import components
from advisor.reasoning.orders import BEYOND, LEAST

ComparedTerm = Hashable  # a variable, or a Constant


class Constant(NamedTuple):
    """A value; 1 and True are not one."""

    type: str
    value: Hashable


class Claim(NamedTuple):
    """That two terms stand in a relation."""

    left: ComparedTerm
    operator: str
    right: ComparedTerm


DAYS: Final = (date.min.toordinal(), date.max.toordinal())
NUMBERS: Final = (1 - int(BEYOND / LEAST), int(BEYOND / LEAST) - 1)  # in the least steps
_TRIES: Final = 200  # orders in which terms that differ are put
_TURNED: Final = {
    "!=": "!=",
    "=": "=",
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
}  # the sides exchanged
_NEGATED: Final = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def constant(value: Hashable) -> Constant:
    """A value as a term."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Constant("number" if number else type(value).__name__, value)


def entails(known: Iterable[Claim], wanted: Claim) -> bool:
    """Whether what is wanted holds wherever the others do."""
    return not consistent([*known, wanted._replace(operator=_NEGATED[wanted.operator])])


def conflict(
    claims: Sequence[Claim], legal: Mapping[ComparedTerm, Sequence[Constant]] | None = None
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
    claims: Sequence[Claim], legal: Mapping[ComparedTerm, Sequence[Constant]] | None = None
) -> bool:
    """Whether comparisons can hold together, each term that has few values having one of them."""
    if not consistent(claims):
        return False
    return all(
        any(consistent([*claims, Claim(term, "=", value)]) for value in values)
        for term, values in (legal or {}).items()
    )


def consistent(claims: Iterable[Claim]) -> bool:
    """Whether comparisons can hold together."""
    claims = list(claims)
    between = _between(claims)
    if between is not None:
        return between
    return _dense(claims) and all(map(_has_room, _lines(claims)))


def _between(claims: Sequence[Claim]) -> bool | None:
    """Whether there is room for one term between numbers, or days; None if more is claimed.

    Most rules compare no more than that, and an audit sets each against each.
    """
    turned = [
        Claim(right, _TURNED[operator], left) if isinstance(left, Constant) else claim
        for claim in claims
        for left, operator, right in [claim]
    ]
    steps = [_step_of(bound) for _, _, bound in turned]
    lines = {bound.type for _, _, bound in turned if isinstance(bound, Constant)}
    if None in steps or len(lines) != 1 or len({term for term, _, _ in turned}) != 1:
        return None
    low, high = DAYS if lines == {"date"} else NUMBERS
    for (term, operator, _), step in zip(turned, steps, strict=True):
        if operator == "!=" or isinstance(term, Constant) or step is None:
            return None
        if operator in {">", ">=", "="}:
            low = max(low, step + (operator == ">"))
        if operator in {"<", "<=", "="}:
            high = min(high, step - (operator == "<"))
    return low <= high


def _dense(claims: Iterable[Claim]) -> bool:
    """Whether comparisons can hold together, over values that lie dense."""
    at_most: dict[
        ComparedTerm, dict[ComparedTerm, bool]
    ] = {}  # from a term to those above; whether strictly
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


def _order_constants(at_most: dict[ComparedTerm, dict[ComparedTerm, bool]]) -> None:
    """Add that each number and each date is less than the next."""
    for kind in (int | Decimal, date):
        known = [t for t in at_most if isinstance(t, Constant) and isinstance(t.value, kind)]
        known = [t for t in known if t.type != "bool"]
        known.sort(key=lambda t: t.value)  # type: ignore[arg-type, return-value]
        for low, high in itertools.pairwise(known):
            at_most[low][high] = True


# ------------------------------------------------------------------ room on a line


def _lines(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """The claims about numbers or days that hang together, with what fixes them."""
    near: dict[ComparedTerm, list[ComparedTerm]] = {}
    for left, _, right in claims:
        near.setdefault(left, []).append(right)
        near.setdefault(right, []).append(left)
    for members in map(set, components(near)):
        if any(_step_of(term) is not None for term in members):
            yield [claim for claim in claims if claim.left in members]


def _step_of(term: ComparedTerm) -> int | None:
    """Which step on its line a number or a day is; None for a variable, and for other values."""
    if not isinstance(term, Constant) or isinstance(term.value, bool):
        return None
    if isinstance(term.value, date):
        return term.value.toordinal()
    return int(Fraction(term.value) / LEAST) if isinstance(term.value, int | Decimal) else None


def _has_room(claims: Sequence[Claim]) -> bool:
    """Whether claims about one line can hold together on its steps, ends included.

    Where so many terms must differ that it takes long to tell, they are taken to have room.
    """
    terms = dict.fromkeys(term for claim in claims for term in (claim.left, claim.right))
    number = {term: place for place, term in enumerate(terms, 1)}  # 0 is where the line begins
    far = _distances(list(terms))
    differ = []
    for left, operator, right in claims:
        i, j = number[left], number[right]
        if operator in {"<", "<=", "="}:
            far[j][i] = min(far[j][i], -1 if operator == "<" else 0)
        if operator in {">", ">=", "="}:
            far[i][j] = min(far[i][j], -1 if operator == ">" else 0)
        differ += [(i, j)] if operator == "!=" else []
    return _apart(far, differ, itertools.count())


def _distances(terms: Sequence[ComparedTerm]) -> list[list[int]]:
    """How far each term can lie above another, or above the line's start, which is number 0."""
    dated = any(isinstance(term, Constant) and isinstance(term.value, date) for term in terms)
    low, high = DAYS if dated else NUMBERS
    size = range(len(terms) + 1)
    far = [[0 if i == j else high - low for j in size] for i in size]
    for number, term in enumerate(terms, 1):
        step = _step_of(term)
        far[0][number] = (high if step is None else step) - low
        far[number][0] = low - (low if step is None else step)
    return far


def _apart(far: list[list[int]], differ: Sequence[tuple[int, int]], tried: Iterator[int]) -> bool:
    """Whether distances can be kept, with these pairs of terms apart, one way or the other."""
    if next(tried) > _TRIES:
        return True
    size = range(len(far))
    for k, i, j in itertools.product(size, size, size):
        far[i][j] = min(far[i][j], far[i][k] + far[k][j])
    if any(far[i][i] < 0 for i in size):
        return False
    close = [(i, j) for i, j in differ if far[i][j] >= 0 and far[j][i] >= 0]
    if not close:
        return True
    (i, j), *rest = close
    for low, high in ((i, j), (j, i)):  # in one order, or in the other
        nearer = [list(row) for row in far]
        nearer[high][low] = -1
        if _apart(nearer, rest, tried):
            return True
    return False
