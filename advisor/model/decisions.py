"""Decision tables: what a cell asks, which rows can match together, and what no row covers.

A cell is a set: of values, or of stretches of an ordered line. So overlaps of rows and gaps between
them are a matter of sets, worked out column by column.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from typing import Any, Final, Literal, NamedTuple

import msgspec

from advisor.model.errors import Location
from advisor.model.records import SlotType
from advisor.model.values import Value, value_text

Hit = Literal["unique", "any", "first", "priority", "collect"]
HITS: Final = ("unique", "any", "first", "priority", "collect")
_YES: Final = {"true": "yes", "false": "no"}
ORDERED: Final = frozenset({"first", "priority"})  # in these a row yields to those before it


class Interval(NamedTuple):
    """A stretch of numbers or of days; None where it has no end."""

    low: Any = None
    from_low: bool = False  # whether `low` is part of it
    high: Any = None
    to_high: bool = False

    def says(self) -> str:
        """The stretch as a cell has it: "< 5", "[5..10)", ">= 10"."""
        if self.low is None or self.high is None:
            if self.low is None and self.high is None:
                return "-"
            sign, end = ("<", self.high) if self.low is None else (">", self.low)
            closed = self.to_high if self.low is None else self.from_low
            return f"{sign}{'=' if closed else ''} {value_text(end)}"
        if self.low == self.high:
            return value_text(self.low)
        opens, closes = "[" if self.from_low else "(", "]" if self.to_high else ")"
        return f"{opens}{value_text(self.low)}..{value_text(self.high)}{closes}"

    def holds(self, other: Interval) -> bool:
        """Whether all of another stretch lies on this one."""
        return self.common(other) == other

    def common(self, other: Interval) -> Interval:
        """What lies on both; it may be empty."""
        lows = [
            (interval.low, not interval.from_low)
            for interval in (self, other)
            if interval.low is not None
        ]
        highs = [
            (interval.high, interval.to_high)
            for interval in (self, other)
            if interval.high is not None
        ]
        low, without = max(lows, default=(None, True))
        high, upto = min(highs, default=(None, False))
        return Interval(low, not without, high, upto)

    @property
    def empty(self) -> bool:
        """Whether nothing lies on it; between two neighbouring days there is none."""
        if self.low is None or self.high is None or self.low > self.high:
            return self.low is not None and self.high is not None
        if self.low == self.high:
            return not (self.from_low and self.to_high)
        if not isinstance(self.low, date) or self.from_low or self.to_high:
            return False
        return bool(self.high - self.low == timedelta(1))


def complement(stretches: Iterable[Interval]) -> tuple[Interval, ...]:
    """What lies on none of these stretches, from low to high."""
    taken = list(stretches)
    free = [
        interval for interval in pieces(taken) if not any(other.holds(interval) for other in taken)
    ]
    return joined(free)


def joined(stretches: Iterable[Interval]) -> tuple[Interval, ...]:
    """Stretches in order, those that follow on one another as one."""
    found: list[Interval] = []
    for stretch in stretches:
        if found and found[-1].high == stretch.low and (found[-1].to_high or stretch.from_low):
            last = found.pop()
            found.append(Interval(last.low, last.from_low, stretch.high, stretch.to_high))
        else:
            found.append(stretch)
    return tuple(found)


class Test(msgspec.Struct, frozen=True):
    """What a cell asks of a value: to be one of some, or on one of some stretches of a line."""

    says: str  # as it stands in the cell
    values: tuple[Value, ...] = ()
    excluded: bool = False  # to be none of the values
    stretches: tuple[Interval, ...] = ()  # of numbers and dates, from low to high, apart

    def meets(self, other: Test) -> bool:
        """Whether some value passes both."""
        if self.stretches or other.stretches:
            pairs = itertools.product(self.stretches, other.stretches)
            return any(not one.common(two).empty for one, two in pairs)
        if self.excluded and other.excluded:
            return True
        if self.excluded or other.excluded:
            yes, no = (other, self) if self.excluded else (self, other)
            return not {*yes.values} <= {*no.values}
        return not {*self.values}.isdisjoint(other.values)


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A condition of a table, by its name in the first line."""

    name: str
    type: SlotType
    exclusive: bool  # whether it has one value at a time
    asks: bool = False  # whether its cells are yes and no


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a table, and the rules that it became."""

    name: str  # as it is cited
    tests: Mapping[str, Test]  # by column; what is left out is not asked
    concludes: tuple[str, ...]  # what stands in its conclusions
    rules: tuple[str, ...]  # ids; several where a cell leaves stretches between stretches
    where: Location


class DecisionTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table whose rows became rules."""

    id: str
    title: str
    hit: Hit
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    where: Location


class Overlaps:
    """Which rows can match together with rows before them.

    `exclusive` are the columns that have one value at a time. Compared are the rows that meet in
    the one of them in which fewest do.
    """

    def __init__(self, rows: Sequence[TableRow], exclusive: Sequence[str]) -> None:
        self._rows, self._exclusive = rows, exclusive
        shares = [_shares([row.tests.get(name) for row in rows]) for name in exclusive]
        every = [[*range(len(rows))]]
        least = min(shares, key=lambda some: sum(len(near) ** 2 for near in some), default=every)
        self._near: list[list[list[int]]] = [[] for _ in rows]  # what each row stands in
        for near in least:
            for number in near:
                self._near[number].append(near)
        self._found: dict[int, dict[int, None]] = {}

    def before(self, number: int) -> Set[int]:
        """The rows before this one, by number, that can match together with it, in order."""
        if number not in self._found:
            near = {other for some in self._near[number] for other in some if other < number}
            met = (other for other in sorted(near) if self._meet(number, other))
            self._found[number] = dict.fromkeys(met)
        return self._found[number].keys()

    def _meet(self, number: int, other: int) -> bool:
        one, two = self._rows[number].tests, self._rows[other].tests
        shared = (name for name in self._exclusive if name in one and name in two)
        return all(one[name].meets(two[name]) for name in shared)


def _shares(tests: Sequence[Test | None]) -> list[list[int]]:
    """Lists of cells, by number: two of them meet where they stand in one list."""
    if any(test.stretches for test in tests if test):
        return [numbers for _, numbers in _passed(tests)]
    free = [number for number, test in enumerate(tests) if test is None or test.excluded]
    found = {value: [*free] for test in tests if test for value in test.values}
    for number, test in enumerate(tests):
        for value in test.values if test else ():
            if test and test.excluded:
                found[value].remove(number)
            else:
                found[value].append(number)
    return [free, *found.values()]


def _meet(one: TableRow, other: TableRow, exclusive: Iterable[str]) -> bool:
    return all(
        one.tests[name].meets(other.tests[name])
        for name in exclusive
        if name in one.tests and name in other.tests
    )


# ------------------------------------------------------------------ gaps


class Case(NamedTuple):
    """Values of a column that no cell tells apart."""

    says: str
    rows: frozenset[int]  # that it passes


def gaps(table: DecisionTable, entities: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    """The combinations that no row covers, each by column; what is left out may be anything.

    `entities` are those of each type.
    """
    cases = [_cases(table, column, entities) for column in table.columns]
    names = [column.name for column in table.columns]
    seen: set[tuple[int, frozenset[int]]] = set()  # from which nothing is left uncovered

    def below(at: int, rows: frozenset[int]) -> Iterator[dict[str, str]]:
        if not rows:
            yield {}
            return
        if at == len(cases) or (at, rows) in seen:
            return
        found = False
        for case in cases[at]:
            for gap in below(at + 1, rows & case.rows):
                found = True
                yield gap if rows <= case.rows else {names[at]: case.says, **gap}
            if rows <= case.rows and found:
                return
        if not found:
            seen.add((at, rows))

    yield from below(0, frozenset(range(len(table.rows))))


def _cases(
    table: DecisionTable, column: Column, entities: Mapping[str, Sequence[str]]
) -> list[Case]:
    """What the cells of a column tell apart."""
    tests = [row.tests.get(column.name) for row in table.rows]
    if column.type.kind in {"number", "date"}:
        found = _along(tests)
    else:
        found = _among(tests, _values(column.type, entities))
    if column.asks:
        found = {rows: [_YES[one] for one in said] for rows, said in found.items()}
    return [Case(" or ".join(said), rows) for rows, said in found.items()]


def _along(tests: Sequence[Test | None]) -> dict[frozenset[int], list[str]]:
    """The stretches between what cells name, by the rows that they pass."""
    found: dict[frozenset[int], list[Interval]] = {}
    for piece, rows in _passed(tests):
        found.setdefault(frozenset(rows), []).append(piece)
    return {
        rows: [interval.says() for interval in joined(passed)] for rows, passed in found.items()
    }


def _passed(tests: Sequence[Test | None]) -> Iterator[tuple[Interval, list[int]]]:
    """The line cut wherever a stretch begins or ends, each piece with the rows that it passes."""
    cut = _cut(stretch for test in tests if test for stretch in test.stretches)
    place = {piece.low: number for number, piece in enumerate(cut) if piece.low == piece.high}
    rows: list[list[int]] = [[] for _ in cut]
    for number, test in enumerate(tests):
        for stretch in (Interval(),) if test is None else test.stretches:
            first = 0 if stretch.low is None else place[stretch.low] + (not stretch.from_low)
            last = len(cut) if stretch.high is None else place[stretch.high] + stretch.to_high
            for passed in rows[first:last]:
                passed.append(number)
    return ((piece, of) for piece, of in zip(cut, rows, strict=True) if not piece.empty)


def _among(
    tests: Sequence[Test | None], values: Iterable[Value]
) -> dict[frozenset[int], list[str]]:
    """Values, by the rows that they pass."""
    found: dict[frozenset[int], list[str]] = {}
    for value in values:
        rows = frozenset(
            number
            for number, test in enumerate(tests)
            if test is None or (value in test.values) != test.excluded
        )
        found.setdefault(rows, []).append(value_text(value))
    return found


def _values(of: SlotType, entities: Mapping[str, Sequence[str]]) -> Iterable[Value]:
    """All that may stand in a slot of this type."""
    if of.kind == "boolean":
        return (True, False)
    if of.kind == "entity":
        return [name for kind in of.types for name in entities.get(kind, ())]
    return of.values


def pieces(stretches: Iterable[Interval]) -> list[Interval]:
    """The line cut wherever one of these begins or ends: the points, and what lies between."""
    return [interval for interval in _cut(stretches) if not interval.empty]


def _cut(stretches: Iterable[Interval]) -> list[Interval]:
    """The points where one of these begins or ends, and what is before, between and after them."""
    ends: set[Any] = set()
    for stretch in stretches:
        ends |= {end for end in (stretch.low, stretch.high) if end is not None}
    found = []
    for low, high in itertools.pairwise([None, *sorted(ends), None]):
        found.append(Interval(low, False, high, False))
        if high is not None:
            found.append(Interval(high, True, high, True))
    return found
