"""A what-if changes nothing.

## What it does

Reports each scenario that extends another and differs from it in nothing that a rule makes use of:
no fact that follows has another grade, and no change touches a rule of which all else holds. Left
out are those that change who is advised, interests, sources or what sources recommend, those with
entities of their own, those that expect a change, which is a failed expectation, and rows of tables
of test cases, which may hold what they extend to what it is.

## Why it is bad

It is read as "the advice stands even so", and shows that no rule looks at what was changed.

## Example

```yaml
extends: summer
title: What if the almanac were wrong about the market?
deny:
  - market-day(brook)        # no rule that is near to firing asks for it
```

## Use instead

A change that matters, or a scenario in which this one does; otherwise nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of_scenario
from advisor.model.grades import HOLDS
from advisor.model.scenarios import Scenario
from advisor.reasoning.evaluate import Grades, Outcome, links
from advisor.reasoning.firings import Firing

FAMILY: Final = "dynamic"
SEVERITY: Final = "note"


def find(subject: Subject) -> Iterator[Fault]:
    """The what-ifs whose changes are of no consequence."""
    for case, parent in subject.evaluated:
        scenario = case.scenario
        if parent is None or scenario.is_case or case.graph is not parent.graph:
            continue
        if _idle(case, parent):
            message = f"what-if '{scenario.name}' changes nothing of '{parent.scenario.name}'"
            shows = "the advice is that of the scenario it extends, by the same reasoning"
            one, other = (
                witness.Draft(client=scenario.client, extends=extended.name)
                for extended in (scenario, parent.scenario)
            )
            title = f"'{parent.scenario.name}' as it stands"
            shown = witness.held(
                subject.stage, shows, one, same=(title, other)
            ) or witness.evidence(f"seen in '{scenario.name}'", shows)
            yield Fault(message=message, places=(place_of_scenario(scenario),), witness=shown)


def _idle(case: Outcome, parent: Outcome) -> bool:
    """Whether a what-if differs from its parent in nothing that counts."""
    if _said(case.scenario) != _said(parent.scenario):
        return False
    if any(expected.kind in {"gains", "loses"} for expected in case.scenario.expectations):
        return False
    graph, base = case.graph, case.scenario.base
    changed = _changed(case.grades, parent.grades)
    if any(not graph.is_fact(n) or graph.instances[n].template in base.derived for n in changed):
        return False
    return _cited(case) == _cited(parent) and not any(
        _near(firing, case.grades, parent.grades)
        for firing in graph.firings
        if not changed.isdisjoint(firing.depends_on())
    )


def _changed(one: Grades, other: Grades) -> set[int]:
    """The facts and nodes whose grades differ."""
    pairs = zip(one.lower, other.lower, one.upper, other.upper, strict=True)
    return {n for n, (a, b, c, d) in enumerate(pairs) if a != b or c != d}


def _said(scenario: Scenario) -> tuple[object, ...]:
    """What a scenario says beside its facts."""
    fields = scenario.client, scenario.complete, scenario.interests, scenario.recommends
    return *fields, scenario.withdrawn, len(scenario.groups)


def _cited(case: Outcome) -> object:
    """The evidence for what holds in a scenario."""
    facts = case.scenario.facts.values()
    return {f.instance: f.citations for f in facts if f.citations and f.standing != "denied"}


def _near(firing: Firing, *both: Grades) -> bool:
    """Whether, before or after, no more than one condition keeps a firing from the threshold."""
    failing = [sum(low < HOLDS for low, _ in links(firing, grades)) for grades in both]
    return min(failing) <= 1 and [*links(firing, both[0])] != [*links(firing, both[1])]
