"""A condition decides in no scenario, though it could in some future of one.

## What it does

Reports each premise, count or exception that in no scenario is the only one to keep its rule from
firing, if it is in some future of the open facts. Rules that never or always fire are left out:
those are findings of their own.

## Why it is bad

The rule could do without the condition, for all that the scenarios show.

## Example

```yaml
- id: rough-water-by-day
  if:
    - buy: {client: $client, partner: $partner}
    - weather: {town: $partner, now: rough}     # likely in each scenario in which somebody buys
```

## Use instead

A scenario that differs in this condition alone; `advisor test --suggest` writes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.conditions import undecided
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject

FAMILY: Final = "dynamic"
SEVERITY: Final = "note"


def find(subject: Subject) -> Iterator[Fault]:
    """The conditions that scenarios leave undecided."""
    return undecided(
        subject,
        ever=True,
        within="in each of these scenarios",
        decides="decides in no scenario",
    )
