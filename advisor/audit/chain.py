"""Chains rules forward from the premises of one rule, to see whether they reach its conclusions.

The rule's variables are frozen, as in `subsumption`; only rules that are no weaker take part, and
none of which it is not certain that it applies: missing a chain beats a false alarm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, cast

from advisor.audit.comparisons import Constant
from advisor.audit.overlap import Filed
from advisor.audit.subsumption import (
    FrozenFact,
    FrozenRule,
    Thing,
    Things,
    by_template,
    canonical,
    concludes,
    matches,
)
from advisor.audit.unsearched import leave
from advisor.model.records import KnowledgeBase, Pattern, Rule, Term, Var

FACTS: Final = 200  # derived from one rule's premises; with more, the search ends


class ChainStep(NamedTuple):
    """How a fact was derived."""

    rule: str
    premises: tuple[FrozenFact, ...]


class Openings:
    """The rules of a base, each filed under the premise that looks least like those of others.

    A rule matches only what matches that premise, so that few rules are tried on few facts.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        shapes = Counter(_shape(pattern) for rule in base.rules for pattern in rule.patterns())
        self.always = [rule for rule in base.rules if not rule.patterns()]
        self.rules: dict[str, list[Rule]] = {}
        premises: dict[str, list[Pattern]] = {}
        for rule in base.rules:
            if rule.patterns():
                rarest = min(rule.patterns(), key=lambda pattern: shapes[_shape(pattern)])
                self.rules.setdefault(rarest.template, []).append(rule)
                premises.setdefault(rarest.template, []).append(rarest)
        self.filed = _filed(base, premises)
        self.concluding: dict[str, list[str]] = {}  # rules, once for each conclusion
        conclusions: dict[str, list[Pattern]] = {}
        for rule in base.rules:
            for conclusion in rule.conclusions:
                self.concluding.setdefault(conclusion.template, []).append(rule.id)
                conclusions.setdefault(conclusion.template, []).append(conclusion)
        self.concluded = _filed(base, conclusions)

    def for_facts(self, facts: Iterable[FrozenFact]) -> dict[str, Rule]:
        """The rules that some of these facts may match, by id."""
        found = {rule.id: rule for rule in self.always}
        for fact in facts:
            if fact.template in self.filed:
                terms = tuple(_term(thing) for thing in fact.things)
                rules = self.rules[fact.template]
                numbers = self.filed[fact.template].near(terms)
                found.update((rules[number].id, rules[number]) for number in numbers)
        return found

    def conclude(self, fact: FrozenFact, without: Collection[str]) -> bool:
        """Whether another rule may conclude a fact; never False where one does."""
        if fact.template not in self.concluded:
            return False
        rules = self.concluding[fact.template]
        near = self.concluded[fact.template].near(tuple(_term(thing) for thing in fact.things))
        return any(rules[number] not in without for number in near)


def _filed(base: KnowledgeBase, patterns: Mapping[str, Sequence[Pattern]]) -> dict[str, Filed]:
    """Patterns by template, to find those that match a fact."""
    return {
        name: Filed(base.templates[name], (pattern.terms for pattern in some))
        for name, some in patterns.items()
    }


def _term(thing: Thing) -> Term:
    """The value that a thing is; nothing where it may be any."""
    return cast("Term", thing.value) if isinstance(thing, Constant) else None


def _shape(pattern: Pattern) -> tuple[object, ...]:
    """A pattern's template and values, whatever its variables are called."""
    return pattern.template, *(None if isinstance(t, Var) else t for t in pattern.terms)


def derivation(
    base: KnowledgeBase, openings: Openings, rule: Rule, without: Collection[str]
) -> list[str]:
    """The rules by which a rule's conclusions follow from its premises, first to last.

    Those `without` take no part. Empty if the conclusions don't follow.
    """
    of = FrozenRule(base, rule)
    goals = [canonical(base, goal) for goal in of.goals]
    others = {*without, rule.id}
    if not all(openings.conclude(goal, others) for goal in goals):
        return []
    supports = _closure(of, openings, others, set(goals))
    if any(goal not in supports for goal in goals):
        return []
    used: dict[str, None] = {}
    for goal in goals:
        _trace(goal, supports, used)
    return list(used)


def consequences(of: FrozenRule, openings: Openings) -> dict[FrozenFact, ChainStep | None]:
    """All that follows from the premises of a rule by the others, each with its first support."""
    return _closure(of, openings, {of.rule.id}, {FrozenFact("", ())})


def followed(
    base: KnowledgeBase, openings: Openings, rule: Rule, premise: Pattern, bound: Things
) -> list[str]:
    """The rules by which a premise follows from the others of its rule, first to last.

    `bound` is what its variables stand for that something else uses. Empty if it does not follow.
    """
    supports = consequences(FrozenRule(base, rule), openings)
    for fact, support in supports.items():
        if support is not None and next(matches(base, premise, fact, bound), None) is not None:
            used: dict[str, None] = {}
            _trace(fact, supports, used)
            return list(used)
    return []


def _trace(
    fact: FrozenFact, supports: Mapping[FrozenFact, ChainStep | None], used: dict[str, None]
) -> None:
    support = supports[fact]
    if support is not None:
        for premise in support.premises:
            _trace(premise, supports, used)
        used[support.rule] = None


def _closure(
    of: FrozenRule, openings: Openings, without: Collection[str], goals: set[FrozenFact]
) -> dict[FrozenFact, ChainStep | None]:
    """All that follows from the premises, each fact with its first support; premises have none."""
    supports: dict[FrozenFact, ChainStep | None] = {canonical(of.base, p): None for p in of.facts}
    fresh = {fact.template for fact in supports}
    while fresh and len(supports) < FACTS and not goals <= supports.keys():
        facts = by_template(supports)
        rules = openings.for_facts(supports)
        before, fresh = fresh, set()
        for name in sorted(rules.keys() - {*without}, key=of.base.rule_ranks.__getitem__):
            touched = any(pattern.template in before for pattern in rules[name].conditions())
            if not touched or not _usable(rules[name], of, facts):
                continue
            for fact, support in _concluded(of, rules[name], facts):
                if fact not in supports:
                    supports[fact] = support
                    fresh.add(fact.template)
    if len(supports) >= FACTS and not goals <= supports.keys():
        why = f"a search was given up after {FACTS} facts"
        leave("chains that make a rule redundant", why, f"'{of.rule.id}'")
    return supports


def _usable(rule: Rule, of: FrozenRule, facts: Collection[str]) -> bool:
    """Whether a rule may stand in a chain: no default, no weaker, and with no less effect."""
    if rule.otherwise or rule.strength < of.rule.strength:
        return False
    if not all(pattern.template in facts for pattern in rule.patterns()):
        return False
    same = {c.template for c in rule.conclusions} & {g.template for g in of.goals}
    as_much = set(of.rule.advances) <= set(rule.advances)
    return not same or (as_much and set(of.rule.strains) <= set(rule.strains))


def _concluded(
    of: FrozenRule, rule: Rule, facts: Mapping[str, list[FrozenFact]]
) -> Iterator[tuple[FrozenFact, ChainStep]]:
    for things in of.applies(rule, facts):
        premises = tuple(_matched(of.base, pattern, things, facts) for pattern in rule.patterns())
        for conclusion in rule.conclusions:
            yield concludes(of.base, conclusion, things), ChainStep(rule.id, premises)


def _matched(
    base: KnowledgeBase, pattern: Pattern, things: Things, facts: Mapping[str, list[FrozenFact]]
) -> FrozenFact:
    """A fact that a pattern matches where its variables stand for these things; there is one."""
    ways = (fact for fact in facts[pattern.template] for _ in matches(base, pattern, fact, things))
    return next(ways)
