"""A condition decides nothing, in no future of any scenario.

## What it does

Reports each premise, count or exception that passes wherever the rest of its rule does: in every
scenario, whatever the facts turn out to be that the scenario leaves open. Rules that never or
always fire are left out. Judged on the futures of the scenarios that there are: so it is a question
of testing as well as of redundancy.

## Why it is bad

The condition makes the rule longer and keeps it from nothing. Or it does matter, and no scenario
knows of the case.

## Example

```yaml
- id: linked-store-supplies
  if:
    - stores: {town: $supplier, cargo: $cargo}
    - linked: {one: $town, other: $supplier}     # certain in every scenario
```

## Use instead

A scenario in which the condition fails, or the rule without it.
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
    """The conditions that no future turns on."""
    return undecided(
        subject,
        ever=False,
        within="in every future of these scenarios",
        decides="decides nothing, in no future of any scenario",
    )
