"""No advice serves an interest.

## What it does

Reports each interest that no rule advances.

## Why it is bad

A client who holds it is told of the harm that advice does to it and never of a way to serve it.

## Example

```yaml
# rules/interests.yaml
safety: {says: safe crossings}      # and no rule has `advances: [safety]`
```

## Use instead

Advice that advances it; or no interest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, of_interest

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The interests that no rule advances."""
    served = {name for rule in subject.base.rules for name in rule.advances}
    for name, interest in sorted(subject.base.interests.items()):
        if name not in served:
            yield Fault(message=f"no advice serves '{name}'", places=(of_interest(interest),))
