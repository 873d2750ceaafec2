"""One hedge of a source is put on several claims.

## What it does

Reports each passage with a hedge, if a fact file states facts of two templates or more with the
likelihood of that hedge and cites that passage alone for them. Not looked at are facts that are our
reading of the passage, and what a what-if assumes. Facts of one template are one claim about
several things.

## Why it is bad

A hedge in a sentence qualifies one proposition. "They can do useful work in the forum" doubts the
work, and not that there is a forum: what the sentence takes for granted becomes doubtful, and the
advice that rests on it as weak as the doubt.

## Example

```yaml
# page 4 of the ledger: {kind: judgment, hedge: may, says: Brook's stores may fill Ashby's barns.}
facts:
  - stores(brook, grain)      # taken for granted there
    likelihood: likely
    sources: {ledger: 4}
  - would-fill(brook, ashby)
    likelihood: likely
    sources: {ledger: 4}
```

## Use instead

The likelihood on what the sentence hedges, and none on what it takes for granted. If it does hedge
both, an allowance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from advisor.audit import hedges, witness
from advisor.audit.finding import Fault
from advisor.audit.hedges import Hedged
from advisor.audit.subject import Subject, place_of_fact
from advisor.model import english
from advisor.model.scenarios import Fact

FAMILY: Final = "deficiency"
SEVERITY: Final = "note"


def find(subject: Subject) -> Iterator[Fault]:
    """The hedged passages whose likelihood several claims have."""
    for hedged in hedges.passages(subject):
        files: dict[str, list[Fact]] = {}
        for fact in hedged.facts:
            if _has(fact, hedged):
                files.setdefault(fact.where.file, []).append(fact)
        for facts in files.values():
            if len({fact.instance.template for fact in facts}) > 1:
                yield _fault(hedged, facts)


def _has(fact: Fact, hedged: Hedged) -> bool:
    """Whether a fact rests on that passage alone, and has the likelihood of its hedge."""
    cited = [
        (citation.source, place)
        for citation in fact.citations
        for place in citation.locators or (None,)
    ]
    return (
        fact.standing == "stated"
        and fact.reading == "stated"
        and fact.grade == hedged.grade
        and cited == [(hedged.source.id, hedged.passage.locator)]
    )


def _fault(hedged: Hedged, facts: Sequence[Fact]) -> Fault:
    claims = english.counted(len(facts), "fact")
    message = (
        f"{claims} have the likelihood of one hedge, '{hedged.passage.hedge}' in {hedged.name}"
    )
    shown = witness.evidence(
        "what the passage says, and what is doubted for it", hedged.written, *map(str, facts)
    )
    places = (hedged.place, *map(place_of_fact, facts))
    return Fault(message=message, places=places, witness=shown)
