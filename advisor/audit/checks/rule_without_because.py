"""A rule gives no reason.

## What it does

Reports each rule without `because`. A rule that only brings two slots into order, or that renames,
needs a reason as well: it is printed in every explanation that the rule stands in.

## Why it is bad

The explanation of the advice has a hole where the reader asks why.

## Example

```yaml
- id: ferry-makes-partners
  title: A ferry makes two towns partners
  if:
    - linked: {one: $one, other: $other}
  then:
    - partners: {one: $one, other: $other}
```

## Use instead

```yaml
  because: "goods reach {other} from {one} within a day"
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
    """The rules without `because`."""
    for name, rule in rules_as_authored(subject.base).items():
        if rule.because is None:
            said = witness.evidence(
                "the rule, which has no `because` that has something in it", *quoted(rule)
            )
            message = f"rule '{name}' gives no reason"
            yield Fault(message=message, places=(place_of(rule),), witness=said)
