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
from typing import Final, NamedTuple

import msgspec

from advisor.audit import witness
from advisor.audit.comparisons import entails
from advisor.audit.finding import Fault, Place
from advisor.audit.quotes import condition
from advisor.audit.subject import Subject
from advisor.audit.subsumption import Frozen, FrozenRule, frozen, matches, test_of
from advisor.loader.written import comparison
from advisor.model.errors import Location
from advisor.model.records import AtLeast, Comparison, KnowledgeBase, Pattern, Rule, SlotRef

FAMILY: Final = "redundancy"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The conditions that follow from others of their rule."""
    for rule in subject.sound:
        for implied in _implied(subject.base, rule):
            said = witness.evidence(
                "the first of these follows from the rest",
                implied.written,
                *(f"from: {other}" for other in implied.by),
            )
            message = f"{implied.what} of rule '{rule.id}' follows from another of its conditions"
            place = Place(where=implied.where, kind="rule", name=rule.id)
            yield Fault(message=message, places=(place,), witness=said)


class _Implied(NamedTuple):
    """A condition that follows, and from what."""

    what: str
    where: Location
    written: str
    by: list[str]


def _implied(base: KnowledgeBase, rule: Rule) -> Iterator[_Implied]:
    kept = list(rule.premises)
    for premise in rule.premises[::-1]:
        others = [other for other in kept if other is not premise]
        by = _follows(base, rule, premise, others)
        if by is not None:
            kept = others
            yield _Implied(*_named(premise), condition(premise), [condition(by)])
    yield from _implied_comparisons(rule)
    yield from _implied_exceptions(base, rule)


def _named(premise: Pattern | AtLeast) -> tuple[str, Location]:
    if isinstance(premise, AtLeast):
        return f"the count of '{premise.of.template}'", premise.of.where
    return f"the premise '{premise.template}'", premise.where


def _follows(
    base: KnowledgeBase, rule: Rule, premise: Pattern | AtLeast, others: list[Pattern | AtLeast]
) -> Pattern | AtLeast | None:
    """The one of the others that holds only where the premise does; None if there is none."""
    least, pattern = (premise.count, premise.of) if isinstance(premise, AtLeast) else (1, premise)
    bound = {name: Frozen(name) for name in _used(rule, premise)}
    for number, other in enumerate(others):
        if isinstance(other, Pattern):
            enough, of = least == 1, other
        else:  # a count binds nothing
            enough, of = isinstance(premise, AtLeast) and other.count >= least, other.of
        if enough and next(matches(base, pattern, frozen(of, number), bound), None) is not None:
            return other
    return None


def _used(rule: Rule, apart: Pattern | AtLeast) -> set[str]:
    """The variables of a rule that something but this premise uses."""
    others = [premise for premise in rule.premises if premise is not apart]
    patterns = [other.of if isinstance(other, AtLeast) else other for other in others]
    patterns += [*rule.exceptions, *rule.conclusions]
    used = {name for pattern in patterns for name in pattern.variables()}
    used.update(*(test.variables() for test in rule.comparisons))
    return used | {part.slot for part in rule.because or () if isinstance(part, SlotRef)}


def _implied_comparisons(rule: Rule) -> Iterator[_Implied]:
    kept = list(rule.comparisons)
    for test in rule.comparisons[::-1]:
        others = [other for other in kept if other is not test]
        if entails([test_of(other) for other in others], test_of(test)):
            kept = others
            said = comparison(test)
            by = [comparison(other) for other in _enough(others, test)]
            yield _Implied(f"the comparison '{said}'", test.where, said, by)


def _enough(others: list[Comparison], test: Comparison) -> list[Comparison]:
    """Those of the others that a comparison follows from, none to spare."""
    for spare in others:
        less = [other for other in others if other is not spare]
        if entails([test_of(other) for other in less], test_of(test)):
            return _enough(less, test)
    return others


def _implied_exceptions(base: KnowledgeBase, rule: Rule) -> Iterator[_Implied]:
    kept = list(rule.exceptions)
    for exception in rule.exceptions[::-1]:
        others = [other for other in kept if other is not exception]
        given = {name: Frozen(name) for name in exception.variables()}
        by = [
            f"unless {condition(other)}"
            for other in others
            if FrozenRule(base, _excepting(rule, other)).excepts(exception, given)
        ]
        if by:
            kept = others
            said = f"the exception '{exception.template}'"
            yield _Implied(said, exception.where, f"unless {condition(exception)}", by[:1])


def _excepting(rule: Rule, exception: Pattern) -> Rule:
    """The rule with one exception alone."""
    return msgspec.structs.replace(rule, exceptions=(exception,))
