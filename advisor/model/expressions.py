"""What rules compute and compare: exact arithmetic on numbers and dates.

A number that nobody answered yet, where a rule computes with it, has a value of its own in its
place: what is computed from it is unanswered as well, and every comparison with it may hold.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple, Union

import msgspec

from advisor.model.errors import Location
from advisor.model.values import (
    DIGITS,
    UNANSWERED,
    UNANSWERED_DAY,
    Number,
    Value,
    is_answered,
    value_text,
)

LEAST: Final = Fraction(1, 10**DIGITS)  # how far numbers that can be written lie apart
_EXACT: Final = Context(prec=2 * DIGITS)


class Var(NamedTuple):
    """A variable of a rule, `$client`."""

    name: str


class Operation(msgspec.Struct, frozen=True):
    """An operator with what it works on."""

    operator: str  # one of + - * / min max round round-down round-up
    operands: tuple[Expression, ...]


Expression = Union[int, Decimal, date, Var, Operation]  # noqa: UP007 - names what comes later
ComputedValue = Fraction | date | None  # None: it rests on what is not answered


class Undefined(Exception):
    """An expression that has no value, and why."""


_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A test on bound values, `$bcm >= 20`."""

    left: Value | Var
    operator: str
    right: Value | Var
    order: tuple[str, ...] = ()  # of legal values that are ordered, the least first
    where: Location

    def variables(self) -> set[str]:
        """The names of its variables."""
        return {side.name for side in (self.left, self.right) if isinstance(side, Var)}

    @property
    def relation(self) -> Callable[[Any, Any], bool]:
        """In which its sides are to stand."""
        return _OPERATORS[self.operator]

    def sides(self, bindings: Mapping[str, Value]) -> tuple[Value, Value]:
        """What stands on its two sides where these values are bound."""
        both = [bindings[s.name] if isinstance(s, Var) else s for s in (self.left, self.right)]
        return both[0], both[1]

    def holds(self, bindings: Mapping[str, Value]) -> bool:
        """Whether the values bound stand in this relation, or may where one is not answered."""
        left, right = self.sides(bindings)
        if self.order:
            left, right = (self.order.index(str(side)) for side in (left, right))
        return bool(self.relation(left, right)) or not (is_answered(left) and is_answered(right))


# ------------------------------------------------------------------ what is computed


def mentioned(of: Expression) -> Iterator[str]:
    """The names of the variables of an expression, in order."""
    if isinstance(of, Var):
        yield of.name
    elif isinstance(of, Operation):
        for operand in of.operands:
            yield from mentioned(operand)


def filled_in(of: Expression, values: Mapping[str, Number | date]) -> Expression:
    """An expression with these values in the place of variables."""
    if isinstance(of, Var):
        return values.get(of.name, of)
    if isinstance(of, Operation):
        return Operation(of.operator, tuple(filled_in(each, values) for each in of.operands))
    return of


def value_of(of: Expression, bindings: Mapping[str, Value]) -> Value:
    """The value of an expression, exact to 30 digits after the point; raises Undefined."""
    return as_value(result(of, bindings), is_day(of, bindings))


def is_day(of: Expression, bindings: Mapping[str, Value]) -> bool:
    """Whether an expression comes to a date, and not to a number."""
    if isinstance(of, Var):
        return isinstance(bindings[of.name], date)
    if isinstance(of, Operation):
        days = [is_day(operand, bindings) for operand in of.operands]
        return (
            days[0] if of.operator == "-" and not all(days) else any(days) and (of.operator != "-")
        )
    return isinstance(of, date)


def as_value(found: ComputedValue, day: bool = False) -> Value:
    """A result as what can stand in a slot; raises Undefined where nothing can."""
    if found is None:
        return UNANSWERED_DAY if day else UNANSWERED
    return found if isinstance(found, date) else written(found)


def written(found: Fraction) -> Number:
    """A number with at most 30 digits after its point, of two that are as near the even one."""
    if found.denominator == 1:
        whole = int(found)
        if abs(whole) >= 10**DIGITS:
            raise Undefined(f"the result has more than {DIGITS} digits before the point")
        return whole
    digits = Decimal(round(found / LEAST))
    number = digits.scaleb(-DIGITS, _EXACT).normalize(_EXACT)
    if abs(number) >= 10**DIGITS:
        raise Undefined(f"the result has more than {DIGITS} digits before the point")
    return int(number) if number == int(number) else number


def result(of: Expression, bindings: Mapping[str, Value]) -> ComputedValue:
    """What an expression comes to, as an exact fraction or a date; raises Undefined."""
    if isinstance(of, Operation):
        operands = [result(operand, bindings) for operand in of.operands]
        if any(operand is None for operand in operands):
            return None
        return _WORKED[of.operator](*operands)
    value = bindings[of.name] if isinstance(of, Var) else of
    if not is_answered(value):
        return None
    return value if isinstance(value, date) else Fraction(value)


def _sum(one: Fraction | date, other: Fraction | date) -> Fraction | date:
    if isinstance(one, date) or isinstance(other, date):
        day, days = (one, other) if isinstance(one, date) else (other, one)
        return _moved(day, days)  # type: ignore[arg-type]
    return one + other


def _difference(one: Fraction | date, other: Fraction | date) -> Fraction | date:
    if isinstance(one, date):
        return Fraction((one - other).days) if isinstance(other, date) else _moved(one, -other)
    return one - other  # type: ignore[operator]


def _moved(day: date, days: Fraction) -> date:
    """A day so many days later; part of a day is none."""
    try:
        return day + timedelta(days=math.floor(days))
    except OverflowError:
        raise Undefined("the day is not in the calendar") from None


def _quotient(one: Fraction, other: Fraction) -> Fraction:
    if not other:
        raise Undefined("it divides by zero")
    return one / other


def _rounded(how: Callable[[Fraction], int], of: Fraction, step: Fraction) -> Fraction:
    if step <= 0:
        raise Undefined("it rounds to a step that is not above zero")
    return how(of / step) * step


def _nearest(of: Fraction) -> int:
    """The nearest whole number, of two that are as near the one further from zero."""
    whole = math.floor(abs(of) + Fraction(1, 2))
    return whole if of >= 0 else -whole


_WORKED: Final[Mapping[str, Callable[..., ComputedValue]]] = {
    "+": _sum,
    "-": _difference,
    "*": operator.mul,
    "/": _quotient,
    "min": min,
    "max": max,
    "round": functools.partial(_rounded, _nearest),
    "round-down": functools.partial(_rounded, math.floor),
    "round-up": functools.partial(_rounded, math.ceil),
}

# ------------------------------------------------------------------ as it is written

_STRENGTH: Final = {"+": 1, "-": 1, "*": 2, "/": 2}


def spelled(of: Expression, leaf: Callable[[Number | date | Var], str], above: int = 0) -> str:
    """An expression as a rule file has it, with as few parentheses as will do."""
    if not isinstance(of, Operation):
        return leaf(of)
    strength = _STRENGTH.get(of.operator)
    if strength is None:
        return f"{of.operator}({', '.join(spelled(each, leaf) for each in of.operands)})"
    one, other = of.operands
    text = f"{spelled(one, leaf, strength)} {of.operator} {spelled(other, leaf, strength + 1)}"
    return f"({text})" if strength < above else text


def written_leaf(of: Value | Var) -> str:
    """A variable or a value as it stands in an expression."""
    return f"${of.name}" if isinstance(of, Var) else value_text(of)
