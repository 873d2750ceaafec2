"""An expectation of a scenario is not met.

## What it does

Runs the expectations of the scenarios, as `advisor test` does, and reports each that fails, with
what is there instead.

## Why it is bad

The base no longer advises what its author says that it must: either the rules and facts are wrong,
or the expectation is. Until that is settled nothing else in the report can be relied on.

## Example

```yaml
expect:
  withheld: [dredge]  # and the scenario's facts lead to 'dredge'
```

## Use instead

Whatever is right: read `advisor test FILE`, which shows the reasoning, and mend the rule, the fact
or the expectation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault, Place
from advisor.audit.subject import Subject
from advisor.testing.expectations import Examination

FAMILY: Final = "dynamic"
SEVERITY: Final = "error"


def find(subject: Subject) -> Iterator[Fault]:
    """The expectations that are not met, in the order of the scenarios and of their files."""
    for case, parent in subject.evaluated:
        scenario = case.scenario
        examination = Examination(case, parent)
        for expected in scenario.expectations:
            instead = examination.unmet(expected)
            if instead is not None:
                says = examination.says(expected)
                place = Place(where=expected.where, kind="scenario", name=scenario.name)
                seen = witness.evidence("what is expected, and what is there", says, instead)
                message = f"the scenario '{scenario.name}' expects that {says}; {instead}"
                yield Fault(message=message, places=(place,), witness=seen)
