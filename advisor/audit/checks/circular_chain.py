"""Rules lead in a circle.

## What it does

Reports each group of templates of which each is concluded, by way of rules, from the others.
Through premises alone, which is legal: the facts of the circle are as strong as the support that
comes from outside it. Without such support it is an `unreachable-conclusion`, and without a use
elsewhere an `unused-conclusion`. (A circle through an exception, a count or a default is an error
of the load.)

## Why it is bad

Nothing, if it is meant, as where a relation is transitive. If it is not, two rules argue from each
other, and neither adds anything.

## Example

```yaml
- id: trust-makes-partners
  if: [trusts: {one: $one, other: $other}]
  then: [partners: {one: $one, other: $other}]
- id: partners-make-trust
  if: [partners: {one: $one, other: $other}]
  then: [trusts: {one: $one, other: $other}]
```

## Use instead

One direction, if the other says nothing new.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.circles import idle, in_order
from advisor.audit.finding import CycleWitness, Fault
from advisor.audit.subject import Subject, place_of
from advisor.model.relations import components
from advisor.model.strata import Dependency, dependencies

FAMILY: Final = "circularity"
SEVERITY: Final = "note"


def find(subject: Subject) -> Iterator[Fault]:
    """The circles of more than one template, each by a shortest way round."""
    links: dict[str, list[Dependency]] = {}
    for link in dependencies(subject.base.rules, subject.base.templates):
        links.setdefault(link.conclusion, []).append(link)
    leading = {name: [link.premise for link in some] for name, some in links.items()}
    unused = idle(subject)
    for members in (in_order(subject, circle) for circle in components(leading)):
        used = tuple(members) not in unused
        if len(members) > 1 and used and subject.reached.issuperset(members):
            yield _fault(subject, _circle(members[0], links, set(members)))


def _circle(start: str, links: dict[str, list[Dependency]], members: set[str]) -> list[Dependency]:
    """A shortest way from a template back to itself."""
    ways: list[list[Dependency]] = [[]]
    seen: set[str] = set()
    for way in ways:
        here = way[-1].premise if way else start
        if way and here == start:
            return way
        if here not in seen:
            seen.add(here)
            ways += [[*way, link] for link in links[here] if link.premise in members - {here}]
    return []


def _fault(subject: Subject, circle: list[Dependency]) -> Fault:
    rules = list(dict.fromkeys(link.rule for link in circle))
    names = [*(link.conclusion for link in circle), circle[0].conclusion]
    steps = [f"'{d.conclusion}' follows from '{d.premise}' by '{d.rule}'" for d in circle]
    return Fault(
        message=f"rules lead in a circle: {' from '.join(names)}",
        places=tuple(place_of(subject.rules[name]) for name in rules),
        witness=CycleWitness(shows="the circle, step by step", steps=tuple(steps)),
    )
