"""A rule holds for anybody, and its reason or its title names one.

## What it does

Reports a rule whose `because` or `title` names an entity that the rule itself does not, if one of
the rule's variables ranges over entities of that type, so that the rule holds for all of them. An
entity whose name begins small, as "grain" does, counts in a reason alone, and only where that
speaks of no variable of its type. Names are looked for as they are printed, with their adjectives;
of other names (`aka`), those that begin with a capital and have four letters or more.

## Why it is bad

The reason is printed for whoever the rule is about: Cliff would be told what holds for Brook.

## Example

```yaml
if:
  - stores: {town: $partner, cargo: $cargo}
because: "Brook has full stores"
```

## Use instead

The variable: "{partner} has full stores". If only one is meant, its id in place of the variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.overlap import values_of
from advisor.audit.phrases import written
from advisor.audit.subject import Subject, place_of
from advisor.model.english import variable_types
from advisor.model.records import Entity, Phrase, Rule, SlotRef

FAMILY: Final = "wording"
SEVERITY: Final = "warning"

_LONG: Final = 4  # letters of another name that is no abbreviation
_BARE: Final = re.compile(r"^(the|an?) ", re.IGNORECASE)


def find(subject: Subject) -> Iterator[Fault]:
    """The rules whose reason, or else whose title, is about one of those that they hold for."""
    for rule in subject.base.rules:
        said = {"because": ("reason", rule.because or ()), "title": ("title", (rule.title,))}
        for key, (called, phrase) in said.items():
            named = _named(subject, rule, phrase)
            if named is not None:
                yield _fault(subject, rule, named, called, f'{key}: "{written(phrase)}"')
                break


def _fault(subject: Subject, rule: Rule, named: Entity, called: str, line: str) -> Fault:
    variables = variable_types(subject.base, rule).items()
    name = next(name for name, kind in variables if named.type in kind.types)
    shown = f"the {called}, and what the rule holds for: whatever '${name}' stands for"
    return Fault(
        message=f"the {called} of rule '{rule.id}' names {named.name}, and the rule does not",
        places=(place_of(rule),),
        related=(place_of(named),),
        witness=witness.evidence(shown, line),
    )


def _named(subject: Subject, rule: Rule, phrase: Phrase) -> Entity | None:
    """The entity that a text names beside what the rule is about."""
    kinds = variable_types(subject.base, rule)
    text = " ... ".join(part for part in phrase if isinstance(part, str))
    spoken = {
        name
        for part in phrase
        if isinstance(part, SlotRef) and part.slot in kinds
        for name in kinds[part.slot].types
    }
    of_rule = {
        value
        for pattern in (*rule.conditions(), *rule.conclusions)
        for term in pattern.terms
        for value in values_of(term)
    }
    of_rule |= {side for test in rule.comparisons for side in (test.left, test.right)}  # type: ignore[misc]
    ranged = {name for kind in kinds.values() for name in kind.types}
    for entity in subject.base.entities.values():
        if entity.id not in of_rule and entity.type in ranged and _speaks(text, entity):
            proper = _BARE.sub("", entity.name)[:1].isupper()
            if proper or (phrase is rule.because and entity.type not in spoken):
                return entity
    return None


def _speaks(text: str, entity: Entity) -> bool:
    """Whether a text has a name of an entity, or its adjective, as a word of its own."""
    others = [_BARE.sub("", name) for name in entity.aka]
    names = [_BARE.sub("", entity.name), entity.adjective or ""]
    names += [name for name in others if len(name) >= _LONG and name[:1].isupper()]
    return any(name and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for name in names)
