"""Rows: what matchers join. Values in an order that whoever joins them knows."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from advisor.model.records import Comparison, Var
from advisor.model.values import Value

Row = tuple[Any, ...]  # a token: facts, and the values of variables, in an order the node knows


def tagged(value: Value) -> Value | tuple[str, Value]:
    """A value that experta cannot take for another: to it 1 and True are the same."""
    return value if isinstance(value, str) else (type(value).__name__, value)


def untagged(value: Any) -> Value:
    """The value that was tagged."""
    return value[1] if isinstance(value, tuple) else value  # type: ignore[no-any-return]


class Compared(NamedTuple):
    """A comparison of a rule, as the condition of an experta TEST."""

    comparison: Comparison
    names: tuple[tuple[str, str], ...]  # of each variable in it, in the rule and in the context

    def __call__(self, **context: Any) -> bool:
        """Whether it holds of what is bound."""
        return self.holds([context[short] for _, short in self.names])

    def holds(self, values: Iterable[Any]) -> bool:
        """Whether it holds of the tagged values of its variables, in the order of `names`."""
        bound = {name: untagged(value) for (name, _), value in zip(self.names, values, strict=True)}
        return self.comparison.holds(bound)


def compared(comparison: Comparison, names: Mapping[str, str]) -> Compared:
    """A comparison with the names that its variables have in experta's context."""
    sides = (comparison.left, comparison.right)
    used = dict.fromkeys(side.name for side in sides if isinstance(side, Var))
    return Compared(comparison, tuple((name, names[name]) for name in used))


def picker(places: Sequence[int]) -> Callable[[Row], Row]:
    """A function from a row to the row of some of its places."""
    if len(places) > 1:
        return operator.itemgetter(*places)
    if places:
        (place,) = places
        return lambda row: (row[place],)
    return lambda _: ()
