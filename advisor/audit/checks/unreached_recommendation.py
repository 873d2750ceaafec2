"""A source recommends something, and the rules do not reach it.

## What it does

Reports what a scenario says under `recommends` and what neither is given nor is open in it. What a
what-if inherits is not looked at: that a change takes advice away may be its point.

## Why it is bad

A source recommends it, and whoever reads the advice does not get it: a rule or a fact is missing
that the source takes for granted, or the recommendation is written down as something else.

## Example

```yaml
recommends:
  - dredge: {client: ashby}     # no rule advises a town with a deep harbour to dredge
    sources: {ledger: 3}
```

## Use instead

A rule with what the source gives as its reasons, or the facts that an existing rule asks for;
`advisor why-not` says which.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Final

from advisor.answers.advice import unreached
from advisor.audit import witness
from advisor.audit.finding import Fault, Place
from advisor.audit.subject import Subject
from advisor.model import citing, english
from advisor.model.records import Instance
from advisor.reasoning.evaluate import Outcome

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """What sources recommend in vain."""
    for case, _ in subject.evaluated:
        scenario = case.scenario
        for instance, said in unreached(case):
            if said.where.file == scenario.where.file:
                cited = citing.cite(scenario.base, said.citations)
                clause = english.says(scenario.base, instance)
                message = f"the rules do not reach what is recommended in {cited}: {clause}"
                shows = f"{instance} is neither given nor open"
                draft = witness.Draft(client=scenario.client, extends=scenario.name)
                shown = witness.held(
                    subject.stage, shows, draft, functools.partial(_unreached, instance)
                ) or witness.evidence(f"seen in '{scenario.name}'", shows)
                place = Place(where=said.where, kind="fact", name=str(instance))
                yield Fault(message=message, places=(place,), witness=shown)


def _unreached(instance: Instance, case: Outcome) -> bool:
    """Whether something that is recommended is neither given nor open in a case."""
    return any(one == instance for one, _ in unreached(case))
