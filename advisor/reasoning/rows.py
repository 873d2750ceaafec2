"""Rows: what matchers join. Values in an order that whoever joins them knows."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from advisor.model.records import Comparison, Instance, KnowledgeBase, Var
from advisor.model.values import Value, is_answered
from advisor.reasoning.unification import ways

RowTest = Callable[["Row"], bool]  # whether a row passes
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

    def of_rows(self, places: Sequence[int]) -> RowTest:
        """Whether it holds of a row that has the values of its variables in these places."""
        left, right, relation = (
            self.comparison.left,
            self.comparison.right,
            self.comparison.relation,
        )
        if isinstance(left, Var) and isinstance(right, int | Decimal):
            (at,) = places  # a number, which is tagged: wide tables ask for it row by row
            return lambda row: relation(row[at][1], right) or not is_answered(row[at][1])
        pick = picker(places)
        return lambda row: self.holds(pick(row))


def compared(comparison: Comparison, names: Mapping[str, str]) -> Compared:
    """A comparison with the names that its variables have in experta's context."""
    sides = (comparison.left, comparison.right)
    used = dict.fromkeys(side.name for side in sides if isinstance(side, Var))
    return Compared(comparison, tuple((name, names[name]) for name in used))


def picker(places: Sequence[int]) -> Callable[[Row], Row]:
    """A function from a row to the row of some of its places."""
    if len(places) > 1:
        return operator.itemgetter(*places)
    start = places[0] if places else 0
    return operator.itemgetter(slice(start, start + len(places)))


class Rows:
    """The rows of a template, found by the values in some of their places."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._indexes: dict[tuple[int, ...], dict[Row, list[Row]]] = {}

    def add(self, rows: Sequence[Row]) -> None:
        """Take more rows, which are not there yet."""
        self.rows += rows
        for places, index in self._indexes.items():
            _file(rows, places, index)

    def by(self, places: tuple[int, ...]) -> dict[Row, list[Row]]:
        """The rows by the values in these places."""
        if places not in self._indexes:
            self._indexes[places] = _file(self.rows, places, {})
        return self._indexes[places]


def _file(
    rows: Iterable[Row], places: tuple[int, ...], index: dict[Row, list[Row]]
) -> dict[Row, list[Row]]:
    key = picker(places)
    for row in rows:
        index.setdefault(key(row), []).append(row)
    return index


def rows_of(base: KnowledgeBase, instances: Iterable[Instance]) -> dict[str, Rows]:
    """The rows of some facts by template, each way round where that is symmetric."""
    found: dict[str, Rows] = {}
    for instance in instances:
        both = ways(base.templates[instance.template], instance.values)
        rows = [(*map(tagged, values), instance) for values in both]
        found.setdefault(instance.template, Rows()).add(rows)
    return found
