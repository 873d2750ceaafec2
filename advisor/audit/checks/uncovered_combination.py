"""A combination of answers leads to no advice, though the base says that it covers it.

## What it does

Judged only where `base.yaml` lists templates under `covers`. Tries, by answer set programming,
every combination of the facts of these templates that advice to the default client may rest on,
with nothing else stated: each fact holds or not, and each key has exactly one of its values.
Reports the combination with the fewest facts that leads to no advice at all. (Completeness of a
decision table, as in DMN.)

## Why it is bad

The author promises an answer; whoever is in that position gets none.

## Example

```yaml
covers: [weather]        # and no rule says anything for the value 'frozen'
```

## Use instead

A rule for the combination, a default rule (`otherwise: true`), or a shorter list under `covers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.combinations import uncovered
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of
from advisor.audit.unsearched import leave
from advisor.model import english
from advisor.reasoning.evaluate import Outcome

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The smallest combination without advice, if there is one."""
    base = subject.base
    if not base.covers:
        return
    found = uncovered(base)
    if found is not None:
        names = english.listing(f"'{name}'" for name in base.covers)
        message = f"the answers about {names} are not covered: one combination has no advice"
        said = "these facts alone" if found.facts else "none of these facts"
        shows = f"with {said} there is no advice to {found.client}"
        draft = witness.Draft(client=found.client, facts=found.facts)
        seen = witness.held(subject.stage, shows, draft, _unadvised)
        if seen is None:
            why = "what was found has advice in a fact file"
            leave("combinations without advice", why, english.listing(base.covers))
        else:
            places = tuple(place_of(base.templates[name]) for name in base.covers)
            yield Fault(message=message, places=places, witness=seen)


def _unadvised(case: Outcome) -> bool:
    """Whether the client gets no advice."""
    advice = witness.advice_of(case)
    return not (advice.recommendations or advice.by_default or advice.open)
