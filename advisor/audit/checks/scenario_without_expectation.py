"""A scenario expects nothing.

## What it does

Reports each scenario without `expect`, in a base of which some other scenario has one. Left out are
those that leave the rest to a consultation (`complete: false`), what one has saved, and those with
a table of test cases, each of which has its own.

## Why it is bad

It runs with every test and tests nothing: whatever becomes of its advice, nobody is told.

## Example

```yaml
extends: summer
title: A winter that freezes the water at Brook
assume:
  - weather(brook, frozen)
```

## Use instead

What the scenario is there to show: `expect: {loses: [buy]}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of_scenario

FAMILY: Final = "dynamic"
SEVERITY: Final = "note"


def find(subject: Subject) -> Iterator[Fault]:
    """The scenarios that test nothing, where others do."""
    scenarios = [scenario for scenario, _ in subject.wanted]
    if not any(scenario.expectations for scenario in scenarios):
        return
    tabled = {scenario.extends for scenario in scenarios if scenario.is_case}
    for scenario in scenarios:
        meant = scenario.complete and scenario.consulted is None and scenario.name not in tabled
        if meant and not scenario.expectations:
            message = f"scenario '{scenario.name}' expects nothing"
            shown = witness.evidence("it has no `expect`", f"title: {scenario.title}")
            yield Fault(message=message, places=(place_of_scenario(scenario),), witness=shown)
