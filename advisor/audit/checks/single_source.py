"""Advice rests on one source alone.

## What it does

For each piece of advice, collects the sources of all rules that it can come from, and of all facts
that can stand in them. Reports each source, once, with the advice for which there is no source of
another origin.

## Why it is bad

No such advice can reach high confidence. One error in the source carries all of it.

## Example

```yaml
- id: dredge-shallow-harbour
  then: [dredge: {client: $client}]
  sources: {ledger: 2}       # and the facts it needs cite the ledger too
```

## Use instead

A second source of another origin. If there is none to be had, allow it, and say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor import english
from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, of_source

FAMILY: Final = "deficiency"
SEVERITY: Final = "note"
_SHOWN: Final = 3


def find(subject: Subject) -> Iterator[Fault]:
    """The sources that some advice rests on alone."""
    alone: dict[str, list[str]] = {}
    cited: dict[str, set[str]] = {}
    for name in sorted(subject.concluding):
        if subject.base.templates[name].advice:
            sources = _sources(subject, name)
            origins = {one.origin for one in subject.sources if one.id in sources}
            if len(origins) == 1:
                alone.setdefault(min(origins), []).append(name)
                cited.setdefault(min(origins), set()).update(sources)
    for origin, advice in sorted(alone.items()):
        places = tuple(of_source(one) for one in subject.sources if one.id in cited[origin])
        names = english.listing(f"'{name}'" for name in sorted(cited[origin]))
        said = witness.evidence(
            "each piece of advice, and what the rules and facts that it can rest on cite",
            *(f"{name}: {names}, of origin '{origin}'" for name in advice),
        )
        found = _message(sorted(cited[origin]), advice)
        yield Fault(message=found, places=places, witness=said)


def _message(sources: list[str], advice: list[str]) -> str:
    on = english.listing(f"'{name}'" for name in sources)
    shown = [f"'{name}'" for name in advice[:_SHOWN]]
    more = len(advice) - _SHOWN
    names = english.listing([*shown, f"{more} more"] if more > 0 else shown)
    number = (
        "1 piece of advice rests" if len(advice) == 1 else f"{len(advice)} pieces of advice rest"
    )
    alone = " alone" if len(sources) == 1 else ", which have one origin"
    return f"{number} on {on}{alone}: {names}"


def _sources(subject: Subject, advice: str) -> set[str]:
    """The sources that a piece of advice can rest on."""
    waiting, seen, found = [advice], {advice}, set[str]()
    for name in waiting:
        cited = [fact.citations for fact in subject.stated.get(name, ())]
        cited += [rule.citations for rule in subject.concluding.get(name, ())]
        found |= {one.source for some in cited for one in some}
        for rule in subject.concluding.get(name, ()):
            below = {pattern.template for pattern in rule.conditions()} - seen
            waiting += sorted(below)
            seen |= below
    return found
