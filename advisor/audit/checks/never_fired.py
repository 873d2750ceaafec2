"""A rule fires in no scenario.

## What it does

Reports each rule none of whose firings reaches the threshold in any scenario. Left out are rules
that wait for what another unfired rule concludes, and those that cannot fire at all, which other
checks report. Several rows of one decision table are one finding, but for those that are accepted
by their own names. Judged only where the base has scenarios.

## Why it is bad

Nobody has seen what the rule does. It may be wrong, and no test can tell.

## Example

```yaml
- id: leave-frozen-harbour
  if: [weather: {town: $client, now: frozen}]      # and no scenario has a frost
  then: [leave-it: {client: $client}]
```

## Use instead

A scenario in which the rule applies; `advisor test --suggest` writes one. Or no such rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.defeat import defeats
from advisor.audit.example import Examples
from advisor.audit.finding import Fault, Place
from advisor.audit.overlap import needs_of
from advisor.audit.quotes import seen
from advisor.audit.subject import Subject, place_of
from advisor.model.authored import is_helper
from advisor.model.records import Rule
from advisor.testing.goals import Mark

FAMILY: Final = "dynamic"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The rules that no scenario fires, though it could.

    Several rows of a table are one fault, but for those that are accepted by their own names.
    """
    if not subject.wanted:
        return
    examples = Examples(subject)
    unfired = {
        rule.id: rule
        for rule in subject.sound
        if not is_helper(rule.id)
        and Mark("fired", rule.id) not in subject.covered
        and _supplied(subject, rule)
    }
    together = unfired.keys() - {allowance.about for allowance in subject.base.allow}
    for table in subject.base.tables:
        rows = [row for row in table.rows if not together.isdisjoint(row.rules)]
        if len(rows) > 1:
            rules = [unfired.pop(rule) for row in rows for rule in row.rules if rule in together]
            of = f"{len(rows)} of the {len(table.rows)} rows of table '{table.id}'"
            place = Place(where=table.where, kind="table", name=table.id)
            yield _fault(subject, examples, rules[0], f"{of} fire in no scenario", place)
    for rule in unfired.values():
        message = f"rule '{rule.id}' fires in no scenario"
        yield _fault(subject, examples, rule, message, place_of(rule))


def _fault(subject: Subject, examples: Examples, rule: Rule, message: str, place: Place) -> Fault:
    """The fault, with facts on which one of its rules fires."""
    shows = f"'{rule.id}' would fire here, and conclude {{}}"
    shown = seen(subject, examples.of(rule), rule, shows)
    return Fault(message=message, places=(place,), witness=shown)


def _supplied(subject: Subject, rule: Rule) -> bool:
    """Whether facts of every template that the rule needs come about, or can be given.

    And whether nothing in the rule itself stands against it.
    """
    if any(defeats(subject.base, rule)):
        return False
    return all(_comes(subject, rule, name) for name in needs_of(rule))


def _comes(subject: Subject, rule: Rule, name: str) -> bool:
    if subject.stated.get(name):
        return True
    if name not in subject.base.concluding:
        return subject.base.templates[name].asks is not None
    concluding = [other for other in subject.base.concluding[name] if other.id != rule.id]
    return any(Mark("fired", other.id) in subject.covered for other in concluding)
