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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, Final, TypeVar

from advisor.model.feeding import feeding
from advisor.model.records import AnyOf, Instance, KnowledgeBase, Pattern, Rule, Template, Term, Var
from advisor.model.relations import components
from advisor.model.scenarios import Fact
from advisor.model.values import DIGITS, UNANSWERED, UNANSWERED_DAY, Number, Value

ORDERED: Final = frozenset({"number", "date"})  # kinds of slots with endlessly many values

Node = tuple[str, int | str]  # a slot, by template and position; or a variable, by rule and name
N = TypeVar("N", bound=Number)
Cut = tuple[N, bool]  # next to a value: below it, or, if true, above it

_BELOW: Final = (False,)
_ABOVE: Final = (True,)
_AROUND: Final = (False, True)
_CUTS: Final = {  # where a test of a variable against a value cuts, by its operator
    "<": _BELOW,
    ">=": _BELOW,
    "<=": _ABOVE,
    ">": _ABOVE,
    "=": _AROUND,
    "!=": _AROUND,
}
LEAST: Final = Fraction(1, 10**DIGITS)  # how far numbers that can be written lie apart
BEYOND: Final = 10**DIGITS  # what no number reaches
_EXACT: Final = Context(prec=2 * DIGITS)
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


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
        self._fed = feeding(base.templates, base.rules)
        self._class: dict[Node, int] = {}
        for number, nodes in enumerate(components(_joined(base))):
            self._class |= dict.fromkeys(nodes, number)
        self._width: dict[int, int] = {}  # values that a piece needs, of classes with ties
        self._tied: set[int] = set()  # the classes whose values rules set against each other
        for number, width, by_rule in _widths(base, self._class):
            self._width[number] = max(width, self._width.get(number, 1))
            self._tied |= {number} if by_rule and width > 1 else set()
        self._cuts: dict[int, set[Cut[Any]]] = {}
        for node, value, sides in _cuts(base, [target] if target else []):
            if node in self._class:
                cuts = self._cuts.setdefault(self._class[node], set())
                cuts.update((value, side) for side in sides)
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
            self._cuts[number] = self._cuts.get(number, set()) | _around(self._known[number])

    def values(self, template: str, position: int) -> list[Value]:
        """The values of a number or date slot that stand for all, in order."""
        if self.feeds(template, position):
            return [self._unanswered(template, position)]
        cuts = self._cuts.get(self._class[template, position], set())
        return self._values(template, position, cuts)

    def spare(self, instance: Instance, position: int) -> Value | None:
        """A value that rules can't tell from an instance's own, and that no known fact has."""
        if self.feeds(instance.template, position):
            hole = self._unanswered(instance.template, position)
            return None if instance.values[position] == hole else hole
        number = self._class[instance.template, position]
        cuts, taken = self._cuts.get(number, set()), self._taken.get(number, set())

        def piece(value: Value) -> int:
            return sum(cut < (value, True) for cut in cuts)

        values = self._values(instance.template, position, cuts | _around(taken))
        own = piece(instance.values[position])
        alike = [one for one in values if one not in taken and piece(one) == own]
        return alike[-1] if alike else None

    def piece(self, instance: Instance, position: int) -> tuple[Cut[Any] | None, Cut[Any] | None]:
        """The cuts on both sides of the piece that an instance's value is in; None at an end."""
        if self.feeds(instance.template, position):
            return None, None
        cuts = sorted(self._cuts.get(self._class[instance.template, position], set()))
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
        numbers = {self._class[name, at] for name, at in _of_kind(self.base, kind)}
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
    return {one.instance for one in facts if (one.origin, one.standing) != ("answered", "unknown")}


def spread(kind: str, named: Iterable[Value], width: int, today: date) -> list[Value]:
    """Numbers or dates that stand for all as far as some named values can tell, in order.

    Each of those, and so many below, between and above them; without any, two or more from 0 or
    `today` on. Nothing lies between neighbouring days, nor beyond the first and the last.
    """
    cuts = _around(value for value in named if _is_of(kind, value))
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


def _around(values: Iterable[Value]) -> set[Cut[Any]]:
    """The cuts that set values apart from all others."""
    return {(one, side) for one in values for side in _AROUND}


# ------------------------------------------------------------------ what rules set against what


def _joined(base: KnowledgeBase) -> dict[Node, list[Node]]:
    """Slots and variables, each with those whose values rules compare or share with its own."""
    near: dict[Node, list[Node]] = {}
    for one, other in [*_slots(base), *_joints(base)]:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    return near


def _of_kind(base: KnowledgeBase, kind: str) -> Iterator[tuple[str, int]]:
    """Every number slot, or every date slot, by template and position."""
    for template in base.templates.values():
        slots = enumerate(template.slots.values())
        yield from ((template.id, at) for at, slot in slots if slot.kind == kind)


def _slots(base: KnowledgeBase) -> Iterator[tuple[Node, Node]]:
    """Every number and date slot with itself, and with those that it may not be the same as."""
    for kind in sorted(ORDERED):
        yield from ((slot, slot) for slot in _of_kind(base, kind))
    for template in base.templates.values():
        for rivals in _rivals(template):
            yield from (((template.id, rivals[0]), (template.id, at)) for at in rivals)


def _rivals(template: Template) -> list[list[int]]:
    """The positions of numbers, and of dates, of which a fact is asked about with no two alike."""
    slots = list(template.slots.values())
    groups = itertools.product((template.symmetric or (), template.distinct), sorted(ORDERED))
    found = [[at for at in group if slots[at].kind == kind] for group, kind in groups]
    return [rivals for rivals in found if len(rivals) > 1]


def _joints(base: KnowledgeBase) -> Iterator[tuple[Node, Node]]:
    for rule in base.variants:
        for name, slots in _places(base, [*rule.conditions(), *rule.conclusions]).items():
            yield from (((rule.id, name), slot) for slot in slots)
        yield from (((rule.id, one), (rule.id, other)) for one, other in _compared(rule))


def _ordered(base: KnowledgeBase, patterns: Iterable[Pattern]) -> Iterator[tuple[Node, Term]]:
    """The number and date slots of patterns, with what stands there."""
    for pattern in patterns:
        slots = base.templates[pattern.template].slots.values()
        for at, (slot, term) in enumerate(zip(slots, pattern.terms, strict=True)):
            if slot.kind in ORDERED:
                yield (pattern.template, at), term


def _places(base: KnowledgeBase, patterns: Iterable[Pattern]) -> dict[str, list[Node]]:
    """For each variable, the number and date slots that it stands in."""
    places: dict[str, list[Node]] = {}
    for slot, term in _ordered(base, patterns):
        if isinstance(term, Var):
            places.setdefault(term.name, []).append(slot)
    return places


def _compared(rule: Rule) -> list[tuple[str, str]]:
    """The pairs of variables that a rule compares with each other."""
    return [
        (test.left.name, test.right.name)
        for test in rule.comparisons
        if isinstance(test.left, Var) and isinstance(test.right, Var)
    ]


def _cuts(
    base: KnowledgeBase, targets: Sequence[Pattern]
) -> Iterator[tuple[Node, Value, Iterable[bool]]]:
    """The values that rules and targets name, with where they stand and on which sides they cut."""
    patterns = [p for rule in base.variants for p in [*rule.conditions(), *rule.conclusions]]
    for slot, term in _ordered(base, [*patterns, *targets]):
        for one in term.values if isinstance(term, AnyOf) else (term,):
            if one is not None and not isinstance(one, Var):
                yield slot, one, _AROUND
    for rule in base.variants:
        for test in rule.comparisons:
            left, right, operator = test.left, test.right, test.operator
            if not isinstance(left, Var):
                left, right, operator = right, left, _MIRRORED.get(operator, operator)
            if isinstance(left, Var) and not isinstance(right, Var):
                yield (rule.id, left.name), right, _CUTS[operator]


def _known(known: Iterable[Instance]) -> Iterator[tuple[Node, Value]]:
    """What known facts have in their slots."""
    for instance in known:
        yield from (((instance.template, at), one) for at, one in enumerate(instance.values))


def _widths(base: KnowledgeBase, classes: Mapping[Node, int]) -> Iterator[tuple[int, int, bool]]:
    """How many values of a class a rule sets against each other or counts, or one fact holds.

    With whether a rule does.
    """
    for rule in base.variants:
        places = _places(base, rule.conditions())
        compared = {name for pair in _compared(rule) for name in pair}
        tied = [name for name, slots in places.items() if name in compared or len(slots) > 1]
        numbers = [classes[slot] for name in tied for slot in places[name]]
        yield from ((number, numbers.count(number), True) for number in dict.fromkeys(numbers))
        for count in rule.counts():
            yield from ((classes[at], count.count, True) for at, _ in _ordered(base, [count.of]))
    for template in base.templates.values():
        for rivals in _rivals(template) if template.asks else ():
            yield classes[template.id, rivals[0]], len(rivals), False


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
