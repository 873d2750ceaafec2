"""A rule says nothing that a more general rule does not say.

## What it does

Reports a rule if another rule fires wherever it does, no weaker, and concludes and effects as much:
theta-subsumption, up to the names of variables, with `where`, `unless`, `at-least`, strength,
`advances` and `strains` considered.

## Why it is bad

It can never change any advice. Whoever edits it believes that it can.

## Example

```yaml
- id: linked-towns-are-partners
  if: [linked: {one: $one, other: $other}]
  then: [partners: {one: $one, other: $other}]
- id: linked-buyers-are-partners
  if: [linked: {one: $one, other: $other}, lacks: {town: $one}]
  then: [partners: {one: $one, other: $other}]
```

## Use instead

The general rule alone. If the special case was meant to count for more, give the general rule less
strength, or an exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.finding import Fault, RulesWitness
from advisor.audit.likeness import bindings
from advisor.audit.subject import Subject, place_of

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The rules that a more general one covers."""
    for rule, general, things in subject.likeness.covered:
        witness = RulesWitness(
            shows=f"wherever '{rule.id}' fires, '{general.id}' does, and is no weaker",
            rules=(rule.id, general.id),
            substitution=bindings(things),
        )
        yield Fault(
            message=f"rule '{rule.id}' says nothing that '{general.id}' does not say",
            places=(place_of(rule),),
            related=(place_of(general),),
            witness=witness,
        )
