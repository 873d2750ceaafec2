"""Turns the cone of a piece of advice into what can be changed in it, and what that takes.

Given facts are set alone, or with those of their key or their `one-of` group. The two cuts of the
answer sets give every given fact three classes, below 4, at 4, and above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor.answers.flips import FlipGoal
from advisor.model.changes import Changes, fold, key_of
from advisor.model.errors import Problem
from advisor.model.grades import CERTAIN, CUTS, HOLDS, NO_SUPPORT, opposite_cut
from advisor.model.records import Instance, KnowledgeBase, Pattern, Template
from advisor.model.relations import closure, components
from advisor.model.scenarios import Fact, Scenario
from advisor.model.values import are_answered
from advisor.reasoning.askable import beside
from advisor.reasoning.cone import cone
from advisor.reasoning.evaluate import Bounds, Outcome, given_grades
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.orders import Orders
from advisor.reasoning.seen import ORDERED

_REACHED: Final = tuple(sum(grade >= cut for cut in CUTS) for grade in range(CERTAIN + 1))
# The mildest grade of each class: below the first cut, at it, and from the second up.
_MILDEST: Final = (HOLDS - 1, HOLDS, HOLDS + 1)


class UnitSetting(NamedTuple):
    """A way to set a unit: a grade for one member, and what this makes of all of them."""

    fact: int
    grade: int
    effect: tuple[Bounds, ...]  # of each member
    cost: int  # how far that is from what was


class Unit(NamedTuple):
    """What is set together: a given fact, or the facts of a key or a `one-of` group.

    One change sets it, or, of a key none of whose values is to hold, one for each value denied.
    """

    members: tuple[int, ...]
    options: tuple[UnitSetting, ...]
    low: tuple[UnitSetting, ...] = ()  # each makes one value of a key less likely than not
    left: tuple[Bounds, ...] = ()  # of each value, where that is done to others

    def settings(self) -> tuple[UnitSetting, ...]:
        """All ways to set one of its members."""
        return (*self.options, *self.low)


Needed = Mapping[int, frozenset[tuple[int, int]]]  # of each fact, bounds (0: lower) with cuts


def _needed(graph: JustificationGraph, targets: Sequence[int], to: FlipGoal) -> Needed:
    """What of each fact may decide whether the targets stand as wanted."""

    def below(decided: tuple[int, int, int]) -> Iterator[tuple[int, int, int]]:
        fact, bound, cut = decided
        for number in graph.supports[fact]:
            for one, speaks_for in graph.firings[number].inputs():
                yield (one, bound, cut) if speaks_for else (one, 1 - bound, opposite_cut(cut))

    start = [(fact, int(to == "withheld"), HOLDS) for fact in targets]
    needed: dict[int, set[tuple[int, int]]] = {}
    for fact, bound, cut in closure(start, below):
        needed.setdefault(fact, set()).add((bound, cut))
    return {fact: frozenset(pairs) for fact, pairs in needed.items()}


Others = Mapping[int, Instance]  # for an open fact, another that it stands for too


def _others(
    case: Outcome, below: Sequence[int], given: Mapping[int, Bounds], asked: Pattern | None
) -> Others:
    """The open numbers and dates that stand for more of the line, each with another one there.

    Whatever is said of such a fact leaves the other one as open as it was.
    """
    scenario, graph = case.scenario, case.graph
    open_ = [
        fact
        for fact in below
        if fact in given and graph.is_fact(fact) and graph.instances[fact] not in scenario.facts
    ]
    if not any(slot.kind in ORDERED for n in open_ for slot in graph.template(n).slots.values()):
        return {}
    orders = Orders(scenario.base, scenario.facts, asked, graph.instances)
    found = {
        fact: beside(orders, graph.instances[fact], range(len(graph.instances[fact].values)))
        for fact in open_
    }
    return {fact: other for fact, other in found.items() if other is not None}


class Search(NamedTuple):
    """What a flip is sought in: the cone of some targets."""

    case: Outcome
    below: list[int]  # the facts of the cone
    given: Mapping[int, Bounds]
    only: Sequence[str]  # templates whose facts may change; none: all
    needed: Needed
    others: Others

    def now(self, members: Iterable[int]) -> list[Bounds]:
        """What is given of some facts."""
        return [self.given.get(fact, (NO_SUPPORT, NO_SUPPORT)) for fact in members]

    def may_change(self, fact: int) -> bool:
        """Whether a fact is answered and no background, and its template among those named."""
        instance = self.case.graph.instances[fact]
        said = self.case.scenario.facts.get(instance)
        if said is not None and said.origin == "background":
            return False
        answered = are_answered(instance.values)
        return answered and (not self.only or instance.template in self.only)


def search(
    case: Outcome, targets: Sequence[int], to: FlipGoal, only: Sequence[str], asked: Pattern | None
) -> Search:
    """Where to look for what makes targets stand otherwise."""
    given = given_grades(case.graph, case.scenario)
    below = sorted(cone(case.graph, targets))
    needed = _needed(case.graph, targets, to)
    return Search(case, below, given, only, needed, _others(case, below, given, asked))


def units(within: Search) -> list[Unit]:
    """What can be changed, by setting facts of some templates only, if any are named."""
    bundles = _bundles(within.case, within.below)
    return [_apart(within, Unit(bundle, tuple(_options(within, bundle)))) for bundle in bundles]


def _apart(within: Search, unit: Unit) -> Unit:
    """The unit, and if it is a key's, the values that can be made less likely than not, each alone.

    What was said to hold is then left open, unless it is denied as well.
    """
    first, *rest = unit.members
    if not rest or not _grouped(within.case).isdisjoint(unit.members):
        return unit
    unlikely = HOLDS - 1
    near = _of(within.case, unit.members)
    after = [_given_after(near, one, unlikely) for one in (first, rest[0])]
    left = [
        (after[member == first] or {}).get(member, (NO_SUPPORT, NO_SUPPORT))
        for member in unit.members
    ]
    now = within.now(unit.members)
    low = []
    for place, fact in enumerate(unit.members):
        needed = within.needed.get(fact, ())
        turning = any(bound and left[place][1] >= cut for bound, cut in needed)
        if turning and within.may_change(fact) and fact not in within.others:
            effect = (*left[:place], (unlikely, unlikely), *left[place + 1 :])
            low.append(UnitSetting(fact, unlikely, effect, _cost(now, effect, unlikely)))
    holding = tuple(option for option in unit.options if option.grade >= HOLDS)
    if len(low) < 2:
        return Unit(unit.members, (*holding, *low))
    return Unit(unit.members, holding, tuple(low), tuple(left))


def _bundles(case: Outcome, below: Sequence[int]) -> list[tuple[int, ...]]:
    """The given facts of a cone, those of one key or of one group together."""
    graph, base = case.graph, case.scenario.base
    near: dict[int, list[int]] = {
        fact: []
        for fact in below
        if graph.is_fact(fact) and _is_given(base.templates[graph.instances[fact].template], base)
    }
    for group in (*case.scenario.groups, *case.scenario.decided):
        members = [graph.number[one] for one in (*group.alternatives, *group.ruled_out)]
        if not near.keys().isdisjoint(members):
            for fact in members:
                near.setdefault(fact, []).extend(members)
    of_key: dict[object, list[int]] = {}
    for fact in near:
        instance = graph.instances[fact]
        key = key_of(base.templates[instance.template], instance)
        if key is not None:
            of_key.setdefault(key, []).append(fact)
    for rivals in of_key.values():
        for fact in rivals:
            near[fact] += rivals
    return sorted(tuple(sorted(members)) for members in components(near))


def _is_given(template: Template, base: KnowledgeBase) -> bool:
    return not (template.id in base.derived or template.advice or template.caveat)


def _options(within: Search, members: tuple[int, ...]) -> Iterator[UnitSetting]:
    """Ways to set a unit that may matter: an alternative of a group certain, or one member in
    another class; of grades that come to the same, the one nearest to what is."""
    now = within.now(members)
    seen = {_classes(now)}
    grouped, near = _grouped(within.case), _of(within.case, members)
    said_first = sorted(members, key=lambda fact: within.given.get(fact, (0, 0))[1] < HOLDS)
    for fact in filter(within.may_change, said_first):
        nearest: dict[object, UnitSetting] = {}
        for grade in _grades(within.case, fact, fact in grouped):
            effect = _effect(within, near, members, fact, grade)
            if effect is None:
                continue
            option = UnitSetting(fact, grade, effect, _cost(now, effect, grade))
            telling = _telling(members, effect, within.needed)
            if _classes(effect) not in seen and telling != _telling(members, now, within.needed):
                other = nearest.setdefault(telling, option)
                nearest[telling] = min(other, option, key=lambda one: one.cost)
            seen.add(_classes(effect))
        yield from nearest.values()


def _grades(case: Outcome, fact: int, grouped: bool) -> tuple[int, ...]:
    """The grades to try; of a value of which one always holds, less leaves the others open."""
    if grouped:
        return (CERTAIN,)
    return (*_MILDEST, CERTAIN) if case.graph.template(fact).exactly else _MILDEST


def _grouped(case: Outcome) -> set[int]:
    """The facts that are or were alternatives of a `one-of` group."""
    groups = (*case.scenario.groups, *case.scenario.decided)
    named = (instance for group in groups for instance in (*group.alternatives, *group.ruled_out))
    return {case.graph.number[instance] for instance in named}


def _of(case: Outcome, members: Sequence[int]) -> Outcome:
    """The case as far as it says anything of a unit: a change reaches no further than that."""
    own = [case.graph.instances[fact] for fact in members]
    said, there = case.scenario.facts, {*own}
    groups, decided = (
        tuple(group for group in listed if there & {*group.alternatives, *group.ruled_out})
        for listed in (case.scenario.groups, case.scenario.decided)
    )
    facts = {instance: said[instance] for instance in own if instance in said}
    near = msgspec.structs.replace(case.scenario, facts=facts, groups=groups, decided=decided)
    return case._replace(scenario=near)


def _given_after(case: Outcome, fact: int, grade: int) -> dict[int, Bounds] | None:
    """What is given after one change; None if nobody may make it."""
    world, problems = changed(case, [(fact, grade)])
    return None if problems else given_grades(case.graph, world)


def _effect(
    within: Search, near: Outcome, members: tuple[int, ...], fact: int, grade: int
) -> tuple[Bounds, ...] | None:
    """What setting one member makes of each, and of what it stands for; None if nobody may."""
    upper = grade
    if fact in within.others and (grade < HOLDS or within.case.graph.template(fact).key is None):
        upper = CERTAIN
    if members == (fact,):
        return ((grade, upper),)
    given = _given_after(near, fact, grade)
    if given is None:
        return None
    given[fact] = grade, upper
    return tuple(given.get(member, (NO_SUPPORT, NO_SUPPORT)) for member in members)


def _cost(before: Sequence[Bounds], after: Sequence[Bounds], grade: int) -> int:
    """How far a change goes: the cuts that are crossed, then how far it ends from the middle."""
    both = zip(_classes(before), _classes(after), strict=True)
    crossed = sum(abs(low - new) + abs(high - other) for (low, high), (new, other) in both)
    return 2 * crossed + (grade != HOLDS)


def _classes(bounds: Sequence[Bounds]) -> tuple[tuple[int, int], ...]:
    """How many cuts the bounds of some facts reach."""
    return tuple((_REACHED[lower], _REACHED[upper]) for lower, upper in bounds)


def _telling(
    members: Sequence[int], bounds: Sequence[Bounds], needed: Needed
) -> tuple[frozenset[tuple[int, int]], ...]:
    """Which of the cuts needed the bounds of some facts reach."""
    return tuple(
        frozenset((bound, cut) for bound, cut in needed.get(fact, ()) if each[bound] >= cut)
        for fact, each in zip(members, bounds, strict=True)
    )


def changed(case: Outcome, grades: Sequence[tuple[int, int]]) -> tuple[Scenario, list[Problem]]:
    """The scenario with some of its given facts set to other grades, and why that cannot be."""
    facts = [
        Fact(
            instance=case.graph.instances[fact],
            standing="stated",
            grade=grade,
            origin="assumed",
            where=case.scenario.where,
        )
        for fact, grade in grades
    ]
    return fold(case.scenario, Changes(facts=tuple(facts)))
