"""Turns a question into why it is asked: the rules from what is asked up to a piece of advice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import msgspec

from advisor.model import english
from advisor.model.grades import HOLDS
from advisor.reasoning.evaluate import Outcome, count_grade, firing_grade, strongest
from advisor.reasoning.firings import Firing


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One rule on the way from a question to advice, its conditions as they stand."""

    rule: str
    title: str
    known: tuple[str, ...]  # clauses that hold
    asked: str  # the clause that the question, or the rule before, is about
    against: bool  # whether that would stand against the conclusion
    open: tuple[str, ...]  # other clauses that it takes, and that are open
    unless: tuple[str, ...]  # clauses that would stand against it, and that are open
    concludes: str
    advice: bool  # whether the conclusion is advice itself
    caveat: bool


class _Step(NamedTuple):
    """A firing on the way up, the fact below it and the one that it concludes."""

    firing: Firing
    below: int
    above: int


def reasons(case: Outcome, facts: Collection[int], advice: int) -> list[Reason]:
    """The rules from one of the facts up to a piece of advice or, if none lead there, to a caveat.

    The shortest way, over rules that can still apply; empty if there is none.
    """
    below = set(facts)
    caveats = [caveat for caveat, _ in case.graph.caveats.get(advice, ())]
    way = _way(case, below, [advice]) or _way(case, below, caveats)
    return [_reason(case, step, name) for step, name in _named(case, way)]


def _named(case: Outcome, steps: Iterable[_Step]) -> Iterator[tuple[_Step, _Step]]:
    """Each step, and what is below and above it by name: of other advice, the piece it is."""
    below = None
    for step in steps:
        above = case.graph.named(step.above, step.firing)[0]
        yield step, _Step(step.firing, step.below if below is None else below, above)
        below = above


def _way(case: Outcome, facts: Collection[int], goals: Iterable[int]) -> list[_Step]:
    """The shortest way from the facts to one of the goals, breadth first from above."""
    graph = case.graph
    above: dict[int, _Step | None] = dict.fromkeys(goals)
    queue = list(above)
    for fact in queue:
        if fact in facts:
            return _climbed(above, fact)
        for number in graph.supports[fact]:
            firing = graph.firings[number]
            if not _possible(case, firing):
                continue
            for below in _rests_on(firing):
                if below not in above:
                    above[below] = _Step(firing, below, fact)
                    queue.append(below)
    return []


def _climbed(above: dict[int, _Step | None], fact: int) -> list[_Step]:
    found = []
    step = above[fact]
    while step is not None:
        found.append(step)
        step = above[step.above]
    return found


def _possible(case: Outcome, firing: Firing) -> bool:
    live = firing.rule.id not in case.scenario.withdrawn
    return bool(live and firing_grade(firing, case.grades)[1] >= HOLDS)


def _rests_on(firing: Firing) -> Iterator[int]:
    yield from firing.premises
    for count in firing.counts:
        yield from count.facts
    for facts in firing.blockers:
        yield from facts


def _reason(case: Outcome, step: _Step, named: _Step) -> Reason:
    base, firing = case.scenario.base, step.firing
    known: list[str] = []
    unsure: list[str] = []
    for fact in firing.premises:
        if fact != step.below:
            low, _ = case.bounds(fact)
            (known if low >= HOLDS else unsure).append(_says(case, fact))
    for premise, count in zip(firing.rule.counts(), firing.counts, strict=False):
        low, _ = count_grade(count, case.grades)
        clause = english.pattern(base, premise.of, firing.bindings)
        clause = f"in at least {premise.count} cases {clause}"
        (known if low >= HOLDS else unsure).append(clause)
    against = [group for group in firing.blockers if step.below in group]
    template = case.graph.template(named.above)
    return Reason(
        rule=firing.rule.id,
        title=firing.rule.title,
        known=tuple(dict.fromkeys(known)),
        asked=_says(case, named.below),
        against=bool(against),
        open=tuple(dict.fromkeys(unsure)),
        unless=tuple(dict.fromkeys(_unless(case, firing, step.below))),
        concludes=english.says(case.scenario.base, case.graph.instances[named.above]),
        advice=template.advice,
        caveat=template.caveat,
    )


def _unless(case: Outcome, firing: Firing, below: int) -> Iterator[str]:
    """What could still stand against a firing, beside what is asked."""
    base, rule = case.scenario.base, firing.rule
    for pattern, facts in zip(rule.exceptions, firing.exceptions, strict=True):
        if below not in facts and strongest(facts, case.grades)[1] > HOLDS:
            yield english.pattern(base, pattern, firing.bindings)
    if firing.default is not None and below != firing.default:
        yield "there is other advice"


def _says(case: Outcome, fact: int) -> str:
    clause = english.told(case.scenario, case.graph.instances[fact])
    return f'the advice is "{clause}"' if case.graph.template(fact).advice else clause
