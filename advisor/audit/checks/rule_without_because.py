"""A rule gives no reason.

## What it does

Reports each rule without `because`, and a table by the first row that has none. A rule that only
brings two slots into order, or that renames, needs a reason as well: it is printed in every
explanation that the rule stands in.

## Why it is bad

The explanation of the advice has a hole where the reader asks why.

## Example

```yaml
- id: ferry-makes-partners
  title: A ferry makes two towns partners
  if:
    - linked: {one: $one, other: $other}
  then:
    - partners: {one: $one, other: $other}
```

## Use instead

```yaml
  because: "goods reach {other} from {one} within a day"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.quotes import quoted
from advisor.audit.subject import Subject, place_of
from advisor.model.authored import rules_as_authored
from advisor.model.errors import Location
from advisor.model.records import Rule

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The rules without `because`; of a table the first."""
    tables = {rule: t.id for t in subject.base.tables for row in t.rows for rule in row.rules}
    told = set[str]()
    for name, rule in sorted(rules_as_authored(subject.base).items(), key=_place):
        table = tables.get(rule.id)
        if rule.because is None and table not in told:
            told |= {table} if table is not None else set()
            said = witness.evidence(
                "the rule, which has no `because` that has something in it", *quoted(rule)
            )
            what = f"rule '{name}'" if table is None else f"table '{table}'"
            message = f"{what} gives no reason"
            yield Fault(message=message, places=(place_of(rule),), witness=said)


def _place(named: tuple[str, Rule]) -> Location:
    return named[1].where
