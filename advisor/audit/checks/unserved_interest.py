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

import functools
from collections.abc import Iterator
from typing import Final

import msgspec

from advisor.audit import witness
from advisor.audit.example import Example, Examples, client
from advisor.audit.finding import Fault, Witness
from advisor.audit.subject import Subject, place_of
from advisor.reasoning.evaluate import Outcome

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
            draft = msgspec.structs.replace(found.draft, interests=[interest])
            seen = witness.held(
                subject.stage, shows, draft, functools.partial(_moved, interest, found)
            )
            if seen is not None:
                return seen
    own = next((scenario for scenario in subject.scenarios if scenario.name == base.scenario), None)
    of = (own and own.client) or client(base)
    shows = f"{of} holds '{interest}', and no advice advances it"
    draft = witness.Draft(client=of, interests=[interest], extends=own.name if own else None)
    seen = witness.held(subject.stage, shows, draft, functools.partial(_moved, interest, None))
    if seen is not None:
        return seen
    rules = witness.within(base, "rule", [rule.where for rule in base.rules])
    return witness.evidence("none advances it", f"looked through: the `advances` of {rules}")


def _moved(interest: str, by: Example | None, case: Outcome) -> bool:
    """Whether nothing advances an interest, and an example's advice, if any, strains it."""
    advanced, strained = witness.moved(case, interest)
    return not advanced and (by is None or str(by.concluded) in strained)
