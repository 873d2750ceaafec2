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
from advisor.audit.sides import Met, met
from advisor.audit.subject import Subject
from advisor.loader.written import comparison
from advisor.model.records import Comparison, Rule, Var
from advisor.model.values import Value, value_text
from advisor.testing.coverage import Mark

FAMILY: Final = "dynamic"
SEVERITY: Final = "note"

_NEAR: Final = Fraction(1, 10)  # of the bound
_DAYS: Final = 31


def find(subject: Subject) -> Iterator[Fault]:
    """The comparisons of which one side, or the bound, is not put to the test."""
    for rule in subject.sound:
        if Mark("fired", rule.id) in subject.covered:
            for test, pairs in met((case for case, _ in subject.evaluated), rule).items():
                yield from _untested(rule, rule.comparisons[test], pairs)


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
