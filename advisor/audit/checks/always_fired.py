"""A rule fires in every scenario.

## What it does

Reports each rule that has a firing in all of the scenarios, where there are two or more.

## Why it is bad

No scenario shows what the advice is without the rule, nor that its conditions keep it from firing
where it should not.

## Example

```yaml
- id: linked-towns-are-partners
  if: [linked: {one: $one, other: $other}]     # and a ferry runs in every scenario
  then: [partners: {one: $one, other: $other}]
```

## Use instead

A scenario in which a condition of the rule fails; `advisor test --suggest` writes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, of_rule
from advisor.coverage import Mark

FAMILY: Final = "dynamic"
SEVERITY: Final = "note"


def find(subject: Subject) -> Iterator[Fault]:
    """The rules that no scenario withholds."""
    if len(subject.wanted) < 2:
        return
    for rule in subject.base.rules:
        fired, withheld = (Mark(kind, rule.id) in subject.covered for kind in ("fired", "withheld"))
        if fired and not withheld:
            message = f"rule '{rule.id}' fires in every scenario"
            yield Fault(message=message, places=(of_rule(rule),))
