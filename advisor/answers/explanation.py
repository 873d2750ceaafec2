"""Turns a fact of an outcome into the reasons for it: its proof, its weakest link, its how tree.

A *proof* is all derivations that reach a fact's grade, all the way down; none is circular.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from advisor.answers.calculations import calculations, counted
from advisor.answers.derivations import Derivations, ProofNode, best, proof, ranked
from advisor.answers.limits import other_advice, statement
from advisor.answers.silence import assumed, silence_of, unlisted
from advisor.model import asking, english
from advisor.model.budget import MAX_DEPTH
from advisor.model.errors import Location
from advisor.model.grades import with_band
from advisor.model.ordering import gathered
from advisor.model.records import KnowledgeBase
from advisor.model.scenarios import Fact
from advisor.model.sources import READINGS, Citation, Citations, Reading
from advisor.model.values import Plain, plain
from advisor.reasoning.evaluate import (
    Bounds,
    Grades,
    Outcome,
    evaluate,
    firing_grade,
    given_grades,
    strongest,
)
from advisor.reasoning.firings import Firing
from advisor.reasoning.graph import JustificationGraph

__all__ = ["ProofNode", "best", "proof", "ranked"]  # of derivations, for those who explain


Support = Literal[
    "given",
    "assumed",
    "answered",
    "background",
    "derived",
    "denied",
    "unknown",
    "disputed",
    "unmentioned",
]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A fact in a how tree."""

    instance: str
    says: str
    support: Support
    lower: int
    upper: int
    stated: str | None = None  # the likelihood that a scenario states, with its band
    sources: Citations = ()
    reading: Reading = "stated"  # how it comes from these
    as_of: str | None = None  # the day, year or period that it speaks of
    note: str | None = None
    where: Location | None = None
    derivations: tuple[Derivation, ...] = ()  # best first
    repeated: bool = False  # shown in full further up
    deeper: bool = False  # there is more below the depth limit


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """An `at-least` premise in a how tree."""

    says: str
    count: int
    facts: tuple[Step, ...]  # those with any support


class Exempted(msgspec.Struct, frozen=True, kw_only=True):
    """An exception in a how tree, and what speaks for it; or that a sum may have more to it."""

    says: str
    silent: bool  # nothing supports it and nothing said excludes it: it is taken not to be so
    lower: int
    upper: int
    facts: tuple[Step, ...] = ()


class Derivation(msgspec.Struct, frozen=True, kw_only=True):
    """A firing in a how tree."""

    rule: str
    title: str
    because: str
    bindings: dict[str, Plain]
    strength: str
    lower: int
    upper: int
    premises: tuple[Step, ...] = ()
    counts: tuple[Counted, ...] = ()
    comparisons: tuple[str, ...] = ()
    exceptions: tuple[Exempted, ...] = ()
    sources: Citations = ()
    reading: Reading = "stated"  # how the reasoning comes from these
    where: Location
    circular: bool = False  # a premise rests on the very fact: no reason of its own


def _comes_before(outcome: Outcome, fact: int, firing: Firing, side: int) -> bool:
    """Whether all that a firing rests on in a fact's component has its grade without the fact.

    So it is where that is higher, or was reached no later: a proof goes down from there.
    """
    graph, grade = outcome.graph, outcome.bounds(fact)[side]
    rounds = (outcome.grades.round, outcome.grades.upper_round)[side]
    component = graph.component_of[fact]
    return all(
        outcome.bounds(p)[side] > grade
        or (p != fact and outcome.bounds(p)[side] == grade and rounds[p] <= rounds[fact])
        for p in firing.premises
        if graph.component_of[p] == component
    )


class Origins(NamedTuple):
    """Where the facts, or the reasoning, of something come from: sources, and how."""

    sources: Citations
    readings: tuple[Reading, ...]  # that occur, in the order of READINGS


def origins(base: KnowledgeBase, of: Iterable[tuple[Citations, Reading]]) -> Origins:
    """Where all of these come from together; what is cited to nobody counts if it is ours."""
    pairs = list(of)
    found = {reading for cited, reading in pairs if cited or reading == "ours"}
    citations = merged(base, (citation for cited, _ in pairs for citation in cited))
    return Origins(citations, tuple(reading for reading in READINGS if reading in found))


def facts_from(outcome: Outcome, links: Iterable[ProofNode]) -> Origins:
    """Where the facts of a proof come from."""
    stated = dict.fromkeys(statement(outcome, link.fact) for link in links)
    said = ((fact.citations, fact.reading) for fact in stated if fact is not None)
    return origins(outcome.scenario.base, said)


def reasoning_from(base: KnowledgeBase, firings: Iterable[Firing]) -> Origins:
    """Where the reasoning of these firings comes from."""
    return origins(base, ((firing.rule.citations, firing.rule.reading) for firing in firings))


def cited(outcome: Outcome, links: Sequence[ProofNode]) -> Citations:
    """Every source that a proof rests on, with all its locators."""
    base = outcome.scenario.base
    reasoning = reasoning_from(base, (link.firing for link in links if link.firing))
    return merged(base, (*facts_from(outcome, links).sources, *reasoning.sources))


def cited_of(stated: Fact | None) -> Citations:
    """The sources of what a scenario says of a fact, on both sides where that is left open."""
    if stated is None:
        return ()
    return stated.citations + (stated.against if stated.standing == "disputed" else ())


def merged(base: KnowledgeBase, citations: Iterable[Citation]) -> Citations:
    """The citations with the locators of one source together, in the order of the sources."""
    return gathered(citations, base.sources)


def how(outcome: Outcome, fact: int, *, every: bool = False, depth: int = MAX_DEPTH) -> Step:
    """The how tree of a fact: the derivations that reach its grade, or every one.

    A shared part is shown once.
    """
    return _Tree(outcome, every, fact).step(fact, min(depth, MAX_DEPTH))


class _Tree:
    """A how tree while it is built."""

    def __init__(self, outcome: Outcome, every: bool, fact: int) -> None:
        self.outcome = outcome
        self.ways = Derivations(outcome, fact)  # of what is looked at: the fact, or against it
        self.silence = silence_of(outcome)
        self.path: list[int] = []  # the facts above the one looked at
        self.graph: JustificationGraph = outcome.graph
        self.every = every
        self.shown: dict[tuple[int, Bounds | None], set[int]] = {}  # firings, by fact as counted
        self.leaves: dict[int, Step] = {}  # of facts that no rule concludes, each made once
        self.without: dict[int, Grades] = {}  # the grades without the fact last looked at
        self.around: dict[int, dict[int, Bounds]] = {}  # by component, what it is settled from

    def step(self, fact: int, depth: int, counted: Bounds | None = None) -> Step:
        """The tree below one fact; of other advice only as far as a default `counted` it."""
        if fact not in self.leaves:
            found = self._step(fact, depth, counted)
            if self.graph.supports[fact]:
                return found
            self.leaves[fact] = found
        return self.leaves[fact]

    def _step(self, fact: int, depth: int, counted: Bounds | None) -> Step:
        instance = self.graph.instances[fact]
        stated = statement(self.outcome, fact)
        firings = self._firings(fact, counted)
        shown = self.shown.setdefault((fact, counted), set())
        repeated = bool(firings) and shown.issuperset(map(id, firings))
        derivations: tuple[Derivation, ...] = ()
        if depth > 0 and not repeated:
            shown.update(map(id, firings))
            self.path.append(fact)
            reaching = len(self._reaching(fact, counted))
            derivations = tuple(
                self._derivation(fact, firing, depth - 1, reaching=place < reaching)
                for place, firing in enumerate(firings)
            )
            self.path.pop()
        lower, upper = counted or self.outcome.bounds(fact)
        support = self._support(fact, stated)
        clause = english.says(self.outcome.scenario.base, instance)
        if stated is not None and support != "derived":
            clause = asking.states(self.outcome.scenario.base, stated)
        return Step(
            instance=str(instance),
            says=clause,
            support=support,
            lower=lower,
            upper=upper,
            stated=with_band(stated.grade) if stated is not None and stated.grade else None,
            sources=cited_of(stated),
            reading=stated.reading if stated is not None else "stated",
            as_of=stated.as_of if stated is not None else None,
            note=stated.note if stated is not None else None,
            where=stated.where if stated is not None else None,
            derivations=derivations,
            repeated=repeated,
            deeper=bool(firings) and not depth and not repeated,
        )

    def _reaching(self, fact: int, counted: Bounds | None) -> list[Firing]:
        """The firings that reach the grade; of other advice those that are no default's."""
        found = self.ways.firings(fact)
        return (
            found if counted is None else [firing for firing in found if not firing.rule.otherwise]
        )

    def _firings(self, fact: int, counted: Bounds | None) -> list[Firing]:
        """Those that reach the grade, but for what leads back to where it came from; or every."""
        reaching = self._reaching(fact, counted)
        if not self.every:
            return self.ways.ahead(fact, reaching, self.path) or reaching
        kept = set(map(id, reaching))
        rest = [
            firing
            for firing in ranked(self.outcome, fact)
            if id(firing) not in kept
            and firing_grade(firing, self.outcome.grades)[1]
            and not (counted and firing.rule.otherwise)
        ]
        return reaching + rest

    def _support(self, fact: int, stated: Fact | None) -> Support:
        if stated is None:
            if self.graph.supports[fact]:
                return "derived"
            return "unknown" if self.outcome.grades.upper[fact] else "unmentioned"
        if stated.standing != "stated":
            return stated.standing
        return "derived" if self.outcome.bounds(fact) != stated.bounds else stated.origin

    def _derivation(self, fact: int, firing: Firing, depth: int, *, reaching: bool) -> Derivation:
        base, rule = self.outcome.scenario.base, firing.rule
        lower, upper = firing_grade(firing, self.outcome.grades)
        return Derivation(
            rule=rule.id,
            title=rule.title,
            because=english.reason(base, rule, firing.bindings),
            bindings={name: plain(value) for name, value in firing.bindings.items()},
            strength=with_band(rule.strength),
            lower=lower,
            upper=upper,
            premises=tuple(self.step(fact, depth) for fact in (*firing.premises, *counted(firing))),
            counts=tuple(self._counts(firing, depth)),
            comparisons=(
                *calculations(self.outcome, firing),
                *(
                    english.comparison(base, rule, test, firing.bindings)
                    for test in rule.comparisons
                ),
            ),
            exceptions=tuple(self._exceptions(firing, depth)),
            sources=rule.citations,
            reading=rule.reading,
            where=rule.where,
            circular=not reaching and self._circular(fact, firing),
        )

    def _circular(self, fact: int, firing: Firing) -> bool:
        """Whether a firing could not have its grade without the very fact that it concludes."""
        component = self.graph.component_of[fact]
        if not self.graph.components[component].recursive:
            return False
        side = 0 if firing_grade(firing, self.outcome.grades)[0] else 1
        if _comes_before(self.outcome, fact, firing, side):
            return False
        if fact not in self.without:
            self.without = {fact: self._grades_without(fact, component)}
        alone = firing_grade(firing, self.without[fact])[side]
        return bool(alone < firing_grade(firing, self.outcome.grades)[side])

    def _grades_without(self, fact: int, component: int) -> Grades:
        """The grades if nothing supports a fact, of its component and what that rests on."""
        graph, scenario = self.graph, self.outcome.scenario
        if component not in self.around:
            settled = {n: self.outcome.bounds(n) for n in range(graph.size)}
            given = given_grades(graph, scenario)
            members = {n: given.get(n, (0, 0)) for n in graph.components[component].facts}
            self.around = {component: {**settled, **members}}
        around, components = self.around[component], [graph.components[component]]
        return evaluate(graph, around, scenario.withdrawn, missing=fact, components=components)

    def _counts(self, firing: Firing, depth: int) -> Iterator[Counted]:
        base, rule = self.outcome.scenario.base, firing.rule
        for premise, count in zip(rule.counts(), firing.counts, strict=False):
            facts = dict.fromkeys(self.ways.counted(count))
            if self.every:
                upper = self.outcome.grades.upper
                facts |= dict.fromkeys(fact for fact in count.facts if upper[fact])
            yield Counted(
                says=english.pattern(base, premise.of, firing.bindings),
                count=count.least,
                facts=tuple(self.step(fact, depth) for fact in facts),
            )

    def _exceptions(self, firing: Firing, depth: int) -> Iterator[Exempted]:
        base, rule = self.outcome.scenario.base, firing.rule
        for pattern, facts in zip(rule.exceptions, firing.exceptions, strict=True):
            stated = self.outcome.scenario.facts
            spoken = [
                fact
                for fact in facts
                if self.outcome.grades.upper[fact] or self.graph.instances[fact] in stated
            ]
            clause = english.pattern(base, pattern, firing.bindings)
            silent = assumed(self.outcome, firing, pattern, facts, self.silence)
            steps = [self._against(fact, depth) for fact in spoken]
            yield self._exempted(clause, facts, steps, silent=silent)
        for more in unlisted(self.outcome, firing):
            yield self._exempted(more.clause(base), (), (), silent=True)
        if firing.default is not None:
            spoken_for = other_advice(self.outcome, firing.default).items()
            steps = [self._against(fact, depth, counted) for fact, counted in spoken_for]
            others = (firing.default,)
            yield self._exempted("there is other advice", others, steps, silent=not steps)

    def _exempted(
        self, clause: str, facts: tuple[int, ...], steps: Sequence[Step], *, silent: bool
    ) -> Exempted:
        lower, upper = strongest(facts, self.outcome.grades)
        return Exempted(says=clause, silent=silent, lower=lower, upper=upper, facts=tuple(steps))

    def _against(self, fact: int, depth: int, counted: Bounds | None = None) -> Step:
        """The tree below a fact that speaks against what is looked at: by its own grade.

        Of other advice by the grade that a default `counted`.
        """
        ways, self.ways = self.ways, Derivations(self.outcome, fact, counted)
        step = self.step(fact, depth, counted)
        self.ways = ways
        return step
