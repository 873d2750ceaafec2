"""A comparison could be another, and no scenario would show it.

## What it does

Looks at each comparison of numbers or days in a rule that some scenario fires. Reports it if it
holds in every scenario in which the other premises and comparisons do, and if its bound is a
constant that may move: no scenario has just that value, and those next to it on either side lie
more than a tenth of it apart from each other (days: more than a month).

## Why it is bad

A slip of the pen in the number, or "<" for "<=", changes advice, and every test is met.

## Example

```yaml
where: $metres < 5         # and the scenarios have harbours of 1 and of 30 metres
```

## Use instead

A scenario with the bound itself, and one beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault, Place
from advisor.audit.subject import Subject
from advisor.audit.unsearched import leave
from advisor.loader.written import comparison
from advisor.model.authored import is_mark
from advisor.model.english import types_of
from advisor.model.expressions import Comparison
from advisor.model.records import Rule, Var
from advisor.model.values import Value, value_text
from advisor.reasoning.seen import ORDERED
from advisor.testing.goals import Mark
from advisor.testing.sides import STEPS

FAMILY: Final = "dynamic"
SEVERITY: Final = "note"

_NEAR: Final = Fraction(1, 10)  # of the bound
_DAYS: Final = 31


Met = dict[tuple[Value, Value], bool]  # the two sides -> whether the comparison holds of them


def find(subject: Subject) -> Iterator[Fault]:
    """The comparisons of which one side, or the bound, is not put to the test."""
    met: dict[tuple[str, int], Met] = {}
    for puts in (subject.loosened.put(case) for case, _ in subject.evaluated):
        for put in puts.found:
            met.setdefault((put.rule.id, put.place), {})[put.sides] = put.holds
        for rule in puts.left:
            why = f"joining the premises took more than {STEPS:,} steps"
            leave("values that comparisons are put to", why, rule.id)
    for (name, place), pairs in met.items():
        rule = subject.rules[name]
        test = rule.comparisons[place]
        if is_mark(name):  # the rule beside it compares the same
            continue
        if Mark("fired", name) in subject.covered and _is_ordered(subject, rule, test):
            yield from _untested(rule, test, pairs)


def _is_ordered(subject: Subject, rule: Rule, test: Comparison) -> bool:
    """Whether a comparison is of numbers or of days."""
    kinds = types_of(subject.base, rule)
    sound = rule.id not in subject.contradictions
    return sound and all(kinds[name].kind in ORDERED for name in test.variables())


def _untested(rule: Rule, test: Comparison, pairs: Met) -> Iterator[Fault]:
    said = comparison(test)
    seen = sorted({side for pair in pairs for side in _free(test, pair)})
    place = Place(where=test.where, kind="rule", name=rule.id)
    values = f"seen there: {', '.join(map(value_text, seen))}"
    if all(pairs.values()):
        message = f"the comparison '{said}' of rule '{rule.id}' holds in every scenario"
        shown = witness.evidence("all that it was put to where the rest of the rule holds", values)
        yield Fault(message=message, places=(place,), witness=shown)
    elif gap := _gap(test, seen):
        low, high = map(value_text, gap)
        message = (
            f"the bound in '{said}' of rule '{rule.id}' could lie anywhere between {low} and {high}"
        )
        shown = witness.evidence("all that it was put to, and nothing near the bound", values)
        yield Fault(message=message, places=(place,), witness=shown)


def _free(test: Comparison, pair: tuple[Value, Value]) -> list[Value]:
    """Those sides of a comparison that are no constants."""
    sides = (test.left, test.right)
    return [value for side, value in zip(sides, pair, strict=True) if isinstance(side, Var)]


def _gap(test: Comparison, seen: list[Value]) -> tuple[Value, Value] | None:
    """The values next to a constant bound, if it is none of them and they lie far apart."""
    bound = next((s for s in (test.left, test.right) if not isinstance(s, Var)), None)
    if bound is None or bound in seen or test.order or test.operator in {"=", "!="}:
        return None
    low = [value for value in seen if value < bound]  # type: ignore[operator]
    high = [value for value in seen if value > bound]  # type: ignore[operator]
    if not low or not high or not _far(bound, low[-1], high[0]):
        return None
    return low[-1], high[0]


def _far(bound: Value, low: Value, high: Value) -> bool:
    if isinstance(low, date) and isinstance(high, date):
        return (high - low).days > _DAYS
    numbers = [abs(Fraction(v)) for v in (bound,) if isinstance(v, int | Decimal)]
    return bool(numbers) and Fraction(high) - Fraction(low) > _NEAR * numbers[0]  # type: ignore[arg-type]
