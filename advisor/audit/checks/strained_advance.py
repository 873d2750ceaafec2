"""Advice strains the interest that it advances.

## What it does

Reports an interest that stands both in `advances` and in `strains` of one rule, or in `advances` of
one rule and in `strains` of another that can conclude the same advice. Interests that different
pieces of advice pull both ways are no finding: that is what the trade-off table is for.

## Why it is bad

The advice is listed for and against the same interest, and the reader learns nothing from either.

## Example

```yaml
- id: buy-from-supplier
  then: [buy: {client: $client, partner: $partner, cargo: $cargo}]
  advances: [supply]
  strains: [supply]
```

## Use instead

The one that weighs more. If both are true, they are about two interests: name them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from advisor.audit import witness
from advisor.audit.example import Examples
from advisor.audit.finding import Fault, Witness
from advisor.audit.overlap import meet, over
from advisor.audit.subject import Subject, place_of
from advisor.model import english
from advisor.model.records import Rule
from advisor.reasoning.evaluate import Outcome

FAMILY: Final = "ambivalence"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The interests that the same advice advances and strains."""
    for name, rules in subject.base.concluding.items():
        if subject.base.templates[name].advice:
            yield from _strained(subject, name, rules)


def _strained(subject: Subject, name: str, rules: tuple[Rule, ...]) -> Iterator[Fault]:
    advanced = {interest for rule in rules for interest in rule.advances}
    for interest in (name for name in subject.base.interests if name in advanced):
        involved: set[str] = set()
        pairs: list[tuple[Rule, Rule]] = []
        for rule in rules:
            others = (other for other in rules if interest in other.strains)
            if interest in rule.advances:
                for other in others:
                    if _alike(subject, name, rule, other):
                        involved |= {rule.id, other.id}
                        pairs.append((rule, other))
        if involved:
            listed = [rule for rule in rules if rule.id in involved]
            by = english.listing(f"'{rule.id}'" for rule in listed)
            message = f"advice '{name}' both advances and strains '{interest}', by {by}"
            places = tuple(map(place_of, listed))
            yield Fault(message=message, places=places, witness=_shown(subject, interest, pairs))


def _shown(subject: Subject, interest: str, pairs: list[tuple[Rule, Rule]]) -> Witness:
    """Facts on which the same advice does both."""
    examples = Examples(subject)
    for rule, other in pairs:
        found = examples.both(rule, other)
        if found is not None:
            shows = f"the advice {found.concluded} both advances and strains '{interest}'"
            draft = msgspec.structs.replace(found.draft, interests=[interest])
            seen = witness.held(subject.stage, shows, draft, lambda case: _both(case, interest))
            if seen is not None:
                return seen
    rule, other = pairs[0]
    said = (f"'{rule.id}': advances: [{interest}]", f"'{other.id}': strains: [{interest}]")
    return witness.evidence("the two rules, as they stand", *said)


def _both(case: Outcome, interest: str) -> bool:
    """Whether one piece of advice advances and strains an interest."""
    advanced, strained = witness.moved(case, interest)
    return not advanced.isdisjoint(strained)


def _alike(subject: Subject, name: str, rule: Rule, other: Rule) -> bool:
    """Whether two rules can conclude the same piece of advice."""
    template = subject.base.templates[name]
    return any(
        meet(template, first.terms, second.terms)
        for first in over(rule.conclusions, name)
        for second in over(other.conclusions, name)
    )
