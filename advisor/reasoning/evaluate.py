"""Grades of the given facts in, grades of all facts out: one pass over a justification graph.

Works on whatever the algebra works on: ints for one scenario, int8 arrays for many at once. A
fact has a lower and an upper grade; an exception leaves the opposite of the other bound
(an interval reading of stratified negation). Within a recursive component the least fixpoint.
"""

from __future__ import annotations

import functools
import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from advisor.model.changes import key_of, question_of
from advisor.model.grades import CERTAIN, HOLDS, INTS, NO_SUPPORT, Algebra, nth_largest
from advisor.model.records import AtLeast
from advisor.model.scenarios import Scenario
from advisor.reasoning.cone import parts
from advisor.reasoning.firings import Count, Firing
from advisor.reasoning.graph import Component, JustificationGraph

Bounds = tuple[Any, Any]  # lower and upper grade
_FEW: Final = 10  # one in so many facts: where no more are given otherwise, the rest stays


class Grades(NamedTuple):
    """The grades of every fact of a graph, by number."""

    lower: list[Any]
    upper: list[Any]  # the same list where nothing that is given has bounds apart
    round: list[int]  # in which the lower grade was reached; orders a recursive component
    upper_round: list[int]  # in which the upper grade was


def given_grades(graph: JustificationGraph, scenario: Scenario) -> dict[int, Bounds]:
    """The bounds that a scenario itself states, by number of fact."""
    given: dict[int, Bounds] = {
        graph.number[instance]: fact.bounds for instance, fact in scenario.facts.items()
    }
    if not scenario.complete:
        for fact in _unmentioned(graph, scenario):
            given.setdefault(fact, (NO_SUPPORT, CERTAIN))
    return given


def _unmentioned(graph: JustificationGraph, scenario: Scenario) -> Iterator[int]:
    """The possible askable facts that a scenario leaves open.

    Another value of a key that has one, or a group of alternatives, is not among them, nor another
    number or date than the one that was answered, nor what speaks of others' entities, nor what a
    file tells all of.
    """
    templates, base = graph.base.templates, scenario.base
    holding = [instance for instance, fact in scenario.facts.items() if fact.bounds[0] >= HOLDS]
    holding += [instance for group in scenario.groups for instance in group.alternatives]
    decided = {key_of(templates[instance.template], instance) for instance in holding}
    decided |= {
        question_of(templates[instance.template], instance)
        for instance, fact in scenario.facts.items()
        if fact.origin == "answered" and fact.standing == "stated"
    }
    for fact, asked in graph.askable(base).items():
        if decided.isdisjoint(asked):
            yield fact


def evaluate(
    graph: JustificationGraph,
    given: Mapping[int, Bounds],
    withdrawn: Collection[str] = (),
    algebra: Algebra = INTS,
    missing: int | None = None,
    components: Sequence[Component] | None = None,
    against: Grades | None = None,
) -> Grades:
    """The grades of all facts, from those of the given ones.

    `withdrawn` rules support nothing, and nothing supports the fact that is `missing`. Where
    `components` are named, in the graph's order, facts are derived in those alone; else in those
    that the given facts can lead to, as nothing else has any support. What speaks against a firing
    has its grades from `against`, where that is named.
    """
    apart = against is not None or any(not algebra.same(*bounds) for bounds in given.values())
    grades = _only_given(graph, given, missing, apart=apart)
    live = None
    if components is None:
        held = (n for n in given if n != missing and not _never(grades.upper[n]))
        live = graph.live(held)
        components = parts(graph, live)
    for component in components:
        due = {
            fact: [graph.firings[n] for n in _supports(graph, live, fact)]
            for fact in component.facts
            if fact != missing
        }
        _derive(component, due, grades, withdrawn, algebra, against)
    return grades


def revised(
    graph: JustificationGraph,
    before: Grades,
    given: Mapping[int, Bounds],
    withdrawn: Collection[str] = (),
    *,
    changed: Collection[int] = (),
    idle: Collection[int] = (),
) -> Grades:
    """The grades from other given ones than those `before`, derived anew only where that matters.

    Of the given facts only the `changed` have other bounds; firings of the `idle` numbers support
    nothing. From there on, what rests on a fact is derived anew where the fact's bounds changed.
    """
    grades = Grades(*map(list, before))
    raised = (fact for number in idle for fact in graph.firings[number].raises)
    due = sorted({graph.component_of[fact] for fact in (*changed, *raised)})  # a heap
    waiting = set(due)
    while due:
        number = heapq.heappop(due)
        component = graph.components[number]
        for fact in component.facts:
            grades.lower[fact], grades.upper[fact] = given.get(fact, (NO_SUPPORT, NO_SUPPORT))
            grades.round[fact] = grades.upper_round[fact] = 0
        firings = {
            fact: [graph.firings[n] for n in graph.supports[fact] if n not in idle]
            for fact in component.facts
        }
        _derive(component, firings, grades, withdrawn, INTS, None)
        for fact in component.facts:
            if (before.lower[fact], before.upper[fact]) != (grades.lower[fact], grades.upper[fact]):
                onward = {graph.component_of[one] for one in graph.resting.get(fact, ())}
                for then in onward - waiting:
                    heapq.heappush(due, then)
                waiting |= onward | {number}
    return grades


def _derive(
    component: Component,
    due: dict[int, list[Firing]],
    grades: Grades,
    withdrawn: Collection[str],
    algebra: Algebra,
    against: Grades | None,
) -> None:
    """Settle the facts of a component by these firings for each."""
    if component.recursive:
        _fixpoint(due, grades, withdrawn, algebra, against)
        return
    for fact, firings in due.items():
        settled = _settled(fact, firings, grades, withdrawn, algebra, against)
        grades.lower[fact], grades.upper[fact] = settled


def _only_given(
    graph: JustificationGraph, given: Mapping[int, Bounds], missing: int | None, *, apart: bool
) -> Grades:
    """The grades of the given facts, and no support for any other."""
    size = graph.size
    lower = [NO_SUPPORT] * size
    grades = Grades(lower, [NO_SUPPORT] * size if apart else lower, [0] * size, [0] * size)
    for fact, (lower, upper) in given.items():
        if fact != missing:
            grades.lower[fact], grades.upper[fact] = lower, upper
    return grades


def _never(grade: Any) -> bool:
    """Whether a grade is no support, whatever comes."""
    return isinstance(grade, int) and grade == NO_SUPPORT


def _supports(
    graph: JustificationGraph, live: Mapping[int, Sequence[int]] | None, fact: int
) -> Sequence[int]:
    """The firings that can support a fact: of all those, if it is known, that are live."""
    return graph.supports[fact] if live is None else live.get(fact, ())


def _settled(
    fact: int,
    firings: Iterable[Firing],
    grades: Grades,
    withdrawn: Collection[str],
    algebra: Algebra,
    against: Grades | None,
) -> Bounds:
    """The best of a fact's own grade and of some firings for it, from the grades as they are."""
    lower, upper, one = grades.lower[fact], grades.upper[fact], grades.lower is grades.upper
    for firing in firings:
        if firing.rule.id not in withdrawn:
            low, high = firing_grade(firing, grades, algebra, against)
            lower = algebra.join(lower, low)
            upper = lower if one else algebra.join(upper, high)
            if algebra is INTS and lower == CERTAIN:
                break
    return lower, upper


def _fixpoint(
    due: dict[int, list[Firing]],
    grades: Grades,
    withdrawn: Collection[str],
    algebra: Algebra,
    against: Grades | None,
) -> None:
    """Settle a component round by round, each round from the grades of the one before.

    Only firings of which a premise changed in the round before are looked at (semi-naive
    evaluation: Bancilhon 1986): grades only rise, so the others give what they gave. Ends after at
    most as many rounds as there are facts: a best derivation never needs the same fact twice on
    one path.
    """
    users = users_of(due)
    for number in range(1, len(due) + 2):
        settled = {
            fact: _settled(fact, firings, grades, withdrawn, algebra, against)
            for fact, firings in due.items()
        }
        changed: dict[int, None] = {}
        for fact, (lower, upper) in settled.items():
            if not algebra.same(lower, grades.lower[fact]):
                grades.round[fact] = number
                changed[fact] = None
            if not algebra.same(upper, grades.upper[fact]):
                grades.upper_round[fact] = number
                changed[fact] = None
            grades.lower[fact], grades.upper[fact] = lower, upper
        if not changed:
            return
        due = {}
        for moved in changed:
            for fact, firing in users[moved]:
                due.setdefault(fact, []).append(firing)


def users_of(supports: Mapping[int, Sequence[Firing]]) -> dict[int, list[tuple[int, Firing]]]:
    """For each fact of a component, what rests on it there, and by which firing."""
    found: dict[int, list[tuple[int, Firing]]] = {fact: [] for fact in supports}
    for fact, firings in supports.items():
        for firing in firings:
            for premise in dict.fromkeys(firing.premises):
                if premise in found:
                    found[premise].append((fact, firing))
    return found


def firing_grade(
    firing: Firing, grades: Grades, algebra: Algebra = INTS, against: Grades | None = None
) -> Bounds:
    """A firing's lower and upper grade: its weakest link.

    What speaks against it has its grades from `against`, where that is named.
    """
    contrary = against or grades
    low = _weakest(firing, grades.lower, contrary.upper, algebra)
    if grades.lower is grades.upper:
        return low, low
    return low, _weakest(firing, grades.upper, contrary.lower, algebra)


def _weakest(firing: Firing, side: Sequence[Any], contrary: Sequence[Any], algebra: Algebra) -> Any:
    """A firing's grade, by the facts' grades of one side, and of the other where they block it."""
    meet, weakest = algebra.meet, firing.rule.strength
    for fact in firing.premises:
        weakest = meet(weakest, side[fact])
    for count in firing.counts:
        weakest = meet(weakest, _counted(count, side, algebra))
    for facts in firing.blockers:
        weakest = meet(weakest, algebra.opposite(_best(facts, contrary, algebra)))
    return weakest


def links(firing: Firing, grades: Grades, algebra: Algebra = INTS) -> Iterator[Bounds]:
    """What each condition of a firing comes to: premises as the rule has them, then blockers."""
    facts, counts = iter(firing.premises), iter(firing.counts)
    for premise in firing.rule.premises:
        if isinstance(premise, AtLeast):
            yield count_grade(next(counts), grades, algebra)
        else:
            fact = next(facts)
            yield grades.lower[fact], grades.upper[fact]
    for blocking in firing.blockers:
        low, high = strongest(blocking, grades, algebra)
        yield algebra.opposite(high), algebra.opposite(low)


def count_grade(count: Count, grades: Grades, algebra: Algebra = INTS) -> Bounds:
    """How far at least so many of the facts hold."""
    return _counted(count, grades.lower, algebra), _counted(count, grades.upper, algebra)


def _counted(count: Count, side: Sequence[Any], algebra: Algebra) -> Any:
    each = [side[fact] for fact in count.facts]
    if count.least != len(each):
        return nth_largest(algebra, each, count.least)
    return min(each) if algebra is INTS else functools.reduce(algebra.meet, each)


def strongest(facts: Collection[int], grades: Grades, algebra: Algebra = INTS) -> Bounds:
    """The strongest of the facts; no support if there is none."""
    return _best(facts, grades.lower, algebra), _best(facts, grades.upper, algebra)


def _best(facts: Iterable[int], side: Sequence[Any], algebra: Algebra) -> Any:
    each = [side[fact] for fact in facts]
    if algebra is INTS:
        return max(each, default=NO_SUPPORT)
    return functools.reduce(algebra.join, each, NO_SUPPORT)


def standing(low: int, high: int) -> Literal["given", "open", "withheld"]:
    """What the bounds of a piece of advice make of it: given, open or withheld."""
    return "given" if low >= HOLDS else "open" if high >= HOLDS else "withheld"


class _Evaluated(NamedTuple):
    """The fields of an outcome."""

    scenario: Scenario
    graph: JustificationGraph
    grades: Grades


class Outcome(_Evaluated):
    """A scenario with its graph and the grades of everything in it: what every view reads."""

    @functools.cached_property
    def worked_out(self) -> dict[object, Any]:
        """What views have worked out of it so far, each by a key of its own: never anew."""
        return {}

    @functools.cached_property
    def given(self) -> Mapping[int, Bounds]:
        """The bounds that the scenario itself states, by number of fact."""
        return given_grades(self.graph, self.scenario)

    def bounds(self, fact: int) -> tuple[int, int]:
        """A fact's lower and upper grade."""
        return self.grades.lower[fact], self.grades.upper[fact]


def side_by_side(case: Outcome, scenario: Scenario) -> tuple[Outcome, Outcome]:
    """A case and another scenario, over one graph that suits them both."""
    graph = case.graph.suiting(scenario)
    before = case if graph is case.graph else outcome(case.scenario, graph)
    return before, amended(before, scenario, graph)


def amended(case: Outcome, scenario: Scenario, graph: JustificationGraph) -> Outcome:
    """The outcome of a scenario, derived anew only where it differs from the case.

    All anew where the case is over another graph, or too much differs.
    """
    same = graph.suiting(scenario) is case.graph and scenario.withdrawn == case.scenario.withdrawn
    given = given_grades(graph, scenario) if same else {}
    changed = [one for one in case.given.keys() | given if case.given.get(one) != given.get(one)]
    if not same or _FEW * len(changed) > graph.size:
        return outcome(scenario, graph)
    grades = revised(graph, case.grades, given, scenario.withdrawn, changed=changed)
    return Outcome(scenario, graph, grades)


def outcome(scenario: Scenario, graph: JustificationGraph) -> Outcome:
    """The scenario evaluated over a graph that holds its facts, or one made for it from that."""
    graph = graph.suiting(scenario)
    given = given_grades(graph, scenario)
    return Outcome(scenario, graph, evaluate(graph, given, scenario.withdrawn))
