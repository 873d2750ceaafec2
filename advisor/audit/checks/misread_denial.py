"""What denies or asks about a fact says the fact itself, or has its slots exchanged.

## What it does

Reports a `denies` whose words are those of `says` and that negates no more than it does, an `asks`
that has these words and negates more or less, and a `denies` or an `asks` that has them with two
slots exchanged. Endings, and words such as "is" and "the", are left out of the count. Two slots
under `symmetric` may stand either way.

## Why it is bad

Who reads that a fact does not hold reads that it does, or that another does not. Who is asked "Does
Brook not supply grain?" says yes and means that it does not.

## Example

```yaml
supplies:
  slots: {seller: Town, buyer: Town}
  says:   "{seller} supplies {buyer}"
  denies: "{buyer} does not supply {seller}"     # that is another fact
```

## Use instead

The same sentence with its negation: "{seller} does not supply {buyer}". Another point of view has
other words: "{buyer} is not supplied by {seller}".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.phrases import gist, negations, written
from advisor.audit.subject import Subject, place_of
from advisor.model.records import Phrase, Template

FAMILY: Final = "wording"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The denials and questions that say something else than they should."""
    for template in subject.base.templates.values():
        if template.denies and _turns(template, template.denies) is False:
            yield _fault(
                template, "denies", f"what denies '{template.id}' reads as the fact itself"
            )
        if template.asks and _turns(template, template.asks):
            yield _fault(template, "asks", f"the question of '{template.id}' asks for its denial")
        for key in ("denies", "asks"):
            phrase: Phrase | None = getattr(template, key)
            if phrase and (slots := _exchanged(template, phrase)):
                one, other = slots
                message = f"'{key}' of '{template.id}' exchanges the slots '{one}' and '{other}'"
                yield _fault(template, key, message)


def _turns(template: Template, phrase: Phrase) -> bool | None:
    """Whether a phrase negates what the words of the fact say; None if it has other words."""
    if gist(phrase) != gist(template.says):
        return None
    return negations(phrase) % 2 != negations(template.says) % 2


def _exchanged(template: Template, phrase: Phrase) -> tuple[str, str] | None:
    """The two slots that have changed places, all else being as in the fact."""
    says, other = gist(template.says), gist(phrase)
    if len(says) != len(other):
        return None
    moved = {(a, b) for a, b in zip(says, other, strict=True) if a != b}
    if len(moved) != 2 or any((b, a) not in moved for a, b in moved):
        return None
    slots = [*template.slots]
    one, two = (term.strip("{}") for term in min(moved))
    if one not in slots or two not in slots or not min(moved)[0].startswith("{"):
        return None
    swappable = {slots[place] for place in template.symmetric or ()}
    return None if {one, two} == swappable else (one, two)


def _fault(template: Template, key: str, message: str) -> Fault:
    shown = witness.evidence(
        "what is said of the fact, and this beside it",
        f'says: "{written(template.says)}"',
        f'{key}: "{written(getattr(template, key))}"',
    )
    return Fault(message=message, places=(place_of(template),), witness=shown)
