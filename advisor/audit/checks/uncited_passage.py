"""Nothing cites a passage that is not marked as background.

## What it does

Reports each passage of a source whose kind is not `background`, if no rule, fact or interest cites
it by its locator and nothing cites the source as a whole. Of a source that nothing cites at all,
that alone is reported: `unused-source`.

## Why it is bad

A claim of the source is left out of the base, by choice or by oversight, and nobody can tell.

## Example

```yaml
passages:
  4: {kind: forecast, says: What the winter may bring.}     # and nothing cites page 4
```

## Use instead

A fact or a rule that says it, or `kind: background`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault, Place
from advisor.audit.subject import Subject
from advisor.model import english

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The passages that nothing cites."""
    for source in subject.sources:
        name = source.id
        places = subject.cited(source)
        if not places or None in places:
            continue
        for locator, passage in source.passages.items():
            if locator not in places and passage.kind != "background":
                place = Place(where=passage.where, kind="passage", name=f"{name} {locator}")
                message = f"nothing cites {source.locator} {locator} of '{name}', a {passage.kind}"
                cited = english.listing(str(place) for place in source.passages if place in places)
                said = witness.evidence(
                    f"what it says, and what is cited of '{name}' instead",
                    f"{locator}: {{kind: {passage.kind}, says: {passage.says}}}",
                    f"cited: {source.locator} {cited or 'none of those listed'}",
                )
                yield Fault(message=message, places=(place,), witness=said)
