"""A rule concludes what nothing uses.

## What it does

Reports each derived template, neither advice nor caveat, that no rule has in a condition; and each
conclusion whose values no condition over its template matches.

## Why it is bad

The rule fires and nothing comes of it: a step of the reasoning was forgotten, or its rule is left
over.

## Example

```yaml
- id: linked-towns-are-partners
  if: [linked: {one: $one, other: $other}]
  then: [partners: {one: $one, other: $other}]     # and no rule asks for partners
```

## Use instead

A rule that uses the conclusion, or no rule that draws it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.finding import Fault
from advisor.audit.overlap import Filed, over
from advisor.audit.subject import Subject, of_rule
from advisor.model import Rule, Template

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The conclusions that no condition meets."""
    for name, rules in sorted(subject.concluding.items()):
        template = subject.base.templates[name]
        if template.advice or template.caveat:
            continue
        if name in subject.requiring:
            yield from _unmet(subject, template, rules)
        else:
            places = tuple(of_rule(rule) for rule in rules)
            yield Fault(message=f"nothing uses the conclusion '{name}'", places=places)


def _unmet(subject: Subject, template: Template, rules: tuple[Rule, ...]) -> Iterator[Fault]:
    """The conclusions over a template whose values no condition over it matches."""
    conditions = {
        pattern.terms
        for rule in subject.requiring[template.id]
        for pattern in over(rule.conditions(), template.id)
    }
    filed = Filed(template, conditions)
    for rule in rules:
        for conclusion in over(rule.conclusions, template.id):
            if not filed.meets(conclusion.terms):
                message = f"no condition matches what rule '{rule.id}' concludes of '{template.id}'"
                yield Fault(message=message, places=(of_rule(rule, conclusion),))
