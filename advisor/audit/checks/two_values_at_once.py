"""A derived classification can have two values at once.

## What it does

Searches, by answer set programming, for the smallest facts from which two values of a derived
template follow about the same things. It looks at the slot that a template names under
`classifies`. Of other derived templates it looks at those with one slot for a legal value, or a
Boolean: a Boolean is one or the other, and legal values exclude each other if they are said with
"is" or "are" and without an article, as in "the risk of {town} is {level}".

## Why it is bad

The program prints that the risk is high, and that it is low, and rules over either fire.

## Example

```yaml
- id: full-stores-are-safe
  if: [stores: {town: $town}]
  then: [risk: {town: $town, level: low}]
- id: rough-water-is-a-risk
  if: [weather: {town: $town, now: rough}]
  then: [risk: {town: $town, level: high}]
```

## Use instead

Rules that exclude each other, by an exception or a comparison. Where both values may well hold,
words that let them: "{town} has {level} risks", or a template for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from advisor.audit import clash
from advisor.audit.finding import Fault
from advisor.audit.opposition import Clash, Opposed, conflict, groups_of
from advisor.audit.splits import legal_values
from advisor.audit.subject import Subject, place_of
from advisor.model.records import Pattern, Relation, Rule, SlotRef, Template, Term, Var
from advisor.model.values import Value, value_text

FAMILY: Final = "ambivalence"
SEVERITY: Final = "warning"

_IS: Final = re.compile(r"(^|\s)(is|are|has been|have been|remains?)\s*$", re.IGNORECASE)
_SAYS_IS: Final = re.compile(r"(?:is|are)\s+(.*)", re.IGNORECASE)
_ARTICLE: Final = re.compile(r"(?:an?|among|one of|the)\s", re.IGNORECASE)


def find(subject: Subject) -> Iterator[Fault]:
    """The classifications that do not exclude each other, each with one conflict."""
    for template in subject.base.templates.values():
        slot = _classified(template) if template.id in subject.base.derived else None
        found = _twice(subject, template, slot) if slot is not None else None
        seen = clash.shown(subject, found) if found is not None else None
        if found is not None and seen is not None:
            first, other = (value_text(instance.values[slot or 0]) for instance in found.advice)
            message = f"'{template.id}' can be '{first}' and '{other}' at once"
            yield Fault(
                message=message,
                places=clash.places(found),
                related=(place_of(template),),
                witness=seen,
            )


def _classified(template: Template) -> int | None:
    """The place of the slot whose values exclude each other; None if there is none."""
    if template.classifies is not None:
        return template.classifies
    if template.advice or template.kind or template.caveat:
        return None
    kinds = list(template.slots.items())
    few = [place for place, (_, kind) in enumerate(kinds) if legal_values(kind)]
    if len(few) != 1 or not all(kind.kind == "entity" or legal_values(kind) for _, kind in kinds):
        return None
    name, kind = kinds[few[0]]
    return few[0] if kind.kind == "boolean" or _excluding(template, name) else None


def _excluding(template: Template, slot: str) -> bool:
    """Whether what is said of the values lets only one of them be so."""
    said = list(template.slots[slot].values.values())
    verbs = [found for text in said if (found := _SAYS_IS.match(text))]
    if len(verbs) == len(said):
        said = [found[1] for found in verbs]
    elif not _after_is(template, slot):
        return False
    return not any(_ARTICLE.match(text) for text in said)


def _after_is(template: Template, slot: str) -> bool:
    """Whether a slot follows "is" in what a template says."""
    for place, part in enumerate(template.says):
        if isinstance(part, SlotRef) and part.slot == slot and part.form == "name":
            before = template.says[max(place - 1, 0)] if place else ""
            if isinstance(before, SlotRef) or not before.strip():
                before = template.says[place - 2] if place > 1 else ""
            text = before if isinstance(before, str) else before.singular
            return _IS.search(text) is not None
    return False


def _twice(subject: Subject, template: Template, slot: int) -> Clash | None:
    """The smallest facts from which two values follow; None if they exclude each other."""
    by_value: dict[Value, list[Rule]] = {}
    for rule in subject.base.concluding[template.id]:
        for conclusion in rule.conclusions:
            term = conclusion.terms[slot]
            if conclusion.template == template.id and term is not None and not _open(term):
                by_value.setdefault(term, []).append(rule)  # type: ignore[arg-type]
    for number, value in enumerate(by_value):
        others = [rule for other in [*by_value][number + 1 :] for rule in by_value[other]]
        terms: list[Term] = [Var(name) for name in template.slots]
        terms[slot] = value
        same = Pattern(template=template.id, terms=tuple(terms), where=template.where)
        opposed = Opposed(template, Relation(other=same))
        if others:
            by = others, by_value[value]
            found = conflict(subject.base, opposed, by, groups_of(subject.scenarios))
            if found is not None:
                return found
    return None


def _open(term: Term) -> bool:
    return isinstance(term, Var)
