"""Opposed advice follows from the same facts through chains of rules.

## What it does

For each two templates of advice of which one `opposes` the other, looks for a smallest set of given
facts from which both follow, through however many rules, by answer set programming. The set
respects keys and `one-of`; facts are taken as certain, none relates a thing to itself, and default
rules are left aside. A conflict
that `conflicting-rules` reports is not reported again. Rules treat alike the entities that they
don't name, so a few of each type stand for all; where even those make too many facts, nothing is
reported.

## Why it is bad

The client is told to do a thing and not to do it, and no single rule shows why.

## Example

```yaml
- {id: shallow, if: [depth: {town: $t, metres: $m}], where: $m < 5, then: [in-need: {town: $t}]}
- {id: dredge-it, if: [in-need: {town: $client}], then: [dredge: {client: $client}]}
- {id: calm, if: [weather: {town: $t, now: calm}], then: [at-ease: {town: $t}]}
- {id: leave, if: [at-ease: {town: $client}], then: [leave-it: {client: $client}]}
```

## Use instead

A premise or an exception, in whichever rule of the two chains says more than it should.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.clash import places, shown
from advisor.audit.finding import Fault
from advisor.audit.opposition import groups_of, through_chains
from advisor.audit.subject import Subject, place_of
from advisor.model import english

FAMILY: Final = "ambivalence"
SEVERITY: Final = "error"


def find(subject: Subject) -> Iterator[Fault]:
    """The oppositions of which both sides can follow."""
    one_of = groups_of(subject.scenarios)
    known = {name for name, clashes in subject.conflicts.items() if clashes}
    for name, clash in through_chains(subject.base, subject.base.concluding, one_of):
        seen = shown(subject, clash) if name not in known else None
        if seen is not None:
            advice = english.listing(f"'{advice.template}'" for advice in clash.advice)
            last = places(clash)
            others = [name for name in clash.rules if name not in {place.name for place in last}]
            yield Fault(
                message=f"chains of rules lead to {advice}, which are opposed, from the same facts",
                places=last,
                related=tuple(place_of(subject.rules[name]) for name in others),
                witness=seen,
            )
