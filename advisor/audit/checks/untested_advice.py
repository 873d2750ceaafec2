"""Advice is given, and no scenario expects it.

## What it does

Reports each template of advice that some scenario gives and that no `expect` of any scenario names.

## Why it is bad

The advice can change or disappear, and `advisor test` stays green.

## Example

```yaml
expect:
  given: [buy]        # the scenario also gives 'dredge'
```

## Use instead

An expectation that names the advice: `given`, and better still `caveats`, `confidence`, `sources`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of
from advisor.model.grades import HOLDS
from advisor.model.scenarios import Scenario
from advisor.reasoning.evaluate import Outcome
from advisor.testing.goals import Mark

FAMILY: Final = "dynamic"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The advice that nobody expects."""
    for name, template in subject.base.templates.items():
        if Mark("reached", name) in subject.covered and name not in subject.expected:
            message = f"advice '{name}' is given in some scenario and expected in none"
            scenario = _given_in(subject, name)
            shows = f"'{name}' is given, and no `expect` of any scenario has it"
            draft = witness.Draft(client=scenario.client, extends=scenario.name)
            shown = witness.held(
                subject.stage, shows, draft, functools.partial(_gives, name)
            ) or witness.evidence(f"seen in '{scenario.name}'", shows)
            yield Fault(message=message, places=(place_of(template),), witness=shown)


def _given_in(subject: Subject, name: str) -> Scenario:
    """The first scenario by title in which advice of a template is given."""
    given = (case.scenario for case, _ in subject.evaluated if _gives(name, case))
    return min(given, key=lambda scenario: scenario.title)


def _gives(name: str, case: Outcome) -> bool:
    """Whether some advice of a template is given in a case."""
    return any(case.bounds(n)[0] >= HOLDS for n in case.graph.of_template.get(name, ()))
