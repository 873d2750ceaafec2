"""A condition of a rule follows from another condition of the same rule.

## What it does

Reports a premise that matches whatever another premise of the rule matches, and binds nothing that
is used elsewhere; a comparison that follows from the others; a count that a premise or another
count settles; and an exception for something that another exception excludes already.

## Why it is bad

The condition decides nothing, so that whoever reads or changes the rule is misled.

## Example

```yaml
if:
  - lacks: {town: $client, cargo: $cargo}
  - lacks: {town: $client}              # follows from the line above
where: [$metres < 3, $metres < 5]       # and so does the second of these
```

## Use instead

The stronger condition alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from advisor.audit.comparisons import entails
from advisor.audit.finding import Fault, Place
from advisor.audit.subject import Subject
from advisor.audit.subsumption import Frozen, FrozenRule, frozen, matches, test_of
from advisor.errors import Location
from advisor.model import AtLeast, Comparison, KnowledgeBase, Pattern, Rule, SlotRef, Var

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The conditions that follow from others of their rule."""
    for rule in subject.sound:
        for what, where in _implied(subject.base, rule):
            yield Fault(
                message=f"{what} of rule '{rule.id}' follows from another of its conditions",
                places=(Place(where=where, kind="rule", name=rule.id),),
            )


def _implied(base: KnowledgeBase, rule: Rule) -> Iterator[tuple[str, Location]]:
    kept = list(rule.premises)
    for premise in rule.premises[::-1]:
        others = [one for one in kept if one is not premise]
        if _follows(base, rule, premise, others):
            kept = others
            yield _named(premise)
    yield from _implied_comparisons(rule)
    yield from _implied_exceptions(base, rule)


def _named(premise: Pattern | AtLeast) -> tuple[str, Location]:
    if isinstance(premise, AtLeast):
        return f"the count of '{premise.of.template}'", premise.of.where
    return f"the premise '{premise.template}'", premise.where


def _follows(
    base: KnowledgeBase, rule: Rule, premise: Pattern | AtLeast, others: list[Pattern | AtLeast]
) -> bool:
    """Whether a premise holds wherever the others do."""
    least, pattern = (premise.count, premise.of) if isinstance(premise, AtLeast) else (1, premise)
    settled = [one for one in others if isinstance(one, Pattern)] if least == 1 else []
    counted = [one.of for one in others if isinstance(one, AtLeast) and one.count >= least]
    if isinstance(premise, Pattern):
        counted = []  # a count binds nothing
    bound = {name: Frozen(name) for name in _used(rule, premise)}
    return any(
        next(matches(base, pattern, frozen(one, number), bound), None) is not None
        for number, one in enumerate([*settled, *counted])
    )


def _used(rule: Rule, apart: Pattern | AtLeast) -> set[str]:
    """The variables of a rule that something but this premise uses."""
    others = [one for one in rule.premises if one is not apart]
    patterns = [one.of if isinstance(one, AtLeast) else one for one in others]
    patterns += [*rule.exceptions, *rule.conclusions]
    used = {name for pattern in patterns for name in pattern.variables()}
    sides = (side for test in rule.comparisons for side in (test.left, test.right))
    used |= {side.name for side in sides if isinstance(side, Var)}
    return used | {part.slot for part in rule.because or () if isinstance(part, SlotRef)}


def _implied_comparisons(rule: Rule) -> Iterator[tuple[str, Location]]:
    kept = list(rule.comparisons)
    for test in rule.comparisons[::-1]:
        others = [one for one in kept if one is not test]
        if entails([test_of(one) for one in others], test_of(test)):
            kept = others
            yield f"the comparison '{_written(test)}'", test.where


def _written(test: Comparison) -> str:
    left, right = (
        f"${side.name}" if isinstance(side, Var) else str(side) for side in (test.left, test.right)
    )
    return f"{left} {test.operator} {right}"


def _implied_exceptions(base: KnowledgeBase, rule: Rule) -> Iterator[tuple[str, Location]]:
    kept = list(rule.exceptions)
    for exception in rule.exceptions[::-1]:
        others = tuple(one for one in kept if one is not exception)
        given = {name: Frozen(name) for name in exception.variables()}
        left = msgspec.structs.replace(rule, exceptions=others)
        if FrozenRule(base, left).excepts(exception, given):
            kept = list(others)
            yield f"the exception '{exception.template}'", exception.where
