"""An Admiralty grade contradicts itself.

## What it does

Reports A5, a completely reliable source with an improbable claim, and E1, an unreliable source
with a claim confirmed by others: the two corners of the scale. Reliability and credibility are
judged apart, so that no other pair is reported; F and 6 mean that something cannot be judged, and
go with anything.

## Why it is bad

One of the letters was most likely meant otherwise (the scale has 1 for the best), and confidence
goes by it.

## Example

```yaml
grade: A5
```

## Use instead

The grade that was meant; or a note on the source that says how it came to be, and an allowance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import EvidenceWitness, Fault
from advisor.audit.subject import Subject, place_of
from advisor.model.sources import Source

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


_MEANINGS: Final = {
    "A": "completely reliable",
    "E": "unreliable",
    "1": "confirmed by other sources",
    "5": "improbable",
}
CONTRADICTORY: Final = frozenset({("A", 5), ("E", 1)})


def find(subject: Subject) -> Iterator[Fault]:
    """The sources with a grade from two ends of the scale."""
    for source in subject.sources:
        name = source.id
        if (source.reliability, source.credibility) in CONTRADICTORY:
            grade = f"{source.reliability}{source.credibility}"
            message = f"the grade {grade} of '{name}' contradicts itself"
            yield Fault(message=message, places=(place_of(source),), witness=_said(source))


def _said(source: Source) -> EvidenceWitness:
    reliability, credibility = source.reliability, source.credibility
    return witness.evidence(
        "what the two halves of the grade say",
        f"grade: {reliability}{credibility}",
        f"{reliability}: the source is {_MEANINGS[reliability]}",
        f"{credibility}: what it says is {_MEANINGS[str(credibility)]}",
    )
