"""No advice serves an interest.

## What it does

Reports each interest that no rule advances.

## Why it is bad

A client who holds it is told of the harm that advice does to it and never of a way to serve it.

## Example

```yaml
# rules/interests.yaml
safety: {says: safe crossings}      # and no rule has `advances: [safety]`
```

## Use instead

Advice that advances it; or no interest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.example import Examples, client
from advisor.audit.finding import Fault, Witness
from advisor.audit.subject import Subject, place_of

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The interests that no rule advances."""
    served = {name for rule in subject.base.rules for name in rule.advances}
    for name, interest in subject.base.interests.items():
        if name not in served:
            message = f"no advice serves '{name}'"
            shown = _shown(subject, name)
            yield Fault(message=message, places=(place_of(interest),), witness=shown)


def _shown(subject: Subject, interest: str) -> Witness:
    """A client who holds the interest: with advice that strains it, else with any that there is."""
    base = subject.base
    examples = Examples(subject)
    for rule in (rule for rule in base.rules if interest in rule.strains):
        found = examples.of(rule)
        if found is not None:
            shows = f"the advice {found.concluded} strains '{interest}', and nothing advances it"
            return witness.scenario(shows, found.client, found.facts, interests=[interest])
    own = next((scenario for scenario in subject.scenarios if scenario.name == base.scenario), None)
    of = (own and own.client) or client(base)
    if of is None:
        rules = witness.within(base, "rule", [rule.where for rule in base.rules])
        return witness.evidence("none advances it", f"looked through: the `advances` of {rules}")
    shows = f"{of} holds '{interest}', and no advice advances it"
    extends = own.name if own else None
    return witness.scenario(shows, of, (), interests=[interest], extends=extends)
