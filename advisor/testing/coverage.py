"""Turns outcomes into coverage: which of a base's goals its scenarios reach, and what they leave.

A scenario covers what its expectations can speak of: nothing if it expects nothing, and of advice
that to the clients about whom it expects something.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

import msgspec

from advisor.model.authored import rules_named
from advisor.model.grades import HOLDS
from advisor.model.records import Entity, Instance, KnowledgeBase, Pattern
from advisor.model.scenarios import Scenario
from advisor.model.values import Value
from advisor.reasoning.evaluate import Outcome, links
from advisor.reasoning.firings import Firing
from advisor.reasoning.unification import matches
from advisor.testing.advised import client_named
from advisor.testing.goals import (
    KINDS,
    CoverageGoal,
    Mark,
    MarkKind,
    caveat_premise,
    client_goal,
    conditions,
    goals,
    is_beside,
    is_ordered,
)
from advisor.testing.sides import Loosened, TestedComparison


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a base some scenarios put to the test."""

    percent: int  # the share of goals that are covered, never rounded up; 100 if there are none
    goals: tuple[CoverageGoal, ...]  # by kind, then in order of rule or template
    silent: tuple[str, ...] = ()  # the scenarios that expect nothing, and so cover nothing
    unsearched: tuple[str, ...] = ()  # rules, by id, with more to compare than was looked at

    def of(self, *kinds: MarkKind) -> list[CoverageGoal]:
        """The goals of some kinds; of all, if none is named."""
        return [goal for goal in self.goals if goal.kind in (kinds or KINDS)]

    @property
    def uncovered(self) -> list[CoverageGoal]:
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


def coverage(base: KnowledgeBase, outcomes: Iterable[Outcome]) -> Coverage:
    """What of a base some outcomes cover: one pass over the recorded firings of each."""
    first: dict[Mark, str] = {}
    clients: dict[str, Entity] = {}
    loosened = Loosened(base)
    silent: dict[str, None] = {}
    tabled, left = set(), set()
    for case in outcomes:
        entities = case.scenario.base.entities
        for client in sorted(_Marks(case, loosened, None).clients()):
            clients.setdefault(client, entities[client])
        for mark in covered(case, loosened):
            first.setdefault(mark, case.scenario.name)
        left |= {rule.id for rule in loosened.put(case).left}
        if case.scenario.is_case:
            tabled.add(case.scenario.extends)
        if not case.scenario.expectations:
            silent[case.scenario.name] = None
    found = [
        msgspec.structs.replace(goal, covered_by=first.get(goal.mark))
        for goal in (*goals(base), *map(client_goal, clients.values()))
    ]
    found.sort(key=lambda goal: KINDS.index(goal.kind))
    done = sum(goal.covered_by is not None for goal in found)
    open_ = {goal.name for goal in found if goal.covered_by is None}
    return Coverage(
        percent=100 * done // len(found) if found else 100,
        goals=tuple(found),
        silent=tuple(name for name in silent if name not in tabled),
        unsearched=tuple(sorted(left & open_)),
    )


def covered(case: Outcome, loosened: Loosened | None = None) -> set[Mark]:
    """What of an outcome its expectations can speak of; nothing if it has none."""
    if not case.scenario.expectations:
        return set()
    return _Marks(case, loosened, Spoken.of(case.scenario)).all()


def exercised(case: Outcome, loosened: Loosened | None = None) -> set[Mark]:
    """What one outcome would cover if it expected something about everybody.

    A rule that its scenario withdraws is neither fired nor withheld, and none of its conditions
    decides. Where facts are open, only what holds whatever they turn out to be is counted.
    """
    return _Marks(case, loosened, None).all()


class Spoken(NamedTuple):
    """What the expectations of a scenario speak of."""

    clients: frozenset[Value]
    rules: frozenset[str]  # those that are expected to fire

    @classmethod
    def of(cls, scenario: Scenario) -> Spoken:
        """The clients and rules that are named, a scenario's own client where none is."""
        known = [rule.id for rule in scenario.base.rules]
        named = (rules_named(known, e.what) for e in scenario.expectations if e.kind == "rules")
        rules = {rule for some in named for rule in some}
        clients = {
            client_named(e.what, scenario.base) or scenario.client
            for e in scenario.expectations
            if e.kind != "rules"
        }
        return cls(frozenset(filter(None, clients)), frozenset(rules))

    def has(self, rule: str, clients: Collection[Value]) -> bool:
        """Whether what a rule says to some clients is spoken of; what advises nobody always is."""
        return rule in self.rules or not clients or not self.clients.isdisjoint(clients)


class _Shown(NamedTuple):
    """What a firing shows, of which rule, to those whom it advises."""

    marks: frozenset[Mark]
    rule: str
    clients: frozenset[Value]


class _Marks:
    """What an outcome covers, as far as it is spoken of; all of it, if nothing is named."""

    def __init__(self, case: Outcome, loosened: Loosened | None, spoken: Spoken | None) -> None:
        self.case = case
        self.scenario = case.scenario
        self.base = case.scenario.base
        self.spoken = spoken
        self.loosened = loosened or Loosened(self.base)

    def all(self) -> set[Mark]:
        """Every mark."""
        return {*self._of_rules(), *self._of_comparisons(), *self._of_advice(), *self._sparing()}

    def _of_rules(self) -> set[Mark]:
        key = "what rules show"
        if key not in self.case.worked_out:
            self.case.worked_out[key] = self._shown()
        withheld, shown = self.case.worked_out[key]
        spoken = (one.marks for one in shown if self._speaks(one.rule, one.clients))
        return withheld.union(*spoken)  # type: ignore[no-any-return]

    def _shown(self) -> tuple[set[Mark], list[_Shown]]:
        """The rules that are withheld, and what the firings show whose bounds are all closed.

        Of a firing that lacks two premises or more nothing is shown.
        """
        withheld = {*self.loosened.withheld}
        withheld -= {Mark("withheld", name) for name in self.scenario.withdrawn}
        graph, upper, shown = self.case.graph, self.case.grades.upper, dict[_Shown, None]()
        holding = {fact for fact in graph.number.values() if upper[fact] >= HOLDS}
        alike = set[object]()  # the rules whose only premise is seen to be missing, and for whom
        for number in graph.lacking_one(holding):
            firing, clients = graph.firings[number], self._addressed(number)
            rule = firing.rule
            missing = len(firing.premises) == 1 and firing.premises[0] not in holding
            if missing and (rule.id, clients) in alike:
                continue
            if rule.id not in self.scenario.withdrawn and rule.strength >= HOLDS:
                bounds = [*links(firing, self.case.grades)]
                failing = [n for n, (_, high) in enumerate(bounds) if high < HOLDS]
                if not failing:
                    withheld.discard(Mark("withheld", rule.id))
                if len(failing) > 1 or any(low < HOLDS <= high for low, high in bounds):
                    continue
                decisive = {Mark("decisive", rule.id, part) for part in failing}
                marks = frozenset(decisive or self._fired(firing))
                shown[_Shown(marks, rule.id, clients)] = None
                alike |= {(rule.id, clients)} if missing else set()
        return withheld, list(shown)

    def _fired(self, firing: Firing) -> set[Mark]:
        rule = firing.rule
        found = {Mark("fired", rule.id)}
        if caveat_premise(self.base, rule) is not None:
            found.add(Mark("qualifying", rule.id))
        concluded = (self.case.graph.template(fact) for fact in firing.conclusions)
        if any(template.advice for template in concluded):
            held = [self._held(client) for client in self._clients(firing)]
            for name in (*rule.advances, *rule.strains):
                if any(names is None or name in names for names in held):
                    found |= {Mark("advanced", name)} if name in rule.advances else set()
                    found |= {Mark("strained", name)} if name in rule.strains else set()
        return found

    def _held(self, client: Value) -> set[str] | None:
        """The interests that a client holds; None, as all count, if the scenario names none."""
        held = self.scenario.interests.get(str(client), ())
        return {holding.interest for holding in held} or None

    def _of_comparisons(self) -> Iterator[Mark]:
        for put in self.loosened.put(self.case).found:
            if put.passes and self._speaks(put.rule.id, self._clients(put.firing, put.concludes)):
                yield from _marks_of(put)

    def _of_advice(self) -> Iterator[Mark]:
        for fact in self._given():
            instance = self.case.graph.instances[fact]
            yield Mark("reached", instance.template)
        for client in self.clients():
            yield Mark("advised", client)

    def clients(self) -> set[str]:
        """Those to whom advice is given, of those who are spoken of."""
        return {str(self._client(self.case.graph.instances[fact])) for fact in self._given()}

    def _given(self) -> list[int]:
        """The advice that is given to those who are spoken of."""
        graph, lower = self.case.graph, self.case.grades.lower
        given = (n for n in graph.advice_to(None) if lower[n] >= HOLDS)
        return [
            n
            for n in given
            if self.spoken is None or self._client(graph.instances[n]) in self.spoken.clients
        ]

    def _client(self, advice: Instance) -> Value:
        return self.base.templates[advice.template].slot_values(advice)["client"]

    def _clients(self, firing: Firing, concludes: Iterable[Instance] = ()) -> set[Value]:
        """Whom a firing advises, or whose advice it qualifies."""
        instances = self.case.graph.instances
        about = [*concludes, *(instances[fact] for fact in firing.conclusions)]
        templates = self.base.templates
        if any(templates[each.template].caveat for each in about):
            about += [instances[fact] for fact in firing.premises]
        return {self._client(each) for each in about if templates[each.template].advice}

    def _addressed(self, firing: int) -> frozenset[Value]:
        """Whom a recorded firing advises, or whose advice it qualifies."""
        found = self.loosened.addressed.setdefault(self.case.graph, {})
        if firing not in found:
            found[firing] = frozenset(self._clients(self.case.graph.firings[firing]))
        return found[firing]

    def _speaks(self, rule: str, clients: Collection[Value]) -> bool:
        return self.spoken is None or self.spoken.has(rule, clients)

    def _sparing(self) -> Iterator[Mark]:
        """The rules for caveats without which advice is given that they could qualify."""
        graph = self.case.graph
        given = [(n, graph.instances[n]) for n in self._given()]
        advised = {one.template for _, one in given}
        for rule, about in self.loosened.qualifying.items():
            if rule in self.scenario.withdrawn or advised.isdisjoint(p.template for p in about):
                continue
            firings = (graph.firings[n] for n in graph.of_rule.get(rule, ()))
            carrying = {
                fact
                for firing in firings
                if all(high >= HOLDS for _, high in links(firing, self.case.grades))
                for fact in firing.premises
            }
            if any(
                n not in carrying and p.template == one.template and self._fits(p, one)
                for n, one in given
                for p in about
            ):
                yield Mark("sparing", rule)

    def _fits(self, pattern: Pattern, advice: Instance) -> bool:
        """Whether a rule for a caveat could be about a piece of advice."""
        return matches(self.base.templates[advice.template], pattern.terms, advice.values, {})


def _marks_of(put: TestedComparison) -> Iterator[Mark]:
    """What a comparison shows by what it was put to."""
    part = len(conditions(put.rule)) + put.place
    if not put.holds:
        yield Mark("decisive", put.rule.id, part)
    if is_ordered(put.test) and put.sides[0] == put.sides[1]:
        yield Mark("bound", put.rule.id, part)
    elif is_ordered(put.test) and is_beside(put.test, put.sides):
        yield Mark("beside", put.rule.id, part)
