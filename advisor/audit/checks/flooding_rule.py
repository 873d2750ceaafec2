"""A rule floods its client with advice.

## What it does

Reports each rule that gives one client more than twenty pieces of advice in some scenario.

## Why it is bad

Nobody acts on so much advice, and what counts is lost in it. The rule asks for too little: what
holds of everybody tells nobody what to do.

## Example

```yaml
- id: trade-with-everybody
  if: [linked: {one: $client, other: $partner}]      # with forty towns on the lake
  then: [trade: {client: $client, partner: $partner}]
```

## Use instead

A premise that tells apart: a shared border, a common forum, a share of the trade.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of
from advisor.model.grades import HOLDS
from advisor.model.values import Value
from advisor.reasoning.evaluate import Outcome, firing_grade

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"

MOST: Final = 20  # pieces of advice to one client from one rule


def find(subject: Subject) -> Iterator[Fault]:
    """The rules that flood, each with the scenario in which it does so most."""
    worst: dict[str, tuple[int, Value, Outcome]] = {}
    for case, _ in subject.evaluated:
        for (rule, client), number in given(case).items():
            if number > max(MOST, worst.get(rule, (0,))[0]):
                worst[rule] = number, client, case
    for rule, (number, client, case) in sorted(
        worst.items(), key=lambda item: subject.base.rule_ranks[item[0]]
    ):
        scenario = case.scenario
        message = f"rule '{rule}' gives one client {number} pieces of advice in '{scenario.name}'"
        shows = f"'{rule}' gives {client} {number} pieces of advice"
        draft = witness.Draft(client=client, extends=scenario.name)
        shown = witness.held(
            subject.stage, shows, draft, functools.partial(_floods, rule, client, number)
        ) or witness.evidence(f"seen in '{scenario.name}'", shows)
        yield Fault(message=message, places=(place_of(subject.rules[rule]),), witness=shown)


def _floods(rule: str, client: Value, number: int, case: Outcome) -> bool:
    """Whether a rule gives a client so many pieces of advice in a case."""
    return given(case)[rule, client] == number


def given(case: Outcome) -> Counter[tuple[str, Value]]:
    """How many pieces of advice each rule gives each client in a scenario."""
    graph, grades = case.graph, case.grades
    advice = [fact for fact in graph.advice_to(None) if grades.lower[fact] >= HOLDS]
    found = {
        (graph.firings[number].rule.id, fact)
        for fact in advice
        for number in graph.supports[fact]
        if firing_grade(graph.firings[number], grades)[0] >= HOLDS
    }
    return Counter(
        (rule, graph.template(fact).slot_values(graph.instances[fact])["client"])
        for rule, fact in found
        if rule not in case.scenario.withdrawn
    )
