"""Two pieces of advice read as opposites, and neither `opposes` the other.

## What it does

Reports each two templates of advice over the same slots of which one begins as holding back does
("hold off", "refrain from", "avoid", "stop", "do not", ...) and both end in the same words, up to
an "until" or a "before"; unless one `opposes` the other.

## Why it is bad

Where both follow, they are given side by side, and nobody is told that they contradict each other:
neither `advise` nor the audit looks for a conflict of what is not declared.

## Example

```yaml
sell:  {advice: true, slots: {client: Town, cargo: Cargo}, says: "sell {cargo}"}
keep:  {advice: true, slots: {client: Town, cargo: Cargo}, says: "hold off selling {cargo} at noon"}
```

## Use instead

`opposes` in one of them, or other words, if both can be heeded.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.phrases import gist, written
from advisor.audit.subject import Subject, place_of
from advisor.model.records import Phrase, Template

FAMILY: Final = "ambivalence"
SEVERITY: Final = "note"

_HOLDING_BACK: Final = re.compile(
    r"(hold off( on)?|hold back|refrain from|avoid|abandon|cancel|cease|decline|defer|delay"
    r"|desist from|drop|do not|don't|forgo|give up|keep from|never|postpone|put off|reject|stop"
    r"|suspend|wait with)\b\s*",
    re.IGNORECASE,
)
_UNTIL: Final = re.compile(r",?\s*\b(until|till|before|as long as|while|for now|for the moment)\b")
_LEAST: Final = 2  # words and slots that both end in
_MOST: Final = 3  # words in front of them: "selling", "seeking a visit by"


def find(subject: Subject) -> Iterator[Fault]:
    """The pairs of advice that read as opposites."""
    advice = [t for t in subject.base.templates.values() if t.advice]
    for one, other in itertools.permutations(advice, 2):
        if _against(one, other) and not (_opposes(one, other) or _opposes(other, one)):
            yield Fault(
                message=f"advice '{one.id}' reads as the opposite of '{other.id}', "
                "and neither opposes the other",
                places=(place_of(one), place_of(other)),
                witness=witness.evidence(
                    "both as they stand",
                    *(f"{each.id} says: {written(each.says)}" for each in (one, other)),
                ),
            )


def _against(one: Template, other: Template) -> bool:
    """Whether the first holds back from what the second advises."""
    if one.slots != other.slots or _bare(other.says) != other.says:
        return False
    bare = _bare(one.says)
    if bare == one.says:
        return False
    held, done = gist(bare), gist(_cut(other.says))
    if held == done:
        return True
    end = done[1:]
    return (
        len(end) >= _LEAST
        and any(word.startswith("{") for word in end)
        and held[-len(end) :] == end
        and 0 < len(held) - len(end) <= _MOST
    )


def _bare(phrase: Phrase) -> Phrase:
    """A phrase without what holds back at its beginning, and until when; itself without that."""
    if not phrase or not isinstance(phrase[0], str):
        return phrase
    found = _HOLDING_BACK.match(phrase[0])
    return _cut((phrase[0][found.end() :], *phrase[1:])) if found else phrase


def _cut(phrase: Phrase) -> Phrase:
    """A phrase up to where it says until when."""
    for place, part in enumerate(phrase):
        if isinstance(part, str) and (found := _UNTIL.search(part)):
            return (*phrase[:place], part[: found.start()])
    return phrase


def _opposes(one: Template, other: Template) -> bool:
    return any(relation.other.template == other.id for relation in one.opposes)
