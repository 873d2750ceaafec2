"""Two rows of a decision table can match together, and the table does not say which counts.

## What it does

Compares the rows of each table cell by cell, as if each column had one value at a time. With
`hit: unique` it reports each two rows that have something in common; with `hit: any` those that
conclude different things. With the other policies rows may overlap.

## Why it is bad

Somebody gets two answers where the table promises one.

## Example

```yaml
- table: care
  title: How urgent a fever is
  hit: unique
  if: [fever: {of: $client, degrees: $degrees}]
  then: [see-doctor: {client: $client, when: $when}]
  rows:
    - {degrees: "< 39", when: this-week}
    - {degrees: ">= 38", when: today}      # 38.5 is both
```

## Use instead

Cells that keep the rows apart, or the policy that is meant: `hit: first`, whose first row counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault, Place
from advisor.audit.subject import Subject
from advisor.model import english
from advisor.model.decisions import DecisionTable, Overlaps, TableRow

FAMILY: Final = "ambivalence"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """Each two rows that should not match together, and can."""
    for table in subject.base.tables:
        if table.hit not in {"unique", "any"}:
            continue
        names = [column.name for column in table.columns]
        overlaps = Overlaps(table.rows, names)
        pairs = ((o, later) for later in range(len(table.rows)) for o in overlaps.before(later))
        for pair in sorted(pairs):
            one, other = (table.rows[number] for number in pair)
            same = table.hit == "any" and one.concludes == other.concludes
            if not same:
                yield _fault(table, one, other)


def _fault(table: DecisionTable, one: TableRow, other: TableRow) -> Fault:
    message = f"rows {one.name} and {other.name} of table '{table.id}' can match together"
    return Fault(
        message=message,
        places=tuple(
            Place(where=row.where, kind="rule", name=f"{table.id}/{row.name}")
            for row in (one, other)
        ),
        witness=witness.evidence(f"with 'hit: {table.hit}'", _said(one), _said(other)),
    )


def _said(row: TableRow) -> str:
    """A row in a line."""
    asked = english.listing(f"{name} {test.says}" for name, test in row.tests.items())
    concluded = english.listing(row.concludes)
    return f"row {row.name}: {asked or 'anything'}" + (f", so {concluded}" if concluded else "")
