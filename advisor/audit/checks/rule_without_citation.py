"""A rule cites no source.

## What it does

Reports each rule without `sources`. Judged only where the base registers a source.

## Why it is bad

Nobody can check whether the rule is anybody's view but its author's.

## Example

```yaml
- id: ferry-makes-partners
  title: A ferry makes two towns partners
  if: [linked: {one: $one, other: $other}]
  then: [partners: {one: $one, other: $other}]
```

## Use instead

```yaml
  sources: {ledger: [1, 2]}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.quotes import quoted
from advisor.audit.subject import Subject, place_of
from advisor.model.authored import rules_as_authored

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The rules without sources."""
    for name, rule in rules_as_authored(subject.base).items() if subject.sources else ():
        if not rule.citations:
            said = witness.evidence(
                "the rule, which has no `sources` that has something in it", *quoted(rule)
            )
            message = f"rule '{name}' cites no source"
            yield Fault(message=message, places=(place_of(rule),), witness=said)
