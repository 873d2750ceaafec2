"""A condition lists every legal value of a slot.

## What it does

Reports each premise, count and exception that has, for a slot with legal values or for a Boolean,
a list of all of them.

## Why it is bad

The list reads as a test and is none. When another value is added, it becomes one.

## Example

```yaml
weather: {town: $town, now: [calm, rough, frozen]}     # the slot has no other value
```

## Use instead

The slot left out, which matches anything; or the list of those that are meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.quotes import condition
from advisor.audit.splits import legal_values
from advisor.audit.subject import Subject, place_of
from advisor.model.records import AnyOf, Pattern, Template
from advisor.model.values import value_text

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The lists that leave no value out."""
    for rule in subject.base.rules:
        for pattern in rule.conditions():
            template = subject.base.templates[pattern.template]
            for slot in _full(template, pattern):
                message = f"rule '{rule.id}' lists every value of slot '{slot}' of '{template.id}'"
                legal = ", ".join(map(value_text, legal_values(template.slots[slot])))
                shown = witness.evidence(
                    "the condition, and the legal values", condition(pattern), legal
                )
                yield Fault(message=message, places=(place_of(rule, pattern),), witness=shown)


def _full(template: Template, pattern: Pattern) -> Iterator[str]:
    """The slots of a pattern that list whatever they can hold."""
    for term, (slot, kind) in zip(pattern.terms, template.slots.items(), strict=True):
        legal = legal_values(kind)
        if isinstance(term, AnyOf) and legal and set(term.values) >= set(legal):
            yield slot
