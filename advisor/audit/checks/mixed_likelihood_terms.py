"""The English uses terms from the other row of the likelihood scale.

## What it does

Intelligence Community Directive 203 has two rows of terms for the same seven bands. The program
prints the first (almost no chance, very unlikely, unlikely, roughly even chance, likely, very
likely, almost certain). Reports terms of the second (remote chance, highly improbable, improbable,
roughly even odds, probable, highly probable, nearly certain) in sentences that the program prints.

## Why it is bad

The directive asks not to mix the rows: a reader takes "probable" beside "likely" for another band.

## Example

```yaml
because: "a blockade is probable once {partner} has the ports"
```

## Use instead

The term of the first row; better, no term: a likelihood belongs in `likelihood` or `strength`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.phrases import OTHER_ROW, phrases
from advisor.audit.subject import Subject

FAMILY: Final = "wording"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The sentences with a term of the second row."""
    for key, text, place in phrases(subject.base):
        found = OTHER_ROW.search(text)
        if found is not None:
            message = f"'{key}' of {place.kind} '{place.name}' says '{found[0].lower()}'"
            said = witness.evidence("the words, as they stand", f'{key}: "{text}"')
            yield Fault(message=message, places=(place,), witness=said)
