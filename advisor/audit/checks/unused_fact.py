"""A fact is stated that no rule uses.

## What it does

Reports each fact whose template some rule has in a condition, though no condition matches its
values. A value of a key is not reported, since it takes the place of another, and neither is a
fact with a legal value that no rule tests: that is `untested-value`.

## Why it is bad

The author believes that it counts, and it does not. Often a value is misspelt into another legal
one, or a rule was meant to have one value more.

## Example

```yaml
facts:
  - stance(ashby, neutral)      # while rules ask for friendly and for hostile alone
```

## Use instead

The value that was meant, a rule for it, or no fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.contrast import without_fact
from advisor.audit.finding import Fault
from advisor.audit.overlap import Filed, over, values_of
from advisor.audit.subject import Subject, place_of_fact
from advisor.model.records import Term, Var
from advisor.model.scenarios import Fact
from advisor.model.values import Value

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The facts that no condition over their template matches."""
    for name, facts in subject.stated.items():
        if name not in subject.base.requiring or subject.base.templates[name].key is not None:
            continue
        conditions = {
            pattern.terms
            for rule in subject.base.requiring[name]
            for pattern in over(rule.conditions(), name)
        }
        yield from _unmet(subject, name, facts, conditions)


def _unmet(
    subject: Subject, name: str, facts: tuple[Fact, ...], conditions: set[tuple[Term, ...]]
) -> Iterator[Fault]:
    template = subject.base.templates[name]
    filed = Filed(template, conditions)
    for fact in facts:
        values = fact.instance.values
        tested = all(
            _tested(value, place, conditions)
            for place, (value, kind) in enumerate(zip(values, template.slots.values(), strict=True))
            if kind.kind == "values"
        )
        if tested and not filed.meets(values):
            message = f"no rule uses the fact {fact.instance}"
            shown = without_fact(subject, [fact.instance])
            yield Fault(message=message, places=(place_of_fact(fact),), witness=shown)


def _tested(value: Value, place: int, conditions: set[tuple[Term, ...]]) -> bool:
    """Whether some condition has room for a value in this slot."""
    terms = (condition[place] for condition in conditions)
    return any(term is None or isinstance(term, Var) or value in values_of(term) for term in terms)
