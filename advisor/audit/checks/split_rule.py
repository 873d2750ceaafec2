"""Rules are alike but for a test that lets everything through.

## What it does

Reports rules that conclude and effect the same, no weaker one than the other, from the same
conditions but for one: a comparison and its complement, or comparisons that together leave no
number out; one rule for each legal value of a slot; a premise of the one that is an exception of
the other. Titles, reasons and sources may differ.

## Why it is bad

The test decides nothing, and each change has to be made to all of them.

## Example

```yaml
- id: dredge-shallow
  if: [depth: {town: $client, metres: $metres}]
  where: $metres < 5
  then: [dredge: {client: $client}]
- id: dredge-deep
  if: [depth: {town: $client, metres: $metres}]
  where: $metres >= 5
  then: [dredge: {client: $client}]
```

## Use instead

One rule without the test. If the cases are to be told apart, conclusions that do so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from advisor.audit.finding import Fault, RulesWitness
from advisor.audit.likeness import said
from advisor.audit.splits import splits, without
from advisor.audit.subject import Subject, place_of
from advisor.model import english
from advisor.model.records import Rule

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The groups of rules that one rule could stand for."""
    for split in splits(subject.base, subject.sound):
        if split.leaves_nothing():
            yield _fault([part.rule for part in split.parts], f"what they test {split.about} for")
    for rule, other, name in _turned(subject.sound):
        yield _fault([rule, other], f"'{name}', a premise of the one and an exception of the other")


def _turned(rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, Rule, str]]:
    """The pairs of rules of which one excepts what the other asks for, with its template."""
    by_words = {said(rule): rule for rule in rules if rule.exceptions}
    for rule in rules if by_words else ():
        for premise in rule.patterns():
            turned = msgspec.structs.replace(
                without(rule, premise), exceptions=(*rule.exceptions, premise)
            )
            other = by_words.get(said(turned))
            if other is not None:
                yield rule, other, premise.template


def _fault(rules: list[Rule], test: str) -> Fault:
    names = english.listing(f"'{rule.id}'" for rule in rules)
    witness = RulesWitness(
        shows=f"with or without {test}, one of them applies",
        rules=tuple(rule.id for rule in rules),
    )
    return Fault(
        message=f"rules {names} differ in a test that lets everything through",
        places=tuple(place_of(rule) for rule in rules),
        witness=witness,
    )
