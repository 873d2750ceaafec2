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

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of
from advisor.model import english
from advisor.testing.goals import Mark

FAMILY: Final = "dynamic"
SEVERITY: Final = "note"
_SHOWN: Final = 3


def find(subject: Subject) -> Iterator[Fault]:
    """The rules that no scenario withholds."""
    if len(subject.wanted) < 2:
        return
    for rule in subject.base.rules:
        fired, withheld = (Mark(kind, rule.id) in subject.covered for kind in ("fired", "withheld"))
        if fired and not withheld:
            message = f"rule '{rule.id}' fires in every scenario"
            names = english.listing(f"'{scenario.name}'" for scenario, _ in subject.wanted[:_SHOWN])
            ran = witness.within(subject.base, "scenario", [c.where for c, _ in subject.wanted])
            said = witness.evidence(
                f"it fires in all of them, as `advisor advise` shows on {names}", f"ran: {ran}"
            )
            yield Fault(message=message, places=(place_of(rule),), witness=said)
