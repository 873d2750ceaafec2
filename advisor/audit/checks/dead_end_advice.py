"""Advice is declared that no rule concludes.

## What it does

Reports each template marked `advice` that is the conclusion of no rule: a dead-end goal (Nguyen and
others 1987).

## Why it is bad

It can never be given, whatever the facts.

## Example

```yaml
dredge:
  advice: true
  slots: {client: Town}
  says: "dredge the harbour"      # and no rule has it in its `then`
```

## Use instead

A rule that concludes it; or no advice of that name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of

FAMILY: Final = "deficiency"
SEVERITY: Final = "error"


def find(subject: Subject) -> Iterator[Fault]:
    """The advice that no rule concludes."""
    for name, template in subject.base.templates.items():
        if template.advice and name not in subject.base.concluding:
            message = f"no rule concludes the advice '{name}'"
            rules = witness.within(subject.base, "rule", [r.where for r in subject.base.rules])
            looked = witness.evidence(
                f"`advisor why-not {name}` has no rule to show",
                f"looked through: the `then` of {rules}; none has '{name}'",
            )
            yield Fault(message=message, places=(place_of(template),), witness=looked)
