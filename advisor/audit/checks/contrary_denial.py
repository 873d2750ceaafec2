"""The denial of a fact says something else than that it does not hold.

## What it does

Reports each template whose `denies` has no word in common with its `says`. Left out of the count
are what stands in the slots, and small words such as "is" and "not"; two forms of a word are one.

## Why it is bad

What is denied is often only not known to be so, and a contrary says more: who does not want a
settlement need not oppose one, and the program would print that he does.

## Example

```yaml
friendly:
  slots: {one: Town, other: Town}
  says: "{one} is a friend of {other}"
  denies: "{one} wars with {other}"      # it may as well be indifferent
```

## Use instead

The contradictory, in the words of `says`: "{one} is no friend of {other}". A contrary is a
template of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.phrases import written
from advisor.audit.subject import Subject, place_of
from advisor.model.records import Phrase, SlotRef, Template

FAMILY: Final = "wording"
SEVERITY: Final = "note"

_SMALL: Final = re.compile(
    r"an?|and|any|are|as|at|be|been|both|but|by|can|cannot|could|did|do|does|for|from|had|has|have"
    r"|in|is|its?|may|might|more|must|never|no|nobody|none|nor|not|nothing|of|on|or|other|out|over"
    r"|shall|should|so|some|still|than|that|the|their|them|there|they|this|to|under|was|were|will"
    r"|with|without|would|yet"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_STEM: Final = 4  # letters that two forms of a word have in common


def find(subject: Subject) -> Iterator[Fault]:
    """The templates whose denial is in words of its own."""
    for template in subject.base.templates.values():
        if template.denies and _apart(template, template.says, template.denies):
            message = f"what denies '{template.id}' has no word of what it denies"
            shown = witness.evidence(
                "what is said, and what its denial says",
                f'says: "{written(template.says)}"',
                f'denies: "{written(template.denies)}"',
            )
            yield Fault(message=message, places=(place_of(template),), witness=shown)


def _apart(template: Template, says: Phrase, denies: Phrase) -> bool:
    """Whether two phrases have words, and none in common."""
    own, other = _words(template, says), _words(template, denies)
    return bool(own and other) and not any(_alike(a, b) for a in own for b in other)


def _words(template: Template, phrase: Phrase) -> set[str]:
    """The words of a phrase that carry it, with the slots whose values are words of it."""
    found: set[str] = set()
    for part in phrase:
        if isinstance(part, str):
            found.update(_WORD.findall(part.lower()))
        elif part.form == "verb":
            found.update(_WORD.findall(f"{part.singular} {part.plural}".lower()))
        elif _speaks(template, part):
            found.add(f"{{{part.slot}}}")
    return {word for word in found if not _SMALL.fullmatch(word)}


def _speaks(template: Template, part: SlotRef) -> bool:
    """Whether what stands in a slot is part of what is said, as in "the water is {frozen}"."""
    return template.slots[part.slot].kind != "entity"


def _alike(one: str, other: str) -> bool:
    """Whether two words are forms of one, or one holds the other, as in "able" and "unable"."""
    short, long = sorted((one, other), key=len)
    return one == other or one[:_STEM] == other[:_STEM] or (len(short) >= _STEM and short in long)
