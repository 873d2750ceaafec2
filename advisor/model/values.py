"""The values that stand in slots, and how each is written and carried."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

DIGITS: Final = 30  # that a number has at most before its point, and after it

Number = int | Decimal  # exact; a whole one is an int, however it was written
Value = str | bool | Number | date  # str: an entity's id, or a legal value's


class _NoDay(date):
    """A day of its own, before every day of the calendar; a copy of it is it."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return date.__hash__(self)

    def __lt__(self, other: date) -> bool:
        return self is not other

    def __le__(self, other: date) -> bool:
        return True

    def __gt__(self, other: date) -> bool:
        return False

    def __ge__(self, other: date) -> bool:
        return self is other

    def __reduce__(self) -> str:
        return "UNANSWERED_DAY"


# What stands for a number, or a day, that rules compute with and nobody has answered.
UNANSWERED: Final = 10**DIGITS  # has more digits than a number may have
UNANSWERED_DAY: Final = _NoDay(1, 1, 1)
_UNANSWERED: Final = frozenset({UNANSWERED, UNANSWERED_DAY})


def is_answered(value: Value) -> bool:
    """Whether a value does not stand for one that is yet to be answered."""
    return value not in _UNANSWERED


def are_answered(values: Iterable[Value]) -> bool:
    """Whether none of some values stands for one that is yet to be answered."""
    return _UNANSWERED.isdisjoint(values)


def value_text(value: Value) -> str:
    """A value as it is written in YAML and in the one-line form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not is_answered(value):
        return "?"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


if TYPE_CHECKING:
    Plain = str | bool | int | Decimal  # a value as results carry it
else:
    Plain = str | bool | int | float  # as the schemas of the results say it: a number


def plain(value: Value) -> Plain:
    """A value as results carry it: a date, and what nobody has answered, as its text."""
    if isinstance(value, date) or not is_answered(value):
        return value_text(value)
    return value
