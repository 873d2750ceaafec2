"""A sentence speaks of confidence and of likelihood.

## What it does

Reports each sentence that the program prints in which a word for confidence and a term for
likelihood stand together.

## Why it is bad

Confidence speaks of the argument, likelihood of the event. Intelligence Community Directive 203
asks to keep them apart: "high confidence that it is likely" is read as one number.

## Example

```yaml
because: "we are confident that {partner} is likely to agree"
```

## Use instead

Two sentences; or the likelihood alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.phrases import CONFIDENCE, OTHER_ROW, ROW, SENTENCES, phrases
from advisor.audit.subject import Subject

FAMILY: Final = "wording"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The sentences with both."""
    for key, text, place in phrases(subject.base):
        for sentence in SENTENCES.split(text):
            likely = ROW.search(sentence) or OTHER_ROW.search(sentence)
            if likely and CONFIDENCE.search(sentence):
                message = (
                    f"'{key}' of {place.kind} '{place.name}' has confidence and "
                    f"'{likely[0].lower()}' in one sentence"
                )
                said = witness.evidence(
                    "the sentence, and its two words",
                    f'{key}: "{sentence}"',
                    f"of confidence: '{CONFIDENCE.findall(sentence)[0][0]}'",
                    f"of likelihood: '{likely[0]}'",
                )
                yield Fault(message=message, places=(place,), witness=said)
