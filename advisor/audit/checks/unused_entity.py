"""An entity is declared that nothing mentions.

## What it does

Reports each entity that stands in no fact of any scenario and in no rule, advises nobody and holds
no interest. Judged only where the base has scenarios.

## Why it is bad

It is offered wherever a slot of its type is asked for, and there is nothing to say about it. More
often it is one of two names for one thing.

## Example

```yaml
Town:
  ashby: {name: Ashby}
  asby: {name: Ashby}     # nothing mentions it
```

## Use instead

One entity for one thing, and none for what nothing is said about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.overlap import values_of
from advisor.audit.quotes import searched
from advisor.audit.subject import Subject, place_of
from advisor.model.errors import Location
from advisor.model.records import Comparison, KnowledgeBase, Pattern
from advisor.model.scenarios import Scenario

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The entities that nothing mentions."""
    if not subject.scenarios:
        return
    used = _declared(subject.base, {subject.base.client, *_in_rules(subject)})
    for scenario in subject.scenarios:
        used |= _declared(scenario.base, _in_scenario(scenario))
    for entity in subject.entities:
        name = entity.id
        if (name, entity.where) not in used:
            yield Fault(
                message=f"nothing mentions the entity '{name}'",
                places=(place_of(entity),),
                witness=witness.evidence(f"'{name}' is not to be found", *searched(subject)),
            )


def _declared(base: KnowledgeBase, names: Iterable[object]) -> set[tuple[str, Location]]:
    """The entities of these ids as a base declares them; scenarios may each have one of an id."""
    known = (base.entities[str(name)] for name in names if name in base.entities)
    return {(entity.id, entity.where) for entity in known}


def _in_scenario(scenario: Scenario) -> Iterator[object]:
    yield scenario.client
    yield from scenario.interests
    for instance in scenario.facts:
        yield from instance.values


def _in_rules(subject: Subject) -> Iterator[object]:
    for rule in subject.base.rules:
        yield from _values([*rule.conditions(), *rule.conclusions])
        yield from _compared(rule.comparisons)
    for template in subject.base.templates.values():
        yield from _values(relation.other for relation in (*template.opposes, *template.after))
        yield from _values((*template.ask_when, *template.ask_unless))


def _values(patterns: Iterable[Pattern]) -> Iterator[object]:
    for pattern in patterns:
        for term in pattern.terms:
            yield from values_of(term)


def _compared(comparisons: Iterable[Comparison]) -> Iterator[object]:
    for test in comparisons:
        yield from (test.left, test.right)
