"""Reads expressions, `$use - $own` or `min($rent, 100) / 4`, and what they are numbers of.

expression = term { ("+" | "-") term }
term       = factor { ("*" | "/") factor }
factor     = NUMBER | DATE | $VARIABLE | "-" factor | "(" expression ")"
           | ("min" | "max") "(" expression "," expression { "," expression } ")"
           | ("round" | "round-down" | "round-up") "(" expression "," NUMBER ")"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from advisor.loader import keys
from advisor.model.expressions import Expression, Operation, Var
from advisor.model.plurals import plural
from advisor.model.records import SlotType
from advisor.model.values import DIGITS

DEEP: Final = 50  # parentheses, minus signs and functions inside each other
MOST: Final = 200  # operators in one expression

_TOKEN: Final = re.compile(
    rf"\s*(?:(?P<date>{keys.DAY})|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    rf"|\$(?P<variable>{keys.SLOT})|(?P<name>[a-z]+(?:-[a-z]+)*)|(?P<sign>[-+*/(),]))"
)
_RATE: Final = re.compile(r"(.+) (?:an?|per) (.+)")  # so much for each of something
_ROUNDING: Final = ("round", "round-down", "round-up")
_WORDS: Final = {"+": "adds", "-": "takes", "*": "multiplies", "/": "divides"}


class Wrong(Exception):
    """What is wrong with an expression, how to mend it, and at which character of it."""

    def __init__(self, message: str, hint: str | None = None, at: int = 0) -> None:
        super().__init__(message)
        self.message, self.hint, self.at = message, hint, at


class Typed(NamedTuple):
    """An expression with what it comes to; a type of None is not known, because of a problem."""

    of: Expression
    type: SlotType | None
    bare: bool = False  # whether it is made of numbers alone, which take any unit


_PLAIN: Final = SlotType(kind="number")
_DATE: Final = SlotType(kind="date")
_DAYS: Final = SlotType(kind="number", unit="days")


def read_expression(text: str, types: Mapping[str, SlotType | None]) -> Typed:
    """The expression that a text writes, over variables of these types; raises Wrong."""
    reader = _Reader(text, types)
    found = reader.expression()
    reader.expect_end()
    return found


def _earned(rate: str, over: str) -> str | None:
    """What a rate comes to over so much of a unit: `euros`, of `euros a day` over `days`."""
    match = _RATE.fullmatch(rate)
    return match[1] if match and over in {match[2], plural(match[2])} else None


def _worked(amount: str, rate: str) -> str | None:
    """Over how much a rate comes to an amount: `days`, of `euros` at `euros a day`."""
    match = _RATE.fullmatch(rate)
    return plural(match[2]) if match and match[1] == amount else None


class _Reader:
    """One pass over an expression, from left to right."""

    def __init__(self, text: str, types: Mapping[str, SlotType | None]) -> None:
        self.text, self.types = text, types
        self.at, self.deep, self.operators = 0, 0, 0

    def _peek(self) -> re.Match[str] | None:
        return _TOKEN.match(self.text, self.at)

    def _sign(self, *signs: str) -> str | None:
        """The sign that comes next, if it is one of these; then it is read."""
        match = self._peek()
        if match is None or match["sign"] not in signs:
            return None
        self.at = match.end()
        return match["sign"]

    def _fail(self, message: str, hint: str | None = None, at: int | None = None) -> Wrong:
        return Wrong(message, hint, self.at if at is None else at)

    def _unreadable(self) -> Wrong:
        rest = self.text[self.at :].strip()
        hint = "as in ($use - $own) * 0.25, with + - * /, min, max, round, round-down, round-up"
        if not rest:
            return self._fail(f"'{self.text}' ends where a number is expected", hint)
        return self._fail(f"'{rest}' cannot be read as part of an expression", hint)

    def expect_end(self) -> None:
        """Raise Wrong if something is left."""
        if self.text[self.at :].strip():
            raise self._unreadable()

    def expression(self) -> Typed:
        """A sum or a difference, or what stands in one."""
        found = self._term()
        while sign := self._sign("+", "-"):
            found = self._applied(sign, found, self._term())
        return found

    def _term(self) -> Typed:
        found = self._factor()
        while sign := self._sign("*", "/"):
            found = self._applied(sign, found, self._factor())
        return found

    def _factor(self) -> Typed:
        self.deep += 1
        if self.deep > DEEP:
            raise self._fail(f"the expression is nested more than {DEEP} deep")
        found = self._inner()
        self.deep -= 1
        return found

    def _inner(self) -> Typed:
        if self._sign("-"):
            inner = self._factor()
            if isinstance(inner.of, int | Decimal):
                return inner._replace(of=-inner.of)
            return self._applied("-", Typed(0, _PLAIN, bare=True), inner)
        if self._sign("("):
            found = self.expression()
            self._close()
            return found
        match = self._peek()
        if match is None or match["sign"]:
            raise self._unreadable()
        start, self.at = self.at, match.end()
        if match["variable"]:
            return self._variable(match["variable"], match.start("variable") - 1)
        if match["name"]:
            return self._function(match["name"], match.start("name"))
        if match["date"]:
            return self._day(match["date"], start)
        return Typed(self._number(match["number"], start), _PLAIN, bare=True)

    def _close(self) -> None:
        if not self._sign(")"):
            raise self._fail(
                "a parenthesis is not closed",
                "every ( needs its ); inside {...} put what has commas in quotes",
            )

    def _variable(self, name: str, at: int) -> Typed:
        if name not in self.types:
            raise self._fail(f"${name} is not bound by the 'if' or an earlier 'let'", at=at)
        found = self.types[name]
        if found is not None and found.kind not in {"number", "date"}:
            raise self._fail(f"${name} is no number and no date", "nothing else is computed", at)
        return Typed(Var(name), found)

    def _day(self, text: str, at: int) -> Typed:
        try:
            return Typed(date.fromisoformat(text), _DATE)
        except ValueError:
            raise self._fail(f"'{text}' is no date", "as in 2027-01-31", at) from None

    def _number(self, text: str, at: int) -> int | Decimal:
        whole, _, part = text.partition(".")
        if len(whole.lstrip("0")) > DIGITS or len(part.rstrip("0")) > DIGITS:
            raise self._fail(f"'{text}' has more than {DIGITS} digits on a side", at=at)
        number = Decimal(text)
        return int(number) if number == int(number) else Decimal(text.rstrip("0"))

    def _function(self, name: str, at: int) -> Typed:
        if name not in {"min", "max", *_ROUNDING}:
            known = "there are min, max, round, round-down and round-up"
            raise self._fail(f"there is no function '{name}'", known, at)
        if not self._sign("("):
            raise self._fail(f"'{name}' is followed by (", f"as in {name}($use, 100)")
        found = [self.expression()]
        while self._sign(","):
            found.append(self.expression())
        self._close()
        if name in _ROUNDING:
            return self._rounded(name, found, at)
        if len(found) < 2:
            raise self._fail(f"'{name}' compares at least two expressions", at=at)
        joined = found[0]
        for other in found[1:]:
            joined = self._applied(name, joined, other, at)
        return joined

    def _rounded(self, name: str, found: list[Typed], at: int) -> Typed:
        step = found[1].of if len(found) == 2 else None
        if not isinstance(step, int | Decimal) or step <= 0:
            hint = f"as in {name}($use, 0.01)"
            raise self._fail(f"'{name}' takes an expression and a step above zero", hint, at)
        if found[0].type is not None and found[0].type.kind == "date":
            raise self._fail(f"'{name}' rounds numbers, and this is a date", at=at)
        return found[0]._replace(of=Operation(name, (found[0].of, step)))

    def _applied(self, sign: str, one: Typed, other: Typed, at: int | None = None) -> Typed:
        """Two expressions under one operator, if that makes sense of what they are numbers of."""
        self.operators += 1
        if self.operators > MOST:
            raise self._fail(f"the expression has more than {MOST} operators")
        of = Operation(sign, (one.of, other.of))
        if one.type is None or other.type is None:
            return Typed(of, None)
        if "date" in {one.type.kind, other.type.kind}:
            return Typed(of, self._dated(sign, one, other, at))
        bare = one.bare and other.bare
        if sign in {"+", "-", "min", "max"}:
            return Typed(of, self._alike(sign, one, other, at), bare)
        return Typed(of, self._scaled(sign, one.type.unit, other.type.unit, at), bare)

    def _alike(self, sign: str, one: Typed, other: Typed, at: int | None) -> SlotType:
        first, second = (t.type.unit if t.type else None for t in (one, other))
        if first and second and first != second:
            words = {"+": "is added to", "-": "is taken from"}.get(sign, "is compared with")
            pair = (second, first) if sign in {"+", "-"} else (first, second)
            message = f"a number of {pair[0]} {words} a number of {pair[1]}"
            raise self._fail(message, "only numbers of one unit go together here", at)
        return SlotType(kind="number", unit=first or second)

    def _scaled(self, sign: str, first: str | None, second: str | None, at: int | None) -> SlotType:
        if not second or (sign == "*" and not first):
            return SlotType(kind="number", unit=first or second)
        if sign == "/" and first == second:
            return _PLAIN
        what = f"a number of {first}" if first else "a plain number"
        if sign == "*":
            unit = _earned(first or "", second) or _earned(second, first or "")
            message = f"{what} is multiplied by a number of {second}"
            hint = "one of them needs to be a plain number, or so much for each of the other, as in"
            hint += f" '{first} a day' with 'days'"
        else:
            unit = _worked(first or "", second)
            message = f"{what} is divided by a number of {second}"
            hint = "divide by a plain number, or by one of the same unit"
        if unit is None:
            raise self._fail(message, hint, at)
        return SlotType(kind="number", unit=unit)

    def _dated(self, sign: str, one: Typed, other: Typed, at: int | None) -> SlotType:
        """What comes of dates: days between two, or a day so many days earlier or later."""
        kinds = [typed.type.kind if typed.type else "" for typed in (one, other)]
        if kinds == ["date", "date"] and sign in {"-", "min", "max"}:
            return _DAYS if sign == "-" else _DATE
        days = other if kinds[0] == "date" else one
        if kinds != ["date", "date"] and sign in ("+" if kinds[0] == "number" else "+-"):
            unit = days.type.unit if days.type else None
            if unit not in {None, "day", "days"}:
                raise self._fail(f"a number of {unit} is no number of days", at=at)
            return _DATE
        hint = "dates have days between them, $end - $start, and days after them, $start + 14"
        raise self._fail(f"'{sign}' makes nothing of a {kinds[0]} and a {kinds[1]}", hint, at)
