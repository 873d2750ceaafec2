"""A conclusion can never come about.

## What it does

Reports templates that rules conclude from each other alone: each of their rules has a premise
among them, and no scenario states one. One finding for each such circle; what would follow from it
is not reported as well, and neither is what a premise that nothing matches keeps from coming
about: that is `unfireable-rule`.

## Why it is bad

None of it ever holds, and no advice that rests on it is ever given.

## Example

```yaml
- id: trust-makes-partners
  if: [trusts: {one: $one, other: $other}]
  then: [partners: {one: $one, other: $other}]
- id: partners-make-trust                   # and nothing else concludes either
  if: [partners: {one: $one, other: $other}]
  then: [trusts: {one: $one, other: $other}]
```

## Use instead

A rule that leads into the circle from facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.circles import in_order
from advisor.audit.example import Examples
from advisor.audit.finding import CycleWitness, Fault, ScenarioWitness
from advisor.audit.overlap import needed, needs_of
from advisor.audit.quotes import lacking
from advisor.audit.subject import Subject, place_of
from advisor.model import english
from advisor.model.records import Rule
from advisor.model.relations import components

FAMILY: Final = "deficiency"
SEVERITY: Final = "error"


def find(subject: Subject) -> Iterator[Fault]:
    """The circles of templates that nothing leads into."""
    missing = subject.base.concluding.keys() - subject.reached
    needs = {
        name: in_order(
            subject, {p for rule in subject.base.concluding[name] for p in needs_of(rule) & missing}
        )
        for name in in_order(subject, missing)
    }
    for members in components(needs):
        circle = len(members) > 1 or members[0] in needs[members[0]]
        within = all(set(needs[name]) <= set(members) for name in members)
        if circle and within:
            yield _fault(subject, in_order(subject, members))


def _missed(subject: Subject, members: list[str], rules: list[Rule]) -> ScenarioWitness | None:
    """Facts on which a rule of the circle lacks nothing but the circle, if it needs any."""
    for rule in rules:
        within = [pattern for pattern in needed(rule) if pattern.template in members]
        found = Examples(subject).of(rule, but=within)
        if found is not None and found.facts:
            missed = in_order(subject, {pattern.template for pattern in within})
            return lacking(subject, found, rule, missed)
    return None


def _fault(subject: Subject, members: list[str]) -> Fault:
    rules = {r.id: r for name in members for r in subject.base.concluding[name]}
    names = english.listing(f"'{name}'" for name in members)
    steps = tuple(
        f"'{rule.id}' needs {english.listing(in_order(subject, needs_of(rule) & set(members)))}"
        for rule in rules.values()
    )
    return Fault(
        message=f"{names} can never come about: each of their rules needs one of them",
        places=tuple(place_of(rule) for rule in rules.values()),
        witness=_missed(subject, members, list(rules.values()))
        or CycleWitness(shows="no rule leads into the circle", steps=steps),
    )
