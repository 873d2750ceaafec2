"""A template is declared that no rule uses.

## What it does

Reports each given template that stands in no condition of a rule and in no `ask-when` or
`ask-unless`, and each caveat that no rule concludes. (Advice that no rule concludes is
`dead-end-advice`, a derived template without a use `unused-conclusion`.)

## Why it is bad

What is stated of it changes no advice, and `consult` would ask in vain.

## Example

```yaml
market-day:
  slots: {town: Town}
  says: "it is market day in {town}"
  asks: "Is it market day in {town}?"
```

## Use instead

A rule over it, or nothing. If facts of it are kept for the reader, allow it in `base.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.contrast import without_fact
from advisor.audit.example import Examples
from advisor.audit.finding import Fault, Witness
from advisor.audit.subject import Subject, place_of
from advisor.model.records import Pattern, Template

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The templates that stand in no rule."""
    examples = Examples(subject)
    for name, template in subject.base.templates.items():
        if template.advice or name in subject.base.sensed:
            continue
        if name in subject.base.requiring or name in subject.base.concluding:
            continue
        message = f"no rule uses the template '{name}'"
        if template.caveat:
            message = f"no rule concludes the caveat '{name}'"
        shown = _shown(subject, examples, template)
        yield Fault(message=message, places=(place_of(template),), witness=shown)


def _shown(subject: Subject, examples: Examples, template: Template) -> Witness:
    """The same advice with a fact of the template and without, if one can be stated."""
    anything = Pattern(
        template=template.id, terms=(None,) * len(template.slots), where=template.where
    )
    told = [fact.instance for fact in subject.stated.get(template.id, ())]
    facts = told or examples.matching(anything, {})
    if facts and not template.caveat:
        return without_fact(subject, facts)
    rules = witness.within(subject.base, "rule", [rule.where for rule in subject.base.rules])
    return witness.evidence(f"no rule has '{template.id}'", f"looked through: {rules}")
