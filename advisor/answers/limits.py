"""Turns a fact of an outcome into its limits: what keeps its grade from being higher."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, get_args

import msgspec

from advisor.answers.derivations import Derivations, ranked
from advisor.model import asking, english
from advisor.model.grades import CERTAIN, HOLDS, opposite, with_band
from advisor.model.relations import closure
from advisor.model.scenarios import Fact
from advisor.reasoning.evaluate import (
    Outcome,
    firing_grade,
)
from advisor.reasoning.firings import Firing

LimitKind = Literal["count", "exception", "fact", "rule", "single-source", "silence", "unknown"]
_KINDS: Final = get_args(LimitKind)  # in the order in which they are listed


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps a grade, or a confidence, from being higher."""

    kind: LimitKind
    what: str  # an instance, a rule's id, or a source's
    says: str


def limits(outcome: Outcome, fact: int) -> list[Limit]:
    """The weakest links of a fact's derivations: what must be stronger before it can be.

    Of several derivations that reach its grade, those of all.
    """
    grade = outcome.grades.lower[fact]
    ways = Derivations(outcome, fact) if grade else None
    shown = ways.shown(fact) if ways else {}

    def behind(current: int) -> Sequence[Firing]:
        return shown[current] if ways else ranked(outcome, current)[:1]

    def below(current: int) -> Iterator[int]:
        at = ways or Derivations(outcome, current)
        premises = (one for firing in behind(current) for one in at.rests_on(firing))
        return (premise for premise in premises if outcome.grades.lower[premise] == grade)

    found: dict[Limit, None] = {}
    for current in closure([fact], below):
        if not behind(current) or (ways or Derivations(outcome, current)).stated(current):
            found |= dict.fromkeys(_stated_limit(outcome, current))
        for firing in behind(current):
            found |= dict.fromkeys(_own_limits(outcome, firing, grade))
    return sorted(found, key=lambda limit: _KINDS.index(limit.kind))


def _stated_limit(outcome: Outcome, fact: int) -> set[Limit]:
    instance = outcome.graph.instances[fact]
    stated = statement(outcome, fact)
    clause = english.told(outcome.scenario, instance)
    if stated is None:
        return {Limit(kind="fact", what=str(instance), says=f"nobody says that {clause}")}
    if stated.standing != "stated":
        kind: Literal["fact", "unknown"] = "fact" if stated.standing == "denied" else "unknown"
        clause = asking.states(outcome.scenario.base, stated)
        return {Limit(kind=kind, what=str(instance), says=clause)}
    if stated.grade == CERTAIN:
        return set()
    says = f"it is rated no better than {with_band(stated.grade or 0)} that {clause}"
    return {Limit(kind="fact", what=str(instance), says=says)}


def _own_limits(outcome: Outcome, firing: Firing, grade: int) -> list[Limit]:
    """The limits that lie in a firing itself: its rule's strength, and its exceptions."""
    found = []
    rule = firing.rule
    if rule.strength == grade < CERTAIN:
        says = f'the rule "{rule.title}" is rated no better than {with_band(grade)}'
        found.append(Limit(kind="rule", what=rule.id, says=says))
    for premise, count in zip(rule.counts(), firing.counts, strict=False):
        held = len([fact for fact in count.facts if outcome.grades.lower[fact]])
        if held < count.least:
            clause = english.pattern(outcome.scenario.base, premise.of, firing.bindings)
            says = f"of at least {count.least} that must be so, only {held} are: {clause}"
            found.append(Limit(kind="count", what=rule.id, says=says))
    if grade < CERTAIN:
        against = dict.fromkeys(fact for facts in firing.blockers for fact in facts)
        strongest_ones = (f for f in against if outcome.grades.upper[f] == opposite(grade))
        found += [limit for fact in strongest_ones for limit in _exception_limits(outcome, fact)]
    return found


def _exception_limits(outcome: Outcome, fact: int) -> Iterator[Limit]:
    """The limits from the strongest fact against a firing, or from the strongest other advice."""
    if outcome.graph.is_fact(fact):
        yield _exception_limit(outcome, fact)
        return
    for advice, (lower, upper) in other_advice(outcome, fact).items():
        if upper == outcome.grades.upper[fact]:
            says = "other advice is given" if lower >= HOLDS else "other advice may be given"
            yield Limit(kind="exception", what=str(outcome.graph.instances[advice]), says=says)
            return


def other_advice(outcome: Outcome, node: int) -> dict[int, tuple[int, int]]:
    """The supported advice behind a node of other advice, with its bounds by that alone.

    What a default says of it, too, does not count: its own bounds may be higher. Found once.
    """
    known: dict[int, dict[int, tuple[int, int]]] = outcome.worked_out.setdefault(other_advice, {})
    if node not in known:
        known[node] = dict(_other_advice(outcome, node))
    return known[node]


def _other_advice(outcome: Outcome, node: int) -> Iterator[tuple[int, tuple[int, int]]]:
    withdrawn = outcome.scenario.withdrawn
    for fact, firings in outcome.graph.behind(node).items():
        live = [firing for firing in firings if firing.rule.id not in withdrawn]
        graded = [firing_grade(one, outcome.grades) for one in live]
        upper = max((high for _, high in graded), default=0)
        if upper:
            yield fact, (max(low for low, _ in graded), upper)


def _exception_limit(outcome: Outcome, fact: int) -> Limit:
    """A limit from the strongest fact against a firing."""
    instance = outcome.graph.instances[fact]
    says = english.told(outcome.scenario, instance)
    if outcome.grades.lower[fact] < HOLDS:
        says = f"it cannot be excluded that {says}"
    return Limit(kind="exception", what=str(instance), says=says)


def statement(outcome: Outcome, fact: int) -> Fact | None:
    """What the scenario says of a fact, if anything."""
    return outcome.scenario.facts.get(outcome.graph.instances[fact])
