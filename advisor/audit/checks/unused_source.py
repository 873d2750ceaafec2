"""A source is registered that nothing cites.

## What it does

Reports each source that no rule, no fact and no interest of any scenario cites.

## Why it is bad

A reader takes the register for what the advice rests on. A source that nothing rests on says more
than the base can show.

## Example

```yaml
almanac:
  title: The almanac
  origin: printer       # and no `sources:` names the almanac
```

## Use instead

A citation where the source was used, or no source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.quotes import searched
from advisor.audit.subject import Subject, place_of

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The sources that nothing cites."""
    for source in subject.sources:
        name = source.id
        if not subject.cited(source):
            looked = witness.evidence("no citation of it is to be found", *searched(subject))
            yield Fault(
                message=f"nothing cites the source '{name}'",
                places=(place_of(source),),
                witness=looked,
            )
