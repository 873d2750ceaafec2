"""Finds which rules of a base say what other rules say."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from advisor.audit.candidates import Candidates
from advisor.audit.finding import Binding
from advisor.audit.subsumption import FrozenRule, Things, by_template, canonical, concludes
from advisor.model import budget
from advisor.model.records import KnowledgeBase, Rule


class Cover(NamedTuple):
    """That one rule says all that another does."""

    rule: Rule
    by: Rule
    things: Things  # what the variables of the second stand for in the first


class Likeness(NamedTuple):
    """The rules that are alike, and those that a more general one covers."""

    alike: tuple[tuple[Cover, ...], ...]  # each group by the covers of its later rules by its first
    covered: tuple[Cover, ...]  # strictly; one for each rule


def likeness(base: KnowledgeBase, rules: Sequence[Rule]) -> Likeness:
    """What the rules of a base have in common."""
    candidates = Candidates(base, rules)
    frozen = {rule.id: FrozenRule(base, rule) for rule in rules}
    bare = {rule.id: FrozenRule(base, _bare(rule)) for rule in rules}
    groups: dict[str, list[Cover]] = {}  # by the first rule of each
    first: dict[str, str] = {}  # of the group of a later rule
    covered: dict[str, Cover] = {}
    place = base.rule_ranks
    for rule in rules:
        others = candidates.covering(rule)
        budget.suspected(len(others), functools.partial(_suspect, rule, len(others)))
        for other in others:
            things = covers(base, bare[other.id].rule, bare[rule.id])
            if things is None:
                continue
            cover = Cover(rule, other, things)
            if _says_as_much(base, bare[rule.id], bare[other.id]):
                if place[other.id] < place[rule.id] and rule.id not in first:
                    first[rule.id] = first.get(other.id, other.id)
                    groups.setdefault(first[rule.id], []).append(cover)
            elif covers(base, other, frozen[rule.id]) is not None:
                covered.setdefault(rule.id, cover)
    return Likeness(
        alike=tuple(map(tuple, groups.values())),
        covered=tuple(cover for name, cover in covered.items() if name not in first),
    )


def _suspect(rule: Rule, others: int) -> budget.Suspect:
    """A rule that is compared with many."""
    return budget.Suspect(rule=rule.id, premise="", facts=0, where=rule.where, others=others)


def _says_as_much(base: KnowledgeBase, rule: FrozenRule, other: FrozenRule) -> bool:
    """Whether a rule that another covers covers that one in turn."""
    alike = rule.rule.strength == other.rule.strength
    return alike and covers(base, rule.rule, other) is not None


def covers(base: KnowledgeBase, general: Rule, of: FrozenRule) -> Things | None:
    """What the variables of a rule stand for if it says all that another says; None if not.

    It fires wherever the other does, no weaker, and concludes and effects as much.
    """
    rule = of.rule
    if general.otherwise != rule.otherwise or general.strength < rule.strength:
        return None
    if not (set(rule.advances) <= set(general.advances)):
        return None
    if not (set(rule.strains) <= set(general.strains)):
        return None
    facts = by_template(of.facts)
    for things in of.applies(general, facts):
        concluded = {concludes(base, conclusion, things) for conclusion in general.conclusions}
        if all(canonical(base, goal) in concluded for goal in of.goals):
            return things
    return None


def _bare(rule: Rule) -> Rule:
    """The rule without its effects: what it concludes, and from what."""
    return msgspec.structs.replace(rule, advances=(), strains=())


def bindings(things: Things) -> tuple[Binding, ...]:
    """What variables stand for, for a witness."""
    return tuple(
        Binding(variable=f"${name}", stands_for=_shown(thing)) for name, thing in things.items()
    )


def _shown(thing: object) -> str:
    return str(getattr(thing, "value", thing))
