"""Two rules give opposed advice where both apply.

## What it does

For each two rules that conclude advice that `opposes` the other's, from given facts or from derived
facts of the same templates, looks for a smallest set of given facts on which both fire. The set
respects keys, `one-of`, `where` and the exceptions of all rules, and no fact of it relates a thing
to itself. Facts are taken as certain: that two rules meet at "roughly even chance" is no conflict.

## Why it is bad

The client is told to do a thing and not to do it, each time with good reasons.

## Example

```yaml
- id: dredge-shallow-harbour
  if: [depth: {town: $client, metres: $metres}]
  where: $metres < 5
  then: [dredge: {client: $client}]
- id: leave-calm-harbour
  if: [weather: {town: $client, now: calm}]
  then: [leave-it: {client: $client}]      # leave-it opposes dredge
```

## Use instead

A premise or an exception that tells the two cases apart. If both sides have a case, state it as
one piece of advice with a caveat.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.clash import places, shown
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject

FAMILY: Final = "ambivalence"
SEVERITY: Final = "error"


def find(subject: Subject) -> Iterator[Fault]:
    """The pairs of rules that contradict each other."""
    for clashes in subject.conflicts.values():
        for clash in clashes:
            first, second = (firing.rule for firing in clash.by)
            message = f"rules '{first.id}' and '{second.id}' give opposed advice where both apply"
            if first == second:
                message = f"rule '{first.id}' gives advice together with its opposite"
            seen = shown(subject, clash)
            if seen is not None:
                yield Fault(message=message, places=places(clash), witness=seen)
