"""Turns outcomes into coverage: what of a base its scenarios put to the test, and what they leave.

Four kinds of goals. A rule is *fired* where one of its firings reaches the threshold, and
*withheld* where none can. A condition - a premise, a count, an exception, the `otherwise` of a
default rule - is *decisive* where everything else about a firing passes and it alone keeps the
firing from the threshold, so that changing it alone would let the rule fire. Advice is *reached*
where some of it is given. (With a rule fired once and each condition
decisive once, each has been seen to decide both ways: active clause coverage; Ammann and Offutt,
Introduction to Software Testing, ch. 8.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final, Literal, NamedTuple

import msgspec

from advisor.model.errors import Location
from advisor.model.grades import HOLDS
from advisor.model.records import AtLeast, KnowledgeBase, Rule
from advisor.reasoning.evaluate import Outcome, links

MarkKind = Literal["fired", "withheld", "decisive", "reached"]
KINDS: Final[tuple[MarkKind, ...]] = ("fired", "withheld", "decisive", "reached")


class Mark(NamedTuple):
    """What a goal is: the identity by which goals are found covered."""

    kind: MarkKind
    name: str  # a rule's id; of advice, its template's
    part: int = -1  # of a condition: its place among those of its rule


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a scenario can put to the test."""

    kind: MarkKind
    name: str  # a rule's id; of advice, its template's
    part: int | None  # of a condition: its place in the rule, exceptions after premises, from 1
    says: str  # the goal as a clause
    where: Location
    covered_by: str | None  # the first scenario that does

    @property
    def mark(self) -> Mark:
        """Its identity."""
        return Mark(self.kind, self.name, -1 if self.part is None else self.part - 1)


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a base some scenarios put to the test."""

    percent: int  # the share of goals that are covered, never rounded up; 100 if there are none
    goals: tuple[Goal, ...]  # by kind, then in order of rule or template

    def of(self, *kinds: MarkKind) -> list[Goal]:
        """The goals of some kinds; of all, if none is named."""
        return [goal for goal in self.goals if goal.kind in (kinds or KINDS)]

    @property
    def uncovered(self) -> list[Goal]:
        """The goals that no scenario covers, in order of place."""
        left = (goal for goal in self.goals if goal.covered_by is None)
        return sorted(left, key=lambda goal: (goal.where, KINDS.index(goal.kind)))

    def counts(self, *kinds: MarkKind) -> tuple[int, int]:
        """How many goals of some kinds are covered, and how many there are."""
        goals = self.of(*kinds)
        return sum(goal.covered_by is not None for goal in goals), len(goals)

    def reaches(self, wanted: Fraction) -> bool:
        """Whether at least so many percent of all goals are covered, without any rounding."""
        covered, total = self.counts()
        return 100 * covered >= wanted * total


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario that would cover what no other does."""

    name: str
    goal: Goal
    covers: int  # of the goals that nothing before it covers
    text: str  # of the fact file


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """Scenarios that would cover some goals, and the goals that nothing stated would cover."""

    scenarios: tuple[Suggestion, ...]
    left: tuple[Goal, ...]


def coverage(base: KnowledgeBase, outcomes: Iterable[Outcome]) -> Coverage:
    """What of a base some outcomes cover: one pass over the recorded firings of each."""
    first: dict[Mark, str] = {}
    for case in outcomes:
        for mark in covered(case):
            first.setdefault(mark, case.scenario.name)
    goals = [msgspec.structs.replace(g, covered_by=first.get(g.mark)) for g in _goals(base)]
    goals.sort(key=lambda goal: KINDS.index(goal.kind))
    done = sum(goal.covered_by is not None for goal in goals)
    return Coverage(percent=100 * done // len(goals) if goals else 100, goals=tuple(goals))


def covered(case: Outcome) -> set[Mark]:
    """What one outcome covers.

    A rule that its scenario withdraws is neither fired nor withheld, and none of its conditions
    decides. Where facts are open, only what holds whatever they turn out to be is counted.
    """
    scenario = case.scenario
    found = {Mark("withheld", rule.id) for rule in scenario.base.rules}
    found -= {Mark("withheld", name) for name in scenario.withdrawn}
    for firing in case.graph.firings:
        if firing.rule.id not in scenario.withdrawn and firing.rule.strength >= HOLDS:
            bounds = [*links(firing, case.grades)]
            failing = [n for n, (_, high) in enumerate(bounds) if high < HOLDS]
            open_ = any(low < HOLDS <= high for low, high in bounds)
            if not failing:
                found.discard(Mark("withheld", firing.rule.id))
            if len(failing) == 1 and not open_:
                found.add(Mark("decisive", firing.rule.id, failing[0]))
            elif not failing and not open_:
                found.add(Mark("fired", firing.rule.id))
    given = (n for n in case.graph.advice_to(None) if case.grades.lower[n] >= HOLDS)
    return found | {Mark("reached", case.graph.instances[n].template) for n in given}


class RuleCondition(NamedTuple):
    """One condition of a rule."""

    says: str  # what it is, as in "premise 2 (shortage)"
    where: Location


def conditions(rule: Rule) -> list[RuleCondition]:
    """A rule's premises and counts as they are written, its exceptions, and `otherwise`."""
    found = []
    for number, premise in enumerate(rule.premises, 1):
        of = premise.of if isinstance(premise, AtLeast) else premise
        found.append(RuleCondition(f"premise {number} ({of.template})", of.where))
    for number, exception in enumerate(rule.exceptions, 1):
        found.append(RuleCondition(f"exception {number} ({exception.template})", exception.where))
    if rule.otherwise:
        found.append(RuleCondition("its 'otherwise'", rule.where))
    return found


def _goals(base: KnowledgeBase) -> Iterator[Goal]:
    for rule in base.rules:
        yield _goal(Mark("fired", rule.id), f"the rule {rule.id} fires", rule.where)
        yield _goal(Mark("withheld", rule.id), f"the rule {rule.id} does not fire", rule.where)
        for part, condition in enumerate(conditions(rule)):
            says = f"{condition.says} alone keeps the rule {rule.id} from firing"
            yield _goal(Mark("decisive", rule.id, part), says, condition.where)
    for template in base.templates.values():
        if template.advice:
            says = f"the advice {template.id} is given"
            yield _goal(Mark("reached", template.id), says, template.where)


def _goal(mark: Mark, says: str, where: Location) -> Goal:
    part = None if mark.part < 0 else mark.part + 1
    return Goal(kind=mark.kind, name=mark.name, part=part, says=says, where=where, covered_by=None)
