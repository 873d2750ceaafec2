"""Chains rules forward from the premises of one rule, to see whether they reach its conclusions.

The rule's variables are frozen, as in `subsumption`; only rules that are no weaker take part, and
none of which it is not certain that it applies: missing a chain beats a false alarm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from advisor.audit.subsumption import (
    FrozenRule,
    Stated,
    Things,
    by_template,
    canonical,
    concludes,
    matches,
)
from advisor.model import KnowledgeBase, Pattern, Rule

FACTS: Final = 200  # derived from one rule's premises; with more, the search ends


class Support(NamedTuple):
    """How a fact was derived."""

    rule: str
    premises: tuple[Stated, ...]


def derivation(
    base: KnowledgeBase,
    requiring: Mapping[str, Collection[Rule]],
    rule: Rule,
    without: Collection[str],
) -> list[str]:
    """The rules by which a rule's conclusions follow from its premises, first to last.

    Those `without` take no part. Empty if the conclusions don't follow.
    """
    of = FrozenRule(base, rule)
    goals = [canonical(base, goal) for goal in of.goals]
    supports = _closure(of, requiring, {*without, rule.id}, set(goals))
    if any(goal not in supports for goal in goals):
        return []
    used: dict[str, None] = {}
    for goal in goals:
        _trace(goal, supports, used)
    return list(used)


def _trace(fact: Stated, supports: Mapping[Stated, Support | None], used: dict[str, None]) -> None:
    support = supports[fact]
    if support is not None:
        for premise in support.premises:
            _trace(premise, supports, used)
        used[support.rule] = None


def _closure(
    of: FrozenRule,
    requiring: Mapping[str, Collection[Rule]],
    without: Collection[str],
    goals: set[Stated],
) -> dict[Stated, Support | None]:
    """All that follows from the premises, each fact with its first support; premises have none."""
    supports: dict[Stated, Support | None] = {canonical(of.base, one): None for one in of.facts}
    fresh = {fact.template for fact in supports}
    while fresh and len(supports) < FACTS and not goals <= supports.keys():
        facts = by_template(supports)
        touched = {rule.id: rule for name in fresh for rule in requiring.get(name, ())}
        fresh = set()
        for name in sorted(touched.keys() - {*without}):
            if not _usable(touched[name], of, facts):
                continue
            for fact, support in _concluded(of, touched[name], facts):
                if fact not in supports:
                    supports[fact] = support
                    fresh.add(fact.template)
    return supports


def _usable(rule: Rule, of: FrozenRule, facts: Collection[str]) -> bool:
    """Whether a rule may stand in a chain: no default, no weaker, and with no less effect."""
    if rule.otherwise or rule.strength < of.rule.strength:
        return False
    if not all(pattern.template in facts for pattern in rule.patterns()):
        return False
    same = {one.template for one in rule.conclusions} & {one.template for one in of.goals}
    as_much = set(of.rule.advances) <= set(rule.advances)
    return not same or (as_much and set(of.rule.strains) <= set(rule.strains))


def _concluded(
    of: FrozenRule, rule: Rule, facts: Mapping[str, list[Stated]]
) -> Iterator[tuple[Stated, Support]]:
    for things in of.applies(rule, facts):
        premises = tuple(_matched(of.base, one, things, facts) for one in rule.patterns())
        for conclusion in rule.conclusions:
            yield concludes(of.base, conclusion, things), Support(rule.id, premises)


def _matched(
    base: KnowledgeBase, pattern: Pattern, things: Things, facts: Mapping[str, list[Stated]]
) -> Stated:
    """A fact that a pattern matches where its variables stand for these things; there is one."""
    ways = (fact for fact in facts[pattern.template] for _ in matches(base, pattern, fact, things))
    return next(ways)
