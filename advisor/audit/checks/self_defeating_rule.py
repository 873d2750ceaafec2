"""A rule can never give what it concludes, or at a roughly even chance at most.

## What it does

Reports each rule whose premises meet one of its own exceptions; each with two premises over one key
of which every value excludes the other's; and each that concludes advice or caveats alone, with a
strength below "roughly even chance", where nothing is given. What is a roughly even chance both
holds and leaves room for its opposite: on such facts alone the first two still fire.

## Why it is bad

The rule stands there, cited and explained, and nobody gets what it says, whatever the facts are, or
only where they are at their most doubtful.

## Example

```yaml
- id: sell-in-calm
  if:
    - weather: {town: $client, now: calm}
    - weather: {town: $client, now: rough}     # the water has one state
  then: [sell: {client: $client}]
```

## Use instead

What was meant: another variable, another value, another strength; or no such rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.defeat import defeats
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of

FAMILY: Final = "deficiency"
SEVERITY: Final = "error"


def find(subject: Subject) -> Iterator[Fault]:
    """The rules that defeat themselves, each for its first reason."""
    for rule in subject.sound:
        why = next(defeats(subject.base, rule), None)
        if why is not None:
            says, at_most, seen = why
            yield Fault(
                message=f"rule '{rule.id}' can never fire{at_most}: {says}",
                places=(place_of(rule),),
                witness=witness.evidence("what stands against it", *seen),
            )
