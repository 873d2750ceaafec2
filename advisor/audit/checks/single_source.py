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

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of
from advisor.model import english
from advisor.model.errors import Location
from advisor.model.relations import closure
from advisor.model.sources import Source

FAMILY: Final = "deficiency"
SEVERITY: Final = "note"
_SHOWN: Final = 3


def find(subject: Subject) -> Iterator[Fault]:
    """The sources that some advice rests on alone."""
    alone: dict[str, list[str]] = {}
    cited: dict[str, set[tuple[str, Location]]] = {}
    for name in subject.base.concluding:
        if subject.base.templates[name].advice:
            sources = _sources(subject, name)
            origins = {source.origin for source in sources}
            if len(origins) == 1:
                alone.setdefault(min(origins), []).append(name)
                cited.setdefault(min(origins), set()).update((s.id, s.where) for s in sources)
    for origin, advice in alone.items():
        found_in = [s for s in subject.sources if (s.id, s.where) in cited[origin]]
        places = tuple(map(place_of, found_in))
        sources_ = list(dict.fromkeys(source.id for source in found_in))
        names = english.listing(f"'{name}'" for name in sources_)
        said = witness.evidence(
            "each piece of advice, and what the rules and facts that it can rest on cite",
            *(f"{name}: {names}, of origin '{origin}'" for name in advice),
        )
        found = _message(sources_, advice)
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


def _sources(subject: Subject, advice: str) -> list[Source]:
    """The sources that a piece of advice can rest on, each scenario's facts on its own."""
    concluding, found = subject.base.concluding, dict[tuple[str, Location], Source]()

    def below(name: str) -> Iterator[str]:
        for rule in concluding.get(name, ()):
            yield from (pattern.template for pattern in rule.conditions())

    for name in closure([advice], below):
        rules = (
            subject.base.sources[c.source] for r in concluding.get(name, ()) for c in r.citations
        )
        for source in (*subject.sources_of_facts.get(name, ()), *rules):
            found[source.id, source.where] = source
    return list(found.values())
