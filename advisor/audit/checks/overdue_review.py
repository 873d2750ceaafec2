"""A source is past the date of its review.

## What it does

Reports each source whose `review` lies before the date of `--as-of`, by default the date of the
base itself: so a clean base stays clean as time passes, until its date is moved on.

## Why it is bad

What the source says may have been overtaken.

## Example

```yaml
ledger:
  title: The ledger of the ferry
  origin: ferry
  review: 2025-06-30      # in a base of 2026
```

## Use instead

A look at the source, then a later date.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The sources that should have been looked at again."""
    for source in subject.sources:
        name = source.id
        if source.review is not None and source.review < subject.as_of:
            message = f"the review of '{name}' was due on {source.review}"
            late = (subject.as_of - source.review).days
            said = witness.evidence(
                f"the date, and what has passed since: {witness.many(late, 'day')}",
                f"review: {source.review}",
                f"as of: {subject.as_of}",
            )
            yield Fault(message=message, places=(place_of(source),), witness=said)
