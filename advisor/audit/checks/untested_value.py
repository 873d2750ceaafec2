"""No rule tests a legal value.

## What it does

Reports each legal value of a slot that rules otherwise test by value, if no condition of any rule
matches it. A value that a key takes in some scenario is not reported: there it takes the place of a
value that is tested. Neither is one that a rule concludes: that is `unused-conclusion`.

## Why it is bad

A user who chooses it gets the same advice as one who says nothing, and cannot know.

## Example

```yaml
weather:
  slots: {town: Town, now: {values: [calm, rough, frozen]}}
# and the rules ask for calm and for rough alone
```

## Use instead

A rule for the value, or no such value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.contrast import without_fact
from advisor.audit.example import Examples
from advisor.audit.finding import Fault, Witness
from advisor.audit.overlap import values_of
from advisor.audit.subject import Subject, place_of
from advisor.model.records import Pattern, SlotType, Template, Term, Var

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The legal values that no condition matches."""
    examples = Examples(subject)
    for name in subject.base.requiring:
        template = subject.base.templates[name]
        for place, (slot, kind) in enumerate(template.slots.items()):
            for value in _untested(subject, template, place, kind):
                message = f"no rule tests the value '{value}' of slot '{slot}' of '{name}'"
                shown = _shown(subject, examples, template, place, value)
                yield Fault(message=message, places=(place_of(template),), witness=shown)


def _shown(
    subject: Subject, examples: Examples, template: Template, place: int, value: str
) -> Witness:
    """The same advice with a fact of this value and without, if one can be stated."""
    terms = tuple(value if number == place else None for number in range(len(template.slots)))
    having = Pattern(template=template.id, terms=terms, where=template.where)
    facts = [fact.instance for fact in subject.stated.get(template.id, ())]
    facts = [fact for fact in facts if fact.values[place] == value] or examples.matching(having, {})
    if facts and template.id not in subject.base.derived:
        return without_fact(subject, facts)
    patterns = [p for rule in subject.base.requiring[template.id] for p in rule.conditions()]
    conditions = [pattern.where for pattern in patterns if pattern.template == template.id]
    looked = witness.within(subject.base, "condition", conditions)
    return witness.evidence(f"none of them has room for '{value}'", f"looked through: {looked}")


def _untested(subject: Subject, template: Template, place: int, kind: SlotType) -> Iterator[str]:
    if kind.kind != "values":
        return
    terms = [
        pattern.terms[place]
        for rule in subject.base.requiring[template.id]
        for pattern in rule.conditions()
        if pattern.template == template.id
    ]
    if any(term is None or isinstance(term, Var) for term in terms):
        return
    tested: set[Term] = {value for term in terms for value in values_of(term)}
    tested |= {
        conclusion.terms[place]
        for rule in subject.base.concluding.get(template.id, ())
        for conclusion in rule.conclusions
        if conclusion.template == template.id
    }
    if template.key is not None:
        facts = subject.stated.get(template.id, ())
        tested |= {fact.instance.values[place] for fact in facts}
    yield from (value for value in kind.values if value not in tested)
