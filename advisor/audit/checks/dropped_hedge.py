"""A source hedges what the base takes for certain, or for surer.

## What it does

Reports each passage with a hedge, if facts or rules cite it and all of them are surer than it: the
facts denied, without a likelihood, or with one that is further from an even chance than that of the
hedge; the rules without a `strength` and without an exception. What a what-if assumes is not looked
at, and a hedge that the base's own table counts as certain is none.

## Why it is bad

The source doubts something, and the base does not: the advice is firmer than what it rests on, and
cites for it a sentence that says less.

## Example

```yaml
# page 4 of the ledger: {kind: judgment, hedge: may, says: Brook may have grain to spare.}
facts:
  - stores(brook, grain)
    sources: {ledger: 4}
```

## Use instead

The likelihood of the hedge on the claim that the sentence hedges. If the base has only what the
sentence takes for granted, an allowance that says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import hedges, witness
from advisor.audit.finding import Fault
from advisor.audit.hedges import Hedged
from advisor.audit.subject import Subject, place_of, place_of_fact
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.records import Rule
from advisor.model.scenarios import Fact

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The hedged passages that certainty alone cites."""
    for hedged in hedges.passages(subject):
        cited = [*hedged.facts, *hedged.rules]
        if hedged.grade == CERTAIN or not cited:
            continue
        surer = all(_surer(fact, hedged.grade) for fact in hedged.facts)
        if surer and all(map(_bold, hedged.rules)):
            yield _fault(hedged)


def _surer(fact: Fact, hedge: int) -> bool:
    """Whether a fact is taken for surer, either way, than a hedge allows."""
    low, high = fact.bounds
    return low == high and abs(low - HOLDS) > abs(hedge - HOLDS)


def _bold(rule: Rule) -> bool:
    """Whether a rule concludes with certainty whatever its premises allow."""
    return rule.strength == CERTAIN and not rule.exceptions


def _fault(hedged: Hedged) -> Fault:
    message = f"nothing carries the hedge '{hedged.passage.hedge}' of {hedged.name}"
    shown = witness.evidence(
        "what the passage says, and what cites it, all of it surer",
        hedged.written,
        *(str(fact) for fact in hedged.facts),
        *(f"rule {rule.id}" for rule in hedged.rules),
    )
    related = (*map(place_of_fact, hedged.facts), *map(place_of, hedged.rules))
    return Fault(message=message, places=(hedged.place,), related=related, witness=shown)
