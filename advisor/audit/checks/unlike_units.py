"""Numbers of unlike units are compared, or taken for one.

## What it does

Reports a rule that compares or adds up two numbers, or has one variable in two slots, of which one
has a unit and the other has none or seems to have another: of a slot without a unit, the word that
follows it in `says` counts as one. (Two declared units that differ are refused when the base is
read.)

## Why it is bad

Three metres are not less than eight feet. The rule fires where it should not, and nothing shows it.

## Example

```yaml
depth: {slots: {town: Town, n: {number: metres}}, says: "{town} is {n} metres deep"}
draught: {slots: {boat: Boat, n: Number}, says: "{boat} draws {n} feet"}
# and in a rule
where: $draught < $depth
```

## Use instead

One unit for both, declared with the slot: `{number: metres}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Final, NamedTuple

from advisor.audit import witness
from advisor.audit.finding import Fault, Place
from advisor.audit.subject import Subject
from advisor.loader.written import comparison
from advisor.model.english import is_unnamed
from advisor.model.errors import Location
from advisor.model.expressions import Expression, Operation
from advisor.model.records import KnowledgeBase, Rule, SlotRef, Template, Var

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"

_UNIT: Final = re.compile(r"^[ \u00a0]?(%|[^\W\d_]+)")
_NO_UNIT: Final = re.compile(
    r"after|ago|an?|and|are|as|at|between|but|by|for|from|had|has|have|if|in|into|is|it|less|more|now"
    r"|of|on|or|per|than|that|the|their|they|this|times|to|was|were|which|while|who|with|without",
    re.IGNORECASE,
)


class _Slot(NamedTuple):
    """A slot for a number that a variable stands in."""

    template: Template
    name: str
    where: Location

    @property
    def declared(self) -> str | None:
        return self.template.slots[self.name].unit

    @property
    def unit(self) -> str | None:
        """What it counts, as declared, or else as it reads."""
        return self.declared or _read(self.template, self.name)

    def __str__(self) -> str:
        return f"{self.template.id}, slot '{self.name}': {self.unit or 'no unit'}"


def find(subject: Subject) -> Iterator[Fault]:
    """The pairs of numbers that have not the same unit."""
    for rule in subject.base.rules:
        slots = _slots(subject.base, rule)
        computed = {let.name for let in rule.lets if is_unnamed(let)}
        for name, some in slots.items():
            for one, other in combinations(some, 2):
                if _unlike(one, other):
                    shown = name if name in computed else f"${name}"
                    yield _fault(rule, shown, one, other, other.where)
                    break
        for test in rule.comparisons:
            if isinstance(test.left, Var) and isinstance(test.right, Var):
                left, right = (slots.get(side.name, []) for side in (test.left, test.right))
                if left and right and _unlike(left[0], right[0]):
                    yield _fault(rule, comparison(test), left[0], right[0], test.where)


def _slots(base: KnowledgeBase, rule: Rule) -> dict[str, list[_Slot]]:
    """The slots for numbers that each variable of a rule stands in."""
    found: dict[str, list[_Slot]] = {}
    for pattern in (*rule.conditions(), *rule.conclusions):
        template = base.templates[pattern.template]
        for term, (name, kind) in zip(pattern.terms, template.slots.items(), strict=True):
            if isinstance(term, Var) and kind.kind == "number":
                found.setdefault(term.name, []).append(_Slot(template, name, pattern.where))
    for let in rule.lets:
        if isinstance(let.of, Operation):
            added = [slot for name in _added(let.of) for slot in found.get(name, ())[:1]]
            found.setdefault(let.name, []).extend(added)
    return found


def _added(of: Expression) -> Iterator[str]:
    """The variables that an expression adds up, and takes from each other: of one unit."""
    if isinstance(of, Var):
        yield of.name
    elif isinstance(of, Operation) and of.operator in {"+", "-"}:
        for operand in of.operands:
            yield from _added(operand)


def _unlike(one: _Slot, other: _Slot) -> bool:
    """Whether two slots seem to count different things."""
    if one.declared is None and other.declared is None:
        return bool(one.unit and other.unit) and one.unit != other.unit
    if one.unit is None or other.unit is None:
        return True
    short, long = sorted((one.unit.lower(), other.unit.lower()), key=len)
    return not long.startswith(short)


def _read(template: Template, slot: str) -> str | None:
    """The word that follows a number in the English of a fact."""
    phrase = template.says
    for place, part in enumerate(phrase[:-1]):
        if isinstance(part, SlotRef) and part.slot == slot and part.form == "name":
            after = phrase[place + 1]
            if isinstance(after, SlotRef) and after.form == "verb":
                return after.plural.lower()
            found = _UNIT.match(after) if isinstance(after, str) else None
            if found and not _NO_UNIT.fullmatch(found[1]):
                return found[1].lower()
    return None


def _fault(rule: Rule, what: str, one: _Slot, other: _Slot, where: Location) -> Fault:
    message = f"'{what}' of rule '{rule.id}' takes numbers of unlike units for alike"
    shown = witness.evidence("what each counts", str(one), str(other))
    place = Place(where=where, kind="rule", name=rule.id)
    return Fault(message=message, places=(place,), witness=shown)
