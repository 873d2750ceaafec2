"""Turns a base's rules into what they see of its numbers and dates: where they cut which lines.

See `orders` for what that is good for.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from advisor.model.feeding import feeding
from advisor.model.records import AnyOf, KnowledgeBase, Pattern, Rule, Template, Term, Var
from advisor.model.relations import components
from advisor.model.values import Number, Value

ORDERED: Final = frozenset({"number", "date"})  # kinds of slots with endlessly many values

# A slot, by template and position; or a variable, by rule and name.
SlotOrVariable = tuple[str, int | str]
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
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def around(values: Iterable[Value]) -> set[Cut[Any]]:
    """The cuts that set values apart from all others."""
    return {(one, side) for one in values for side in _AROUND}


class Seen:
    """What the rules of a base see of its numbers and dates, whatever is known or asked.

    `width` has the values that a piece needs, of classes with ties; `tied` are the classes whose
    values rules set against each other.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.fed = feeding(base.templates, base.rules)
        self.classes: dict[SlotOrVariable, int] = {}
        for number, nodes in enumerate(components(_joined(base))):
            self.classes |= dict.fromkeys(nodes, number)
        self.width: dict[int, int] = {}
        self.tied: set[int] = set()
        for number, width, by_rule in _widths(base, self.classes):
            self.width[number] = max(width, self.width.get(number, 1))
            self.tied |= {number} if by_rule and width > 1 else set()
        self.cuts = self.classed(_cuts(base))

    def classed(
        self, named: Iterable[tuple[SlotOrVariable, Value, Iterable[bool]]]
    ) -> dict[int, frozenset[Cut[Any]]]:
        """The cuts at named values, by the class of where they stand."""
        found: dict[int, set[Cut[Any]]] = {}
        for node, value, sides in named:
            if node in self.classes:
                cuts = found.setdefault(self.classes[node], set())
                cuts.update((value, side) for side in sides)
        return {number: frozenset(cuts) for number, cuts in found.items()}


def seen_of(base: KnowledgeBase) -> Seen:
    """What the rules of a base see, worked out once and kept with it."""
    kept = vars(base)
    if "seen" not in kept:
        kept["seen"] = Seen(base)
    found: Seen = kept["seen"]
    return found


def _joined(base: KnowledgeBase) -> dict[SlotOrVariable, list[SlotOrVariable]]:
    """Slots and variables, each with those whose values rules compare or share with its own."""
    near: dict[SlotOrVariable, list[SlotOrVariable]] = {}
    for one, other in [*_slots(base), *_joints(base)]:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    return near


def of_kind(base: KnowledgeBase, kind: str) -> Iterator[tuple[str, int]]:
    """Every number slot, or every date slot, by template and position."""
    for template in base.templates.values():
        slots = enumerate(template.slots.values())
        yield from ((template.id, at) for at, slot in slots if slot.kind == kind)


def _slots(base: KnowledgeBase) -> Iterator[tuple[SlotOrVariable, SlotOrVariable]]:
    """Every number and date slot with itself, and with those that it may not be the same as."""
    for kind in sorted(ORDERED):
        yield from ((slot, slot) for slot in of_kind(base, kind))
    for template in base.templates.values():
        for rivals in _rivals(template):
            yield from (((template.id, rivals[0]), (template.id, at)) for at in rivals)


def _rivals(template: Template) -> list[list[int]]:
    """The positions of numbers, and of dates, of which a fact is asked about with no two alike."""
    slots = list(template.slots.values())
    groups = itertools.product((template.symmetric or (), template.distinct), sorted(ORDERED))
    found = [[at for at in group if slots[at].kind == kind] for group, kind in groups]
    return [rivals for rivals in found if len(rivals) > 1]


def _joints(base: KnowledgeBase) -> Iterator[tuple[SlotOrVariable, SlotOrVariable]]:
    for rule in base.variants:
        for name, slots in _places(base, [*rule.conditions(), *rule.conclusions]).items():
            yield from (((rule.id, name), slot) for slot in slots)
        yield from (((rule.id, one), (rule.id, other)) for one, other in _compared(rule))


def _ordered(
    base: KnowledgeBase, patterns: Iterable[Pattern]
) -> Iterator[tuple[SlotOrVariable, Term]]:
    """The number and date slots of patterns, with what stands there."""
    for pattern in patterns:
        slots = base.templates[pattern.template].slots.values()
        for at, (slot, term) in enumerate(zip(slots, pattern.terms, strict=True)):
            if slot.kind in ORDERED:
                yield (pattern.template, at), term


def _places(base: KnowledgeBase, patterns: Iterable[Pattern]) -> dict[str, list[SlotOrVariable]]:
    """For each variable, the number and date slots that it stands in."""
    places: dict[str, list[SlotOrVariable]] = {}
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


def named_values(
    base: KnowledgeBase, patterns: Iterable[Pattern]
) -> Iterator[tuple[SlotOrVariable, Value, Iterable[bool]]]:
    """The values that patterns name, with where they stand and that they cut on both sides."""
    for slot, term in _ordered(base, patterns):
        for one in term.values if isinstance(term, AnyOf) else (term,):
            if one is not None and not isinstance(one, Var):
                yield slot, one, _AROUND


def _cuts(base: KnowledgeBase) -> Iterator[tuple[SlotOrVariable, Value, Iterable[bool]]]:
    """The values that rules name, with where they stand and on which sides they cut."""
    for rule in base.variants:
        yield from named_values(base, [*rule.conditions(), *rule.conclusions])
        for test in rule.comparisons:
            left, right, operator = test.left, test.right, test.operator
            if not isinstance(left, Var):
                left, right, operator = right, left, _MIRRORED.get(operator, operator)
            if isinstance(left, Var) and not isinstance(right, Var):
                yield (rule.id, left.name), right, _CUTS[operator]


def _widths(
    base: KnowledgeBase, classes: Mapping[SlotOrVariable, int]
) -> Iterator[tuple[int, int, bool]]:
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
