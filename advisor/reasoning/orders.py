"""Turns a base into the few numbers and dates that stand for all: one for each case of its rules.

Rules only compare, so all they see of a number or a date is its place among the values that they
name: below or above 20, where they ask for `>= 20`; below, at or above it, where they ask for
`!= 20`. So the line is cut where a rule can tell two sides apart, and one value stands for each
piece between two cuts. Where rules compare or join what several facts hold, a piece needs as many
values as one rule sets against each other, so that unanswered facts can stand in any order, and
what known facts have there is a piece of its own. Between two numbers there is always another (a
dense order has small models for any such order; Langford 1926), between two neighbouring days none.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, Final

from advisor.model.records import Instance, KnowledgeBase, Pattern, Var
from advisor.model.scenarios import Fact
from advisor.model.values import DIGITS, UNANSWERED, UNANSWERED_DAY, Number, Value
from advisor.reasoning.seen import (
    ORDERED,
    Cut,
    N,
    SlotOrVariable,
    around,
    named_values,
    of_kind,
    seen_of,
)

LEAST: Final = Fraction(1, 10**DIGITS)  # how far numbers that can be written lie apart
BEYOND: Final = 10**DIGITS  # what no number reaches
_EXACT: Final = Context(prec=2 * DIGITS)


class Orders:
    """What rules can tell apart of the numbers and dates of a base, slot by slot.

    Slots are of one class, with common cuts, where some rule compares what is in them or joins
    them by a variable. A target's own values are told from all others. What is looked at `beside`
    known facts cuts nothing; no spare has such a value.
    """

    def __init__(
        self,
        base: KnowledgeBase,
        known: Iterable[Instance] = (),
        target: Pattern | None = None,
        beside: Iterable[Instance] = (),
    ) -> None:
        self.base = base
        seen = seen_of(base)
        self._fed, self._class = seen.fed, seen.classes
        self._width, self._tied = seen.width, seen.tied
        self._cuts = {**seen.cuts}
        for number, cuts in seen.classed(named_values(base, [target] if target else [])).items():
            self._cuts[number] = self._cuts.get(number, frozenset()) | cuts
        self.known = frozenset(known)
        self._known: dict[int, set[Value]] = {}
        for node, value in _known(self.known):
            if node in self._class:
                self._known.setdefault(self._class[node], set()).add(value)
        self._taken = {number: set(values) for number, values in self._known.items()}
        for node, value in _known(beside):
            if node in self._class:
                self._taken.setdefault(self._class[node], set()).add(value)
        for number in self._known.keys() & self._width.keys():
            self._cuts[number] = self._cuts.get(number, frozenset()) | around(self._known[number])

    def values(self, template: str, position: int) -> list[Value]:
        """The values of a number or date slot that stand for all, in order."""
        if self.feeds(template, position):
            return [self._unanswered(template, position)]
        cuts = self._cuts.get(self._class[template, position], frozenset())
        return self._values(template, position, cuts)

    def spare(self, instance: Instance, position: int) -> Value | None:
        """A value that rules can't tell from an instance's own, and that no known fact has."""
        if self.feeds(instance.template, position):
            hole = self._unanswered(instance.template, position)
            return None if instance.values[position] == hole else hole
        number = self._class[instance.template, position]
        cuts, taken = self._cuts.get(number, frozenset()), self._taken.get(number, set())

        def piece(value: Value) -> int:
            return sum(cut < (value, True) for cut in cuts)

        values = self._values(instance.template, position, cuts | around(taken))
        own = piece(instance.values[position])
        alike = [one for one in values if one not in taken and piece(one) == own]
        return alike[-1] if alike else None

    def piece(self, instance: Instance, position: int) -> tuple[Cut[Any] | None, Cut[Any] | None]:
        """The cuts on both sides of the piece that an instance's value is in; None at an end."""
        if self.feeds(instance.template, position):
            return None, None
        cuts = sorted(self._cuts.get(self._class[instance.template, position], ()))
        place = sum(cut < (instance.values[position], True) for cut in cuts)
        low = cuts[place - 1] if place else None
        return low, cuts[place] if place < len(cuts) else None

    def _values(self, template: str, position: int, cuts: Iterable[Cut[Any]]) -> list[Value]:
        width = self._width.get(self._class[template, position], 1)
        slot = list(self.base.templates[template].slots.values())[position]
        return _pieces(slot.kind, cuts, width, self.base.date)

    def tied(self, template: str, position: int) -> bool:
        """Whether some rule sets what stands in a slot against other such values, or counts it."""
        return self._class[template, position] in self._tied or self.feeds(template, position)

    def feeds(self, template: str, position: int) -> bool:
        """Whether rules compute with what stands in a slot, so that it has no few cases."""
        return (template, position) in self._fed

    def _unanswered(self, template: str, position: int) -> Value:
        slot = list(self.base.templates[template].slots.values())[position]
        return UNANSWERED_DAY if slot.kind == "date" else UNANSWERED

    def nameless(self, instance: Instance) -> tuple[int, ...]:
        """The numbers and dates of an instance's key that rules bind, but to nothing known.

        Nobody can be asked about such an instance: it stands for those of a value to come.
        """
        template = self.base.templates[instance.template]
        kinds = [slot.kind for slot in template.slots.values()]
        bound = (
            at for at in template.key or () if kinds[at] in ORDERED and at not in template.loose
        )
        return tuple(at for at in bound if not self._is_named(instance, at))

    def _is_named(self, instance: Instance, position: int) -> bool:
        """Whether a value is one that a known fact has in such a slot, or is a piece by itself."""
        known = self._known.get(self._class[instance.template, position], ())
        return instance.values[position] in known or is_point(*self.piece(instance, position))

    def width(self, kind: str) -> int:
        """How many numbers, or dates, some rule sets against each other or counts."""
        numbers = {self._class[name, at] for name, at in of_kind(self.base, kind)}
        return max((self._width.get(number, 1) for number in numbers), default=1)


def beside(value: Value | Var) -> tuple[Value, ...]:
    """The values next to a constant: a day, or a step of its last digit, before and after."""
    if isinstance(value, Var | bool | str):
        return ()
    if isinstance(value, date):
        days = range(date.min.toordinal(), date.max.toordinal() + 1)
        near = (value.toordinal() - 1, value.toordinal() + 1)
        return tuple(date.fromordinal(day) for day in near if day in days)
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    step = Decimal(1).scaleb(min(int(exponent), 0)) if isinstance(value, Decimal) else 1
    return (value - step, value + step)


def is_point(low: Cut[Any] | None, high: Cut[Any] | None) -> bool:
    """Whether nothing but one value lies between two cuts."""
    return low is not None and high is not None and low[0] == high[0]


def named(facts: Iterable[Fact]) -> set[Instance]:
    """The instances of facts that somebody named, and not only did not know the number of."""
    return {fact.instance for fact in facts if is_named(fact)}


def is_named(fact: Fact) -> bool:
    """Whether somebody named a fact, and not only did not know the number of it."""
    return (fact.origin, fact.standing) != ("answered", "unknown")


def spread(kind: str, named: Iterable[Value], width: int, today: date) -> list[Value]:
    """Numbers or dates that stand for all as far as some named values can tell, in order.

    Each of those, and so many below, between and above them; without any, two or more from 0 or
    `today` on. Nothing lies between neighbouring days, nor beyond the first and the last.
    """
    cuts = around(value for value in named if _is_of(kind, value))
    return _pieces(kind, cuts, width if cuts else max(width, 2), today)


def _is_of(kind: str, value: Value) -> bool:
    """Whether a value is a number, or a date."""
    if kind == "date":
        return isinstance(value, date)
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _pieces(kind: str, cuts: Iterable[Cut[Any]], width: int, today: date) -> list[Value]:
    """So many numbers or dates for each piece between cuts."""
    if kind == "number":
        return [*_numbers(cuts, width)]
    days = [(day.toordinal(), above) for day, above in cuts]
    return [*map(date.fromordinal, _days(days, width, today.toordinal()))]


def _known(known: Iterable[Instance]) -> Iterator[tuple[SlotOrVariable, Value]]:
    """What known facts have in their slots."""
    for instance in known:
        yield from (((instance.template, at), one) for at, one in enumerate(instance.values))


# ------------------------------------------------------------------ values for the pieces


def _days(cuts: Iterable[Cut[int]], width: int, today: int) -> list[int]:
    """So many days for each piece, as far as the calendar goes."""
    marks = sorted(cuts)
    if not marks:
        return [*range(today, today + width)]
    ends = [(marks[0][0] - width - 1, True), *marks, (marks[-1][0] + width + 1, False)]
    first, last = date.min.toordinal(), date.max.toordinal()
    return [day for day in _chosen(ends, width, _days_between) if first <= day <= last]


def _numbers(cuts: Iterable[Cut[Number]], width: int) -> list[Number]:
    """So many numbers for each piece, from 0 up where that will do, as far as numbers go."""
    marks = sorted(cuts)
    if not marks:
        return [*range(width)]
    lowest, highest = marks[0][0], marks[-1][0]
    least = -1 if lowest > width - 1 else math.floor(lowest) - width - 1
    most = math.floor(highest) + width + 1
    ends = [(max(least, -BEYOND), True), *marks, (min(most, BEYOND), False)]
    return [*_chosen(ends, width, _numbers_between)]


def _chosen(
    cuts: Sequence[Cut[N]], width: int, between: Callable[[N, N, int], list[N]]
) -> Iterator[N]:
    """So many values of each piece, in order: its own ends before others, as rules name those."""
    for (low, after), (high, through) in itertools.pairwise(cuts):
        ends = [*([] if after else [low]), *([high] if through else [])]
        found = [*dict.fromkeys(ends)][:width]
        if low != high:
            found += between(low, high, width - len(found))
        yield from sorted(found)


def _days_between(low: int, high: int, width: int) -> list[int]:
    """So many days strictly between two, evenly spread."""
    return _spread(low + 1, high - 1, width)


def _numbers_between(low: Number, high: Number, width: int) -> list[Number]:
    """So many round numbers strictly between two, evenly spread: of as few digits as will do.

    Fewer only where no more can be written.
    """
    start, end = Fraction(low), Fraction(high)
    step = Fraction(10) ** math.floor(math.log10(end - start))
    while True:
        first, last = math.floor(start / step) + 1, math.ceil(end / step) - 1
        if last - first + 1 >= width or step <= LEAST:
            return [_written(number * step) for number in _spread(first, last, width)]
        step /= 10


def _written(value: Fraction) -> Number:
    """A number that has all its digits."""
    if value.denominator == 1:
        return int(value)
    digits = Decimal(int(value / LEAST))
    return digits.scaleb(-DIGITS, _EXACT).normalize(_EXACT)


def _spread(first: int, last: int, width: int) -> list[int]:
    """So many whole numbers from first to last, evenly spread; all if there are no more."""
    size = max(last - first + 1, 0)
    width = min(width, size)
    return [first - 1 + (n + 1) * (size + 1) // (width + 1) for n in range(width)]
