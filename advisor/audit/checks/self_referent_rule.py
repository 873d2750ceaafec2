"""A rule concludes what it has in a premise.

## What it does

Reports each rule with a premise that its own conclusion can match. Legal: the conclusion is as
strong as the support that it has elsewhere.

## Why it is bad

Nothing, if it passes something on, as from one member of a group to the next. If conclusion and
premise are the same fact, the rule does nothing.

## Example

```yaml
- id: danger-spreads
  if:
    - linked: {one: $town, other: $port}
    - danger: {town: $port}
  then:
    - danger: {town: $town}
```

## Use instead

The rule as it is, if it passes something on; then allow the note, with that as the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.circles import idle
from advisor.audit.finding import CycleWitness, Fault
from advisor.audit.overlap import meet
from advisor.audit.subject import Subject, place_of

FAMILY: Final = "circularity"
SEVERITY: Final = "note"


def find(subject: Subject) -> Iterator[Fault]:
    """The rules that can match what they conclude."""
    templates = subject.base.templates
    unused = {name for members in idle(subject) for name in members}
    for rule in subject.base.rules:
        for conclusion in rule.conclusions:
            same = (p for p in rule.patterns() if p.template == conclusion.template)
            template = templates[conclusion.template]
            if template.id in subject.reached - unused and any(
                meet(template, conclusion.terms, premise.terms) for premise in same
            ):
                step = f"'{template.id}' follows from '{template.id}' by '{rule.id}'"
                yield Fault(
                    message=f"rule '{rule.id}' concludes '{template.id}' from '{template.id}'",
                    places=(place_of(rule),),
                    witness=CycleWitness(shows="the circle, in one step", steps=(step,)),
                )
                break
