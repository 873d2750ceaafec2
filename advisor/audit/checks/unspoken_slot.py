"""The English of a template leaves out a slot.

## What it does

Reports `says`, `denies` or `asks` of a template without one of its slots. Left out of the count
are the client of advice, who is spoken to; caveats, which follow their advice; and, in `asks`, the
slots that a key decides, which are what is asked.

## Why it is bad

Two different facts read the same, so that an explanation cannot be told from another.

## Example

```yaml
stores:
  slots: {town: Town, cargo: Cargo}
  says: "{town} has full stores"        # of what?
```

## Use instead

Every slot in the sentence, or no such slot.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, of_template
from advisor.model import Phrase, SlotRef, Template

FAMILY: Final = "wording"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The templates whose sentences leave out a slot."""
    for name, template in sorted(subject.base.templates.items()):
        for key, phrase, needed in _phrases(template):
            missing = [slot for slot in needed if slot not in _spoken(phrase)]
            if missing:
                message = f"'{key}' of '{name}' does not use the slot '{missing[0]}'"
                yield Fault(message=message, places=(of_template(template),))
                break


def _phrases(template: Template) -> Iterator[tuple[str, Phrase, list[str]]]:
    """Each phrase of a template with the slots that it needs."""
    if template.caveat:
        return
    slots = [slot for slot in template.slots if not (template.advice and slot == "client")]
    yield "says", template.says, slots
    if template.denies:
        yield "denies", template.denies, slots
    if template.asks:
        keyed = [slot for place, slot in enumerate(template.slots) if place in template.key]
        yield "asks", template.asks, keyed if template.key else slots


def _spoken(phrase: Phrase) -> set[str]:
    """The slots that a phrase names; the form of a verb alone does not name one."""
    return {part.slot for part in phrase if isinstance(part, SlotRef) and part.form != "verb"}
