"""The comparisons of a rule cannot hold together.

## What it does

Solves the `where` of each rule: equalities, inequalities and bounds over numbers and dates, and the
legal values of a slot that has few. What is computed is taken for what it is computed from where it
is a multiple of one variable plus a constant. Reports those that contradict each other, none to
spare.

## Why it is bad

The rule never fires.

## Example

```yaml
where: [$metres < 3, $metres > 5]
```

## Use instead

The bounds that were meant; two rules, if it was "or".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of
from advisor.loader.written import comparison

FAMILY: Final = "deficiency"
SEVERITY: Final = "error"


def find(subject: Subject) -> Iterator[Fault]:
    """The rules whose comparisons contradict each other."""
    for name, clash in subject.contradictions.items():
        rule = subject.rules[name]
        said = witness.evidence(
            "no values make all of these true",
            *(comparison(rule.comparisons[place]) for place in clash),
        )
        yield Fault(
            message=f"the comparisons of rule '{name}' cannot hold together",
            places=(place_of(rule),),
            witness=said,
        )
