"""Two things read the same.

## What it does

Reports templates of which the `says`, or the `asks`, are the same but for the names of slots,
entities of one name, and rules, scenarios, interests, legal values of a slot, or sources of one
author and date, of one title. Capitals and marks do not count. A scenario's own entities and
sources are compared with those of its base.

## Why it is bad

In an explanation, a list or a question nobody can tell which of the two is meant.

## Example

```yaml
Town:
  brook: {name: Brook}
River:
  brook-river: {name: Brook}
```

## Use instead

Words that tell them apart: "the river Brook". Or one of the two, if they are one thing.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault, Place
from advisor.audit.phrases import written
from advisor.audit.subject import Subject, place_of, place_of_scenario
from advisor.model import english
from advisor.model.authored import declared, rules_as_authored
from advisor.model.records import Phrase, Template

FAMILY: Final = "wording"
SEVERITY: Final = "warning"

_MARKS: Final = re.compile(r"[\s.,;:!?'\"\u2018\u2019\u201c\u201d]+")

NamedPlace = tuple[Hashable, str, Place]  # what counts of its words, how it reads, where it stands


def find(subject: Subject) -> Iterator[Fault]:
    """The things of one kind that nobody can tell apart."""
    base = subject.base
    spoken = [template for template in declared(base) if not template.kind]
    yield from _alike("templates", (_template(template, template.says) for template in spoken))
    asked = ((template, template.asks) for template in spoken if template.asks)
    yield from _alike("questions of", (_template(*each) for each in asked))
    own = {(entity.name, entity.id): entity for entity in subject.entities}.values()
    yield from _alike("entities", ((_plain(e.name), e.name, place_of(e)) for e in own))
    yield from _alike(
        "rules", ((_plain(r.title), r.title, place_of(r)) for r in rules_as_authored(base).values())
    )
    yield from _alike(
        "scenarios",
        ((_plain(s.title), s.title, place_of_scenario(s)) for s in subject.scenarios),
    )
    interests = base.interests.values()
    yield from _alike("interests", ((_plain(i.says), i.says, place_of(i)) for i in interests))
    sources = {(source.title, source.id): source for source in subject.sources}.values()
    yield from _alike(
        "sources",
        (((_plain(s.title), s.author, s.dated, s.as_of), s.title, place_of(s)) for s in sources),
    )
    yield from _values(base.templates.values())


def _template(template: Template, phrase: Phrase) -> NamedPlace:
    key = "".join(
        part
        if isinstance(part, str)
        else part.singular
        if part.form == "verb"
        else f"{{{part.form} {template.slots[part.slot]}}}"
        for part in phrase
    )
    return (template.caveat, _plain(key)), written(phrase), place_of(template)


def _plain(text: str) -> str:
    return _MARKS.sub(" ", text).strip().casefold()


def _alike(kind: str, listed: Iterable[NamedPlace]) -> Iterator[Fault]:
    """A fault for each group of things that read the same."""
    groups: dict[Hashable, list[tuple[str, Place]]] = {}
    for key, text, place in listed:
        groups.setdefault(key, []).append((text, place))
    for group in groups.values():
        if len({place.where for _, place in group}) > 1:  # a row may be several rules
            group.sort(key=lambda each: each[1])
            names = english.listing(f"'{place.name}'" for _, place in group)
            shown = witness.evidence(
                "how each reads", *(f"{place.name}: {text}" for text, place in group)
            )
            places = tuple(place for _, place in group)
            yield Fault(message=f"the {kind} {names} read the same", places=places, witness=shown)


def _values(templates: Iterable[Template]) -> Iterator[Fault]:
    """A fault for each slot of which two legal values read the same."""
    for template in templates:
        for slot, kind in template.slots.items():
            said: dict[str, list[str]] = {}
            for value, text in kind.values.items():
                said.setdefault(_plain(text), []).append(value)
            for values in said.values():
                if len(values) > 1:
                    names = english.listing(f"'{value}'" for value in values)
                    shown = witness.evidence(
                        "how each reads", *(f"{value}: {kind.values[value]}" for value in values)
                    )
                    of = f"slot '{slot}' of '{template.id}'"
                    message = f"the values {names} of {of} read the same"
                    yield Fault(message=message, places=(place_of(template),), witness=shown)
