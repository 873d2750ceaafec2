"""What a rule concludes follows from its premises by other rules.

## What it does

Takes the variables of a rule for things, its premises for facts, and chains the other rules
forward from them. Reports the rule if two or more of them, none weaker, none with an exception
that the rule itself does not make, reach all that it concludes. Defaults and rules that add a
caveat are left out.

## Why it is bad

The shortcut never gives a stronger conclusion than the chain does, and it hides the steps that an
explanation should show.

## Example

```yaml
- id: store-supplies
  if: [stores: {town: $town, cargo: $cargo}]
  then: [can-supply: {town: $town, cargo: $cargo}]
- id: supplier-is-asked
  if: [can-supply: {town: $town, cargo: $cargo}]
  then: [worth-asking: {town: $town}]
- id: store-is-asked          # follows from the other two
  if: [stores: {town: $town, cargo: $cargo}]
  then: [worth-asking: {town: $town}]
```

## Use instead

The chain alone, or a shortcut that is stronger than the chain, if that is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.chain import Openings, derivation
from advisor.audit.finding import Fault, RulesWitness
from advisor.audit.subject import Subject, place_of
from advisor.model import english
from advisor.model.records import Rule

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The rules whose conclusions follow by a chain of others."""
    likeness = subject.likeness
    known = {cover.rule.id for group in likeness.alike for cover in group}
    known |= {cover.rule.id for cover in likeness.covered}
    openings = Openings(subject.base)
    for rule in subject.sound:
        if rule.id in known or not _chained(subject, rule):
            continue
        chain = derivation(subject.base, openings, rule, known)
        if len(chain) > 1:
            known.add(rule.id)
            yield _fault(subject, rule, chain)


def _chained(subject: Subject, rule: Rule) -> bool:
    """Whether a rule is of the kind that a chain can replace."""
    caveat = any(subject.base.templates[c.template].caveat for c in rule.conclusions)
    return not rule.otherwise and not caveat


def _fault(subject: Subject, rule: Rule, chain: list[str]) -> Fault:
    names = english.listing(f"'{name}'" for name in chain)
    witness = RulesWitness(
        shows=f"from the premises of '{rule.id}' its conclusion follows by {names}, in this order",
        rules=(rule.id, *chain),
    )
    return Fault(
        message=f"what rule '{rule.id}' concludes follows from its premises by {names}",
        places=(place_of(rule),),
        related=tuple(place_of(subject.rules[name]) for name in chain),
        witness=witness,
    )
