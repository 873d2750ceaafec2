"""A condition of a rule follows from the other conditions of the same rule.

## What it does

Reports a premise that matches whatever another premise of the rule matches, and binds nothing that
is used elsewhere; a premise that other rules, no weaker and without exceptions of their own,
conclude from the other premises; a comparison that follows from the others, or that `distinct` says
of a premise; a count that a premise or another count settles; and an exception for something that
another exception excludes already.

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

The stronger condition alone. A premise that is there for the reader can be told in `because`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from advisor.audit import witness
from advisor.audit.chain import Openings, followed
from advisor.audit.comparisons import Claim, entails
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
    openings = Openings(subject.base)
    for rule in subject.sound:
        for implied in _implied(subject.base, openings, rule):
            said = witness.evidence(
                "the first of these follows from the rest",
                implied.written,
                *(f"from: {other}" for other in implied.by),
            )
            message = f"{implied.what} of rule '{rule.id}' follows from its other conditions"
            place = Place(where=implied.where, kind="rule", name=rule.id)
            yield Fault(message=message, places=(place,), witness=said)


class _Implied(NamedTuple):
    """A condition that follows, and from what."""

    what: str
    where: Location
    written: str
    by: list[str]


def _implied(base: KnowledgeBase, openings: Openings, rule: Rule) -> Iterator[_Implied]:
    kept = list(rule.premises)
    for premise in rule.premises[::-1]:
        others = [other for other in kept if other is not premise]
        by = _follows(base, rule, premise, others)
        if by is not None:
            kept = others
            yield _Implied(*_named(premise), condition(premise), [condition(by)])
        elif isinstance(premise, Pattern) and (rules := _concluded(base, openings, rule, premise)):
            kept = others
            yield _Implied(*_named(premise), condition(premise), [f"rule {r}" for r in rules])
            rule = msgspec.structs.replace(rule, premises=tuple(kept))
    yield from _implied_comparisons(base, rule)
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


def _concluded(base: KnowledgeBase, openings: Openings, rule: Rule, premise: Pattern) -> list[str]:
    """The other rules that conclude a premise from the others of its rule; none if they do not."""
    template = base.templates[premise.template]
    if premise.template not in base.derived or template.advice or template.kind:
        return []
    others = tuple(other for other in rule.premises if other is not premise)
    used = _used(rule, premise)
    binding = {name for other in others if isinstance(other, Pattern) for name in other.variables()}
    if not {*premise.variables()} & used <= binding:
        return []  # it binds what the others do not
    bound = {name: Frozen(name) for name in premise.variables() if name in used}
    rest = msgspec.structs.replace(rule, premises=others, advances=(), strains=())
    return followed(base, openings, rest, premise, bound)


def _used(rule: Rule, apart: Pattern | AtLeast) -> set[str]:
    """The variables of a rule that something but this premise uses."""
    others = [premise for premise in rule.premises if premise is not apart]
    patterns = [other.of if isinstance(other, AtLeast) else other for other in others]
    patterns += [*rule.exceptions, *rule.conclusions]
    used = {name for pattern in patterns for name in pattern.variables()}
    used.update(*(test.variables() for test in rule.comparisons))
    return used | {part.slot for part in rule.because or () if isinstance(part, SlotRef)}


def _implied_comparisons(base: KnowledgeBase, rule: Rule) -> Iterator[_Implied]:
    kept = list(rule.comparisons)
    apart = _distinct(base, rule)
    for test in rule.comparisons[::-1]:
        others = [
            _Entailed(test_of(other), comparison(other)) for other in kept if other is not test
        ]
        known = [*others, *apart]
        if entails([claim for claim, _ in known], test_of(test)):
            kept = [other for other in kept if other is not test]
            said = comparison(test)
            by = [says for _, says in _enough(known, test)]
            yield _Implied(f"the comparison '{said}'", test.where, said, by)


class _Entailed(NamedTuple):
    """What holds wherever a rule's premises do, or its other comparisons, and what says so."""

    claim: Claim
    says: str


def _distinct(base: KnowledgeBase, rule: Rule) -> list[_Entailed]:
    """What the templates of a rule's premises say of slots that never hold the same."""
    return [
        _Entailed(Claim(frozen(pattern, 0).things[i], "!=", frozen(pattern, 0).things[j]), said)
        for pattern in rule.patterns()
        for said in [f"{condition(pattern)}, whose slots are distinct"]
        for i, j in itertools.combinations(base.templates[pattern.template].distinct, 2)
    ]


def _enough(others: list[_Entailed], test: Comparison) -> list[_Entailed]:
    """Those of the others that a comparison follows from, none to spare."""
    for spare in others:
        less = [other for other in others if other is not spare]
        if entails([claim for claim, _ in less], test_of(test)):
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
