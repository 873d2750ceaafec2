"""A rule concludes what nothing uses.

## What it does

Reports each derived template, neither advice nor caveat, that no rule has in a condition, and no
question in its `ask-when` or `ask-unless`; and each conclusion whose values no condition over its
template matches. Conclusions that are used for each other alone, in a circle, are one finding.

## Why it is bad

The rule fires and nothing comes of it: a step of the reasoning was forgotten, or its rule is left
over.

## Example

```yaml
- id: linked-towns-are-partners
  if: [linked: {one: $one, other: $other}]
  then: [partners: {one: $one, other: $other}]     # and no rule asks for partners
```

## Use instead

A rule that uses the conclusion, or no rule that draws it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from advisor.audit.circles import idle
from advisor.audit.contrast import without_rule
from advisor.audit.example import Example, Examples
from advisor.audit.finding import Fault, Witness
from advisor.audit.overlap import Filed, over
from advisor.audit.quotes import seen
from advisor.audit.subject import Subject, place_of
from advisor.model import english
from advisor.model.records import Pattern, Rule, Template

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The conclusions that no condition meets."""
    examples = Examples(subject)
    circles = idle(subject)
    for members in circles:
        yield _circle(subject, examples, members)
    within = {name for members in circles for name in members}
    for name, rules in subject.base.concluding.items():
        template = subject.base.templates[name]
        if template.advice or template.caveat or name in within | subject.base.sensed:
            continue
        if name in subject.base.requiring:
            yield from _unmet(subject, examples, template, rules)
        else:
            places = tuple(place_of(rule) for rule in rules)
            message = f"nothing uses the conclusion '{name}'"
            yield Fault(message=message, places=places, witness=_shown(subject, examples, rules))


def _circle(subject: Subject, examples: Examples, members: tuple[str, ...]) -> Fault:
    """Conclusions that are used for each other alone; one fault for all of them."""
    names = english.listing(f"'{name}'" for name in members)
    drawn = {rule.id for name in members for rule in subject.base.concluding[name]}
    rules = tuple(rule for rule in subject.base.rules if rule.id in drawn)
    what = f"the conclusion {names}" if len(members) == 1 else f"the conclusions {names}"
    return Fault(
        message=f"nothing uses {what} but the rules that lead in a circle there",
        places=tuple(place_of(rule) for rule in rules),
        witness=_shown(subject, examples, rules),
    )


def _shown(subject: Subject, examples: Examples, rules: tuple[Rule, ...]) -> Witness:
    """One of the rules at work, with no more advice than without it."""
    for rule in rules:
        found = examples.of(rule)
        shown = found and without_rule(subject, found, rule)
        if shown is not None:
            return shown
    return seen(subject, None, rules[0], "")


def _unmet(
    subject: Subject, examples: Examples, template: Template, rules: tuple[Rule, ...]
) -> Iterator[Fault]:
    """The conclusions over a template whose values no condition over it matches."""
    conditions = {
        pattern.terms
        for rule in subject.base.requiring[template.id]
        for pattern in over(rule.conditions(), template.id)
    }
    filed = Filed(template, conditions)
    for rule in rules:
        for conclusion in over(rule.conclusions, template.id):
            if not filed.meets(conclusion.terms):
                message = f"no condition matches what rule '{rule.id}' concludes of '{template.id}'"
                alone = msgspec.structs.replace(rule, conclusions=(conclusion,))
                found = examples.of(alone)
                shown = _without(subject, found, rule, conclusion)
                yield Fault(message=message, places=(place_of(rule, conclusion),), witness=shown)


def _without(subject: Subject, found: Example | None, rule: Rule, conclusion: Pattern) -> Witness:
    """The rule at work; withdrawn too, if it concludes nothing else."""
    if found and rule.conclusions == (conclusion,):
        shown = without_rule(subject, found, rule)
        if shown is not None:
            return shown
    return seen(subject, found, rule, f"'{rule.id}' concludes {{}}, and nothing follows from it")
