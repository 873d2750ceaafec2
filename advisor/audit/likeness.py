"""Finds which rules of a base say what other rules say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from advisor.audit.candidates import Candidates
from advisor.audit.finding import Binding
from advisor.audit.subsumption import FrozenRule, Things, by_template, canonical, concludes
from advisor.model import KnowledgeBase, Rule


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
    group: dict[str, list[Cover]] = {}  # by the first rule of each group
    first: dict[str, str] = {}
    covered: dict[str, Cover] = {}
    for rule in rules:
        for other in candidates.covering(rule):
            things = covers(base, bare[other.id].rule, bare[rule.id])
            if things is None:
                continue
            back = rule.strength == other.strength and covers(
                base, bare[rule.id].rule, bare[other.id]
            )
            if back is None or back is False:
                if covers(base, other, frozen[rule.id]) is not None:
                    covered.setdefault(rule.id, Cover(rule, other, things))
            elif other.id < rule.id and rule.id not in first:
                leader = first.setdefault(other.id, other.id)
                first[rule.id] = leader
                group.setdefault(leader, []).append(Cover(rule, other, things))
    followers = {cover.rule.id for some in group.values() for cover in some}
    strictly = _leading(covered, followers)
    return Likeness(tuple(tuple(some) for _, some in sorted(group.items())), strictly)


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
        concluded = {concludes(base, one, things) for one in general.conclusions}
        if all(canonical(base, goal) in concluded for goal in of.goals):
            return things
    return None


def _leading(covered: Mapping[str, Cover], followers: set[str]) -> tuple[Cover, ...]:
    """One cover for each rule; none for a rule that is like another and goes with it."""
    return tuple(cover for name, cover in sorted(covered.items()) if name not in followers)


def _bare(rule: Rule) -> Rule:
    """The rule without its effects: what it concludes, and from what."""
    return msgspec.structs.replace(rule, advances=(), strains=())


def bindings(things: Things) -> tuple[Binding, ...]:
    """What variables stand for, for a witness."""
    return tuple(
        Binding(variable=f"${name}", stands_for=_shown(thing))
        for name, thing in sorted(things.items())
    )


def _shown(thing: object) -> str:
    return str(getattr(thing, "value", thing))
