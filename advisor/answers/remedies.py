"""Turns a fact that does not hold into the single changes after which it would.

Nothing is guessed: every change is folded into the scenario and evaluated, over the part of the
graph that the fact rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from advisor.answers.spans import Spans
from advisor.model.changes import Changes, fold
from advisor.model.grades import HOLDS
from advisor.model.records import Instance, Pattern
from advisor.model.relations import closure
from advisor.model.scenarios import Fact, Scenario
from advisor.model.values import are_answered
from advisor.reasoning.cone import cone, parts
from advisor.reasoning.evaluate import Bounds, Outcome, evaluate, given_grades
from advisor.reasoning.evaluate import outcome as outcome_of
from advisor.reasoning.graph import JustificationGraph

RemedyVerb = Literal["assume", "deny"]


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    """A single change to the facts after which the fact holds; tried, not guessed."""

    do: RemedyVerb
    instance: str
    says: str


def turned_by(
    graph: JustificationGraph, fact: int, up: bool
) -> Iterator[tuple[RemedyVerb, Instance]]:
    """The changes of given facts that may strengthen a fact or, if not `up`, weaken it."""

    def below(turn: tuple[int, bool]) -> Iterator[tuple[int, bool]]:
        number, rising = turn
        for firing in (graph.firings[n] for n in graph.supports[number]):
            yield from ((one, rising == supports) for one, supports in firing.inputs())

    for number, rising in closure([(fact, up)], below):
        if graph.is_fact(number) and graph.template(number).id not in graph.base.derived:
            yield ("assume" if rising else "deny"), graph.instances[number]


def remedies(
    outcome: Outcome, target: Pattern, candidates: Iterable[tuple[RemedyVerb, Instance]]
) -> Iterator[Remedy]:
    """Those of the candidate changes after which what matches the target holds, each on its own.

    Nothing that matches may hold as it is. A change that leaves all given facts below the target
    as they are is passed over: it cannot make a difference.
    """
    order, spans = outcome.graph.base.order, Spans(outcome.scenario, target)
    wanted = {(do, one) for do, one in candidates if _can_be_told(outcome.scenario, spans, do, one)}
    tried = sorted(wanted, key=lambda one: (one[0], order(one[1])))
    graph = outcome.graph.extended([instance for _, instance in tried])
    facts = graph.matching(target, {})
    below = cone(graph, facts)
    components = parts(graph, below)
    unchanged = _within(below, given_grades(graph, outcome.scenario))
    for do, instance in tried:
        changed = _changed(outcome.scenario, do, instance)
        if changed is None:
            continue
        given = _within(below, given_grades(graph, changed))
        if given == unchanged:
            continue
        if graph.suiting(changed) is graph:
            grades = evaluate(graph, given, changed.withdrawn, components=components)
            held = any(grades.lower[fact] >= HOLDS for fact in facts)
        else:
            held = _holds(outcome_of(changed, graph), target)
        if held:
            says = spans.says(instance, holds=do == "assume")
            yield Remedy(do=do, instance=str(instance), says=says)


def _can_be_told(scenario: Scenario, spans: Spans, do: RemedyVerb, instance: Instance) -> bool:
    """Whether a change is one of somebody's to make, and means what it says.

    To deny one number or day of all those that it stands for leaves the others as they are.
    """
    base = scenario.base
    if instance in base.background or base.templates[instance.template].helper:
        return False
    return are_answered(instance.values) and (do == "assume" or not spans.made_up(instance))


def _holds(case: Outcome, target: Pattern) -> bool:
    """Whether anything that matches a target holds."""
    return any(case.grades.lower[fact] >= HOLDS for fact in case.graph.matching(target, {}))


def _within(below: Mapping[int, None], given: Mapping[int, Bounds]) -> dict[int, Bounds]:
    return {fact: bounds for fact, bounds in given.items() if fact in below}


def _changed(scenario: Scenario, do: RemedyVerb, instance: Instance) -> Scenario | None:
    """The scenario with a change made to it, if it can be made."""
    fact = Fact(
        instance=instance,
        standing="stated" if do == "assume" else "denied",
        origin="assumed",
        where=scenario.where,
    )
    changed, problems = fold(scenario, Changes(facts=(fact,)))
    return None if problems else changed
