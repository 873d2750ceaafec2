"""Advice is given, and no scenario expects it.

## What it does

Reports each template of advice that some scenario gives and that no `expect` of any scenario names.

## Why it is bad

The advice can change or disappear, and `advisor test` stays green.

## Example

```yaml
expect:
  given: [buy]        # the scenario also gives 'dredge'
```

## Use instead

An expectation that names the advice: `given`, and better still `caveats`, `confidence`, `sources`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, of_template
from advisor.coverage import Mark

FAMILY: Final = "dynamic"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The advice that nobody expects."""
    for name, template in sorted(subject.base.templates.items()):
        if Mark("reached", name) in subject.covered and name not in subject.expected:
            message = f"advice '{name}' is given in some scenario and expected in none"
            yield Fault(message=message, places=(of_template(template),))
