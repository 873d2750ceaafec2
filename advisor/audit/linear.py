"""Turns comparisons of what a rule computes into comparisons of what it computes that from.

Where a number is a multiple of one variable plus a constant, comparing it with a constant is
comparing the variable with another. (That what is computed is rounded to so many digits does not
count.) All else stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple, TypeGuard

import msgspec

from advisor.model.expressions import Comparison, Expression, Operation, Undefined, Var, written
from advisor.model.records import Aggregate, Rule

_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


class Affine(NamedTuple):
    """`slope * variable + constant`; without a variable the constant alone."""

    variable: str | None
    slope: Fraction
    constant: Fraction


def resolved(rule: Rule) -> list[Comparison]:
    """The comparisons of a rule in their order, on what it binds as far as lines lead there."""
    lines: dict[str, Affine] = {}
    for let in rule.lets:
        found = None if isinstance(let.of, Aggregate) else _line(let.of, lines)
        if found is not None:
            lines[let.name] = found
    return [_resolved(comparison, lines) for comparison in rule.comparisons]


def _resolved(test: Comparison, lines: Mapping[str, Affine]) -> Comparison:
    left, right, operator = test.left, test.right, test.operator
    if isinstance(right, Var):
        left, right, operator = right, left, _TURNED[operator]
    line = lines.get(left.name) if isinstance(left, Var) else None
    if line is None or line.variable is None or not line.slope or not _is_number(right):
        return test
    bound = (Fraction(right) - line.constant) / line.slope
    try:
        exact = written(bound)
    except Undefined:
        return test
    if Fraction(exact) != bound:
        return test
    turned = operator if line.slope > 0 else _TURNED[operator]
    return msgspec.structs.replace(test, left=Var(line.variable), operator=turned, right=exact)


def _is_number(value: object) -> TypeGuard[int | Decimal]:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _line(of: Expression, known: Mapping[str, Affine]) -> Affine | None:
    """An expression as a line; None if it is none."""
    if isinstance(of, Var):
        return known.get(of.name, Affine(of.name, Fraction(1), Fraction(0)))
    if not isinstance(of, Operation):
        return Affine(None, Fraction(0), Fraction(of)) if _is_number(of) else None
    found = [_line(operand, known) for operand in of.operands]
    if len(found) != 2 or found[0] is None or found[1] is None:
        return None
    return _worked(of.operator, found[0], found[1])


def _worked(operator: str, one: Affine, other: Affine) -> Affine | None:
    named = {one.variable, other.variable} - {None}
    if operator in {"+", "-"} and len(named) < 2:
        sign = 1 if operator == "+" else -1
        slope, constant = one.slope + sign * other.slope, one.constant + sign * other.constant
        return Affine(one.variable or other.variable, slope, constant)
    if operator == "*" and one.variable is None:
        one, other = other, one
    if operator in {"*", "/"} and other.variable is None and (other.constant or operator == "*"):
        by = other.constant if operator == "*" else 1 / other.constant
        return Affine(one.variable, one.slope * by, one.constant * by)
    return None
