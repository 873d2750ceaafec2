"""A default rule can never apply where its premises are likely.

## What it does

Reports each rule with `otherwise: true` if, wherever its premises are more than a roughly even
chance, some other rule advises the same client: one whose conditions follow from those premises, by
other rules too, or several that differ in a test which lets everything through.

## Why it is bad

A default gives way to all other advice. What nobody is ever told need not be written, and was
most likely meant for somebody else.

## Example

```yaml
- id: dredge
  if: [depth: {town: $client}]
  then: [dredge: {client: $client}]
- id: wait-by-default
  if: [depth: {town: $client}]
  then: [wait: {client: $client}]
  otherwise: true
```

## Use instead

Premises for those whom no other rule advises, or none, or no default.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit.chain import Openings, consequences
from advisor.audit.finding import Fault, RulesWitness
from advisor.audit.splits import advising, splits
from advisor.audit.subject import Subject, place_of
from advisor.audit.subsumption import FrozenRule, by_template, frozen
from advisor.model import english
from advisor.model.grades import HOLDS
from advisor.model.records import KnowledgeBase, Pattern, Rule

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The defaults that always give way."""
    defaults = [rule for rule in subject.sound if rule.otherwise]
    if not defaults:
        return
    others = list(_advising(subject))
    openings = Openings(subject.base)
    for rule in defaults:
        by = _preempted(subject.base, openings, rule, others)
        if by:
            names = english.listing((f"'{other.id}'" for other in by), "or")
            witness = RulesWitness(
                shows=f"wherever the premises of '{rule.id}' are likely, {names} advises as well",
                rules=(rule.id, *(other.id for other in by)),
            )
            yield Fault(
                message=f"the default '{rule.id}' never applies where its premises are at least "
                f"likely: {names} does first",
                places=(place_of(rule),),
                related=tuple(place_of(other) for other in by),
                witness=witness,
            )


def _advising(subject: Subject) -> Iterator[tuple[Rule, tuple[Rule, ...]]]:
    """Rules reduced to that they advise somebody, with those that each stands for."""
    rules = [rule for rule in subject.sound if rule.strength > HOLDS]
    for rule in rules:
        told = advising(subject.base, rule)
        if told is not None:
            yield told, (rule,)
    bare = [told for rule in rules if (told := advising(subject.base, rule)) is not None]
    for split in splits(subject.base, bare):
        if split.leaves_nothing():
            yield split.whole, tuple(subject.rules[part.rule.id] for part in split.parts)


def _preempted(
    base: KnowledgeBase,
    openings: Openings,
    default: Rule,
    others: list[tuple[Rule, tuple[Rule, ...]]],
) -> tuple[Rule, ...]:
    """The rules of which one advises the client wherever a default could."""
    of = FrozenRule(base, default)
    facts = by_template(consequences(of, openings))
    client = frozen(_client(base, default), 0).things
    for told, rules in others:
        for things in of.applies(told, facts):
            term = told.conclusions[0]
            advised = [things[name] for name in term.variables()] or [*frozen(term, 0).things]
            if tuple(advised) == client:
                return rules
    return ()


def _client(base: KnowledgeBase, rule: Rule) -> Pattern:
    """Whom a rule advises, as a pattern of one slot."""
    conclusion = rule.conclusions[0]
    place = list(base.templates[conclusion.template].slots).index("client")
    return Pattern(template="", terms=(conclusion.terms[place],), where=conclusion.where)
