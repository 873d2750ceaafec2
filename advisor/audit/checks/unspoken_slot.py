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

from advisor.audit import witness
from advisor.audit.finding import EvidenceWitness, Fault
from advisor.audit.phrases import written
from advisor.audit.subject import Subject, place_of
from advisor.model import asking, english
from advisor.model.authored import declared
from advisor.model.records import Instance, KnowledgeBase, Phrase, SlotRef, Template
from advisor.reasoning.askable import options

FAMILY: Final = "wording"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The templates whose sentences leave out a slot."""
    for template in declared(subject.base):
        for key, phrase, needed in _phrases(template):
            missing = [slot for slot in needed if slot not in _spoken(phrase)]
            if missing:
                message = f"'{key}' of '{template.id}' does not use the slot '{missing[0]}'"
                said = _read_alike(subject.base, template, key, phrase, missing[0])
                yield Fault(message=message, places=(place_of(template),), witness=said)
                break


def _read_alike(
    base: KnowledgeBase, template: Template, key: str, phrase: Phrase, slot: str
) -> EvidenceWitness:
    """What stands written, and two facts that read the same, if the slot has two values."""
    said = f'{key}: "{written(phrase)}"'
    place = list(template.slots).index(slot)
    legal = [options(base, kind) for kind in template.slots.values()]
    if not all(legal) or len(legal[place]) < 2:
        return witness.evidence(f"it says nothing of '{slot}'", said)
    first = [some[0] for some in legal]
    other = [*first[:place], legal[place][1], *first[place + 1 :]]
    facts = [Instance(template.id, tuple(values)) for values in (first, other)]
    say = {"says": english.says, "denies": english.denies, "asks": asking.asks}[key]
    return witness.evidence(
        "two different facts read the same",
        said,
        *(f'{fact}: "{english.sentence(say(base, fact))}"' for fact in facts),
    )


def _phrases(template: Template) -> Iterator[tuple[str, Phrase, list[str]]]:
    """Each phrase of a template with the slots that it needs."""
    if template.caveat:
        return
    advises = template.advice or template.kind
    slots = [slot for slot in template.slots if not (advises and slot == "client")]
    yield "says", template.says, slots
    if template.denies:
        yield "denies", template.denies, slots
    if template.asks:
        keyed = [slot for place, slot in enumerate(template.slots) if place in (template.key or ())]
        yield "asks", template.asks, slots if template.key is None else keyed


def _spoken(phrase: Phrase) -> set[str]:
    """The slots that a phrase names; the form of a verb alone does not name one."""
    return {part.slot for part in phrase if isinstance(part, SlotRef) and part.form != "verb"}
