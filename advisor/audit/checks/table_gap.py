"""A decision table has no row for some combination of what its columns can hold.

## What it does

Goes through all that the columns of each table can hold: the legal values of a slot, the entities
of its types, yes and no, and of numbers and dates the stretches between the ends that cells name.
Reports what no row covers. It looks at the table alone, as if each column had any value whatever
the others have; not at a table with `hit: collect`, whose rows need not cover anything.
(Completeness of a decision table, as in DMN.)

## Why it is bad

For whoever is in that position the table decides nothing, and nobody meant it so.

## Example

```yaml
- table: care
  title: How urgent a fever is
  if: [fever: {of: $client, degrees: $degrees}]
  then: [see-doctor: {client: $client, when: $when}]
  rows:
    - {degrees: "< 38", when: this-week}
    - {degrees: "> 38", when: today}      # and of 38 degrees nothing is said
```

## Use instead

A row for the combination, a cell that reaches further, or a last row of `-` with `hit: first`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault, Place
from advisor.audit.subject import Subject
from advisor.model import english
from advisor.model.decisions import DecisionTable, gaps

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"

_SHOWN: Final = 5  # combinations of one table


def find(subject: Subject) -> Iterator[Fault]:
    """The tables that leave something out, each with the first few combinations."""
    entities: dict[str, list[str]] = {}
    for entity in subject.base.entities.values():
        entities.setdefault(entity.type, []).append(entity.id)
    for table in subject.base.tables:
        left = _left_out(table, entities) if table.hit != "collect" else []
        if left:
            many = len(left) > _SHOWN
            place = Place(where=table.where, kind="table", name=table.id)
            message = f"no row of table '{table.id}' covers this: {_said(left[0])}"
            shows = f"what no row covers{f', the first {_SHOWN} of more' if many else ''}"
            seen = witness.evidence(shows, *map(_said, left[:_SHOWN]))
            yield Fault(message=message, places=(place,), witness=seen)


def _left_out(table: DecisionTable, entities: Mapping[str, list[str]]) -> list[dict[str, str]]:
    return list(itertools.islice(gaps(table, entities), _SHOWN + 1))


def _said(gap: Mapping[str, str]) -> str:
    """A combination in words; that of a table without conditions is any."""
    return english.listing(f"{name} {values}" for name, values in gap.items()) or "anything at all"
