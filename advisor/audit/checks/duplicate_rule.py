"""Two rules say the same.

## What it does

Reports each group of rules that are equal but for the order of their conditions and the names of
their variables. Titles, reasons, sources and effects are not compared.

## Why it is bad

A change made to one is forgotten in the other, and every explanation lists the same derivation
twice.

## Example

```yaml
- id: ferry-makes-partners
  if: [linked: {one: $one, other: $other}]
  then: [partners: {one: $one, other: $other}]
- id: crossing-makes-partners
  if: [linked: {one: $town, other: $port}]
  then: [partners: {one: $town, other: $port}]
```

## Use instead

One of them, with the sources and the effects of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.finding import Fault, RulesWitness
from advisor.audit.likeness import bindings
from advisor.audit.subject import Subject, place_of
from advisor.model import english

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The groups of rules that say the same."""
    for group in subject.likeness.alike:
        first = group[0].by
        rules = [first, *(cover.rule for cover in group)]
        names = english.listing(f"'{rule.id}'" for rule in rules)
        witness = RulesWitness(
            shows=f"'{group[0].rule.id}' is '{first.id}' with other names",
            rules=(group[0].rule.id, first.id),
            substitution=bindings(group[0].things),
        )
        places = tuple(place_of(rule) for rule in rules)
        yield Fault(message=f"rules {names} say the same", places=places, witness=witness)
