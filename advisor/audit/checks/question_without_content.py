"""A question asks nothing.

## What it does

Reports an `asks` that does not end in a question mark, and one that has no word but one name, "is",
"and", "what about" and the like. A slot for a value, a number or a date is a word of the question,
and so is a second name: "Has Brook any grain?" asks something.

## Why it is bad

`consult` reads it out as it stands, and nobody knows what to answer.

## Example

```yaml
lacks:
  slots: {town: Town}
  says: "{town} lacks grain"
  asks: "Is it {town}?"
```

## Use instead

"Does {town} lack grain?"
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.phrases import gist, written
from advisor.audit.subject import Subject, place_of
from advisor.model.records import Phrase, Template

FAMILY: Final = "wording"
SEVERITY: Final = "warning"

_ASKING: Final = frozenset({"about", "correct", "how", "really", "right", "what"})
_MARKS: Final = ("?", "\u061f", "\uff1f", "\u037e", ";")  # Latin, Arabic, Chinese, Greek


def find(subject: Subject) -> Iterator[Fault]:
    """The questions that are none."""
    for template in subject.base.templates.values():
        if template.asks and (wrong := _wrong(template, template.asks)):
            shown = witness.evidence(
                "the question, and what it is about",
                f'asks: "{written(template.asks)}"',
                f'says: "{written(template.says)}"',
            )
            message = f"'asks' of '{template.id}' {wrong}"
            yield Fault(message=message, places=(place_of(template),), witness=shown)


def _wrong(template: Template, asks: Phrase) -> str | None:
    """What is wrong with a question; None if nothing is."""
    text = written(asks).rstrip(" )\u201d\u2019\"'")
    if not text.endswith(_MARKS):
        return "does not end in a question mark"
    names = {f"{{{name}}}" for name, kind in template.slots.items() if kind.kind == "entity"}
    asked = [word for word in gist(asks) if word not in _ASKING]
    if text.isascii() and len(asked) < 2 and not set(asked) - names:
        return "asks nothing: it has no word of what it is about"
    return None
