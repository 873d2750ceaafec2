"""Turns scenarios into a mutation score: of the mutants of a base, how many an expectation notices.

Each scenario is matched once. A mutant is tried only where what it changes has any support: its
rule alone is matched anew there, unless it concludes what nothing did, and then all rules are.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Final

import msgspec

from advisor.audit.equivalence import Equivalence
from advisor.audit.mutants import (
    PASSED,
    REVERSED,
    UNRECOMMENDED,
    Mutant,
    applied,
    changed_base,
    drawn,
    mutants,
    passed,
)
from advisor.audit.unsearched import leave
from advisor.model import english
from advisor.model.budget import MUTANTS, TIME, Late, conclude, grant
from advisor.model.records import Instance, KnowledgeBase, Rule, Template
from advisor.model.scenarios import Expectation
from advisor.reasoning.building import MAKING, certainties
from advisor.reasoning.evaluate import Outcome, firing_grade, outcome
from advisor.reasoning.firings import Firing, firings_of
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.matcher import Match
from advisor.reasoning.plans import needed
from advisor.reasoning.possible import PossibleFacts
from advisor.reasoning.rows import Rows, rows_of
from advisor.reasoning.seminaive import SemiNaive, alone
from advisor.reasoning.subsets import Certainties
from advisor.reasoning.unification import filled
from advisor.testing.expectations import Examination, OutcomePair

_COMPARED: Final = frozenset({"gains", "loses"})  # which look at the scenario extended, too
_NOTICED: Final[Mapping[str, frozenset[str]]] = {  # by operator: by which expectations alone
    "interests exchanged": frozenset({"advances", "strains", "order"}),
    "citation moved": frozenset({"sources"}),
    UNRECOMMENDED: frozenset({"recommended", "order"}),
    "order dropped": frozenset({"after", "order"}),
    "opposition dropped": frozenset({"opposed", "order"}),
}


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the mutants of a base."""

    tried: tuple[Mutant, ...]
    survivors: tuple[Mutant, ...]
    equivalent: tuple[Mutant, ...]  # that nothing notices, and that are proved to change nothing
    made: int  # of all mutants, those that were tried among them
    cut_short: str | None = None  # why fewer were tried than were asked for

    @property
    def killed(self) -> int:
        """How many an expectation notices."""
        return len(self.tried) - len(self.survivors) - len(self.equivalent)

    @property
    def total(self) -> int:
        """How many were tried that change something."""
        return len(self.tried) - len(self.equivalent)


def trial(base: KnowledgeBase, cases: Sequence[OutcomePair], most: int | None = None) -> Trial:
    """Mutants of a base against the expectations of some scenarios that are met without them.

    At most so many are tried, or all, or as many as there is time for.
    """
    sites = sites_of(cases)
    made = list(mutants(base, [case.scenario for case, _ in cases]))
    wanted = drawn(made, most)
    grant(max(0, len(wanted) - MUTANTS) * TIME / MUTANTS)
    tried, unnoticed, cut_short = _tried(wanted, sites)
    equivalence = Equivalence(base)
    equivalent = [mutant for mutant in unnoticed if equivalence.proved(mutant)]
    return Trial(
        tried=tuple(tried),
        survivors=tuple(mutant for mutant in unnoticed if mutant not in equivalent),
        equivalent=tuple(equivalent),
        made=len(made),
        cut_short=cut_short,
    )


def _tried(
    wanted: Sequence[Mutant], sites: list[_Site]
) -> tuple[list[Mutant], list[Mutant], str | None]:
    """The mutants that were tried, those that nothing notices, and why others were not."""
    tried: list[Mutant] = []
    unnoticed: list[Mutant] = []
    for mutant in wanted:
        try:
            if not noticed(mutant, sites):
                unnoticed.append(mutant)
        except Late:
            cut_short = conclude()
            if cut_short is None:
                raise
            left = english.counted(len(wanted) - len(tried), "mutant")
            leave("mutants that nothing notices", cut_short, f"{left} of {len(wanted)}")
            return tried, unnoticed, cut_short
        tried.append(mutant)
    return tried, unnoticed, None


def sites_of(cases: Sequence[OutcomePair]) -> list[_Site]:
    """The scenarios that expect something that is so."""
    worlds = _Worlds()
    sites = (_Site(case, parent, worlds) for case, parent in cases)
    return [site for site in sites if site.expected]


def noticed(mutant: Mutant, sites: list[_Site]) -> bool:
    """Whether some scenario notices a mutant: then it comes first, as it may notice the next."""
    attempt = TriedMutant(mutant)
    for place, site in enumerate(sites):
        if site.notices(attempt):
            sites.insert(0, sites.pop(place))
            return True
    return False


class World:
    """An outcome that mutants are tried on, over the facts that it mentions and no others."""

    def __init__(self, case: Outcome, matcher: SemiNaive) -> None:
        self.case = case
        self.base = case.scenario.base
        self.fresh = matcher
        self._supported: dict[str, Set[Match]] = {}

    @functools.cached_property
    def stated(self) -> list[Instance]:
        """What is possible before any rule: of an incomplete scenario, all that could be asked."""
        facts = self.case.scenario.facts
        if self.case.scenario.complete:
            return list(facts)
        open_ = (i for i in self.case.graph.instances if i.template not in self.base.derived)
        return list(dict.fromkeys([*facts, *open_]))

    @functools.cached_property
    def matcher(self) -> SemiNaive:
        """The matches of all rules."""
        return self.matched(self.fresh.afresh())

    def matched(self, matcher: SemiNaive) -> SemiNaive:
        """A matcher with the facts of the scenario."""
        matcher.declare(self.stated)
        return matcher

    @functools.cached_property
    def facts(self) -> PossibleFacts:
        """The possible facts."""
        return PossibleFacts(self.base, self.matcher.possible)

    @functools.cached_property
    def firings(self) -> list[Firing]:
        """The firings of all rules."""
        return firings_of(self.facts, self.matcher.found())

    @functools.cached_property
    def graph(self) -> JustificationGraph:
        """The graph of the scenario by itself."""
        return JustificationGraph(self.facts, self.firings, self.matcher, MAKING)

    @functools.cached_property
    def rows(self) -> Mapping[str, Rows]:
        """The rows of all possible facts."""
        return rows_of(self.base, self.facts.instances)

    @functools.cached_property
    def holding(self) -> Mapping[str, Rows]:
        """The rows of the facts that have any support."""
        graph, upper = self.case.graph, self.case.grades.upper
        return rows_of(self.base, (i for i, n in graph.number.items() if upper[n] > 0))

    def raised(self, rule: Rule, match: Match) -> bool:
        """Whether a match of a rule could raise a grade, were it one of those recorded."""
        number, grades = self.case.graph.number, self.case.grades
        premises = [number[premise] for premise in match.premises]
        low, high = (
            min([rule.strength, *(side[fact] for fact in premises)])
            for side in (grades.lower, grades.upper)
        )
        for conclusion in rule.conclusions:
            fact = number.get(filled(self.base, conclusion, dict(match.bindings)))
            if fact is None or grades.lower[fact] < low or grades.upper[fact] < high:
                return True
        return False

    def own(self, rule: str) -> Rule:
        """The rule of an id."""
        return self.base.rules[self.base.rule_ranks[rule]]

    def supported(self, rule: str) -> Set[Match]:
        """The matches of a rule over facts that have any support."""
        if rule not in self._supported:
            self._supported[rule] = self.held(
                self.own(rule), lambda: alone(self.base, self.own(rule))
            )
        return self._supported[rule]

    def held(self, rule: Rule, matcher: Callable[[], SemiNaive]) -> Set[Match]:
        """The matches of a rule, by a matcher of it alone, over facts that have any support."""
        if not self.holding.keys() >= needed(self.base, rule):
            return frozenset()
        return matcher().over(self.holding)


class _Worlds:
    """The worlds of some outcomes, each made once."""

    def __init__(self) -> None:
        self.found: dict[object, World] = {}
        self.matcher: SemiNaive | None = None

    def of(self, case: Outcome) -> World:
        key = (case.scenario.name, case.scenario.where, id(case.graph))
        if key not in self.found:
            base = case.scenario.base
            worlds = (certainties(case.graph, case.scenario),)
            self.matcher = (
                self.matcher.on(base, worlds) if self.matcher else SemiNaive(base, worlds=worlds)
            )
            self.found[key] = World(case, self.matcher)
        return self.found[key]


class _Site:
    """A scenario with what it expects, and with the one that it extends."""

    def __init__(self, case: Outcome, parent: Outcome | None, worlds: _Worlds) -> None:
        examination = Examination(case, parent)
        expectations = case.scenario.expectations
        self.expected: list[Expectation] = [e for e in expectations if examination.unmet(e) is None]
        compared = any(e.kind in _COMPARED for e in self.expected)
        self.world = worlds.of(case)
        self.before = worlds.of(parent) if parent is not None and compared else None

    def notices(self, attempt: TriedMutant) -> bool:
        """Whether some expectation is not met any more."""
        expected = attempt.asked(self.expected)
        worlds = [world for world in (self.world, self.before) if world is not None]
        if not expected or not any(attempt.touches(world) for world in worlds):
            return False
        case, *parent = (attempt.outcome(world) for world in worlds)
        examination = Examination(case, parent[0] if parent else None)
        return any(examination.unmet(expectation) is not None for expectation in expected)


class TriedMutant:
    """A mutant while it is tried: its bases and outcomes are made once for all scenarios."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.bases: dict[int, KnowledgeBase] = {}  # by the base that is changed
        self.singles: dict[int, SemiNaive] = {}  # likewise
        self.outcomes: dict[int, Outcome] = {}  # by world

    def asked(self, expected: Sequence[Expectation]) -> Sequence[Expectation]:
        """Those of some expectations that can notice."""
        kinds = _NOTICED.get(self.mutant.operator)
        return expected if kinds is None else [e for e in expected if e.kind in kinds]

    def touches(self, world: World) -> bool:
        """Whether what is changed has any support there, or would have."""
        mutant, scenario = self.mutant, world.case.scenario
        if mutant.operator in {REVERSED, UNRECOMMENDED}:
            changed = applied(scenario, mutant)
            return (changed.facts, changed.recommends) != (scenario.facts, scenario.recommends)
        if mutant.rule is None:
            return mutant.place.name in world.case.graph.of_template
        if mutant.rule in scenario.withdrawn:
            return False
        if isinstance(mutant.now, Rule):
            before = world.supported(mutant.rule)
            return self._differs(mutant.now, world, before)
        graph = world.case.graph
        firings = [graph.firings[number] for number in graph.of_rule.get(mutant.rule, ())]
        if mutant.operator == PASSED:
            firings = [passed(firing, mutant.part) for firing in firings]
        return any(firing_grade(firing, world.case.grades)[1] > 0 for firing in firings)

    def _differs(self, now: Rule, world: World, before: Set[Match]) -> bool:
        old = world.own(now.id)
        if not self._matches_anew(old):
            return bool(before)
        after = world.held(now, lambda: self.alone(world.base, now))
        if (now.exceptions, [*now.counts()]) != (old.exceptions, [*old.counts()]):
            return before != after or bool(after)
        if before <= after and not any(
            world.base.templates[c.template].caveat for c in now.conclusions
        ):
            return any(world.raised(now, match) for match in after - before)
        return before != after

    def _matches_anew(self, old: Rule) -> bool:
        """Whether the premises of the rule are others."""
        now = self.mutant.now
        return isinstance(now, Rule) and (
            (now.premises, now.comparisons, now.lets) != (old.premises, old.comparisons, old.lets)
        )

    def alone(self, base: KnowledgeBase, rule: Rule) -> SemiNaive:
        """A matcher of the changed rule alone."""
        if id(base) not in self.singles:
            self.singles[id(base)] = alone(base, rule)
        return self.singles[id(base)]

    def base(self, base: KnowledgeBase) -> KnowledgeBase:
        """A base with what is changed."""
        if id(base) not in self.bases:
            now = self.mutant.now
            self.bases[id(base)] = base if now is None else changed_base(base, now)
        return self.bases[id(base)]

    def outcome(self, world: World) -> Outcome:
        """What becomes of a scenario."""
        if id(world) not in self.outcomes:
            self.outcomes[id(world)] = self._outcome(world)
        return self.outcomes[id(world)]

    def _outcome(self, world: World) -> Outcome:
        mutant, base = self.mutant, self.base(world.base)
        scenario = msgspec.structs.replace(applied(world.case.scenario, mutant), base=base)
        if isinstance(mutant.now, Rule):
            return outcome(scenario, self._ruled(world, base, mutant.now))
        if isinstance(mutant.now, Template) and mutant.operator == "symmetry lost":
            matcher = world.matched(SemiNaive(base, worlds=(Certainties(scenario),)))
            facts = PossibleFacts(base, matcher.possible)
            graph = JustificationGraph(facts, firings_of(facts, matcher.found()), matcher, MAKING)
            return outcome(scenario, graph)
        graph = world.case.graph  # where what other scenarios mention is possible, too
        if mutant.operator == PASSED:
            numbers = graph.of_rule.get(mutant.rule or "", ())
            graph = graph.replaced({n: passed(graph.firings[n], mutant.part) for n in numbers})
        return outcome(scenario, graph)

    def _ruled(self, world: World, base: KnowledgeBase, now: Rule) -> JustificationGraph:
        """The graph where a rule is another."""
        graph, old = world.graph, world.own(now.id)
        if not self._matches_anew(old) and (now.exceptions, now.conclusions) == (
            old.exceptions,
            old.conclusions,
        ):
            return graph.replaced(
                {
                    n: msgspec.structs.replace(
                        graph.firings[n], rule=base.variant(now.id, graph.premises_of(n))
                    )
                    for n in graph.of_rule.get(now.id, ())
                }
            )
        matches = self.alone(world.base, now).over(world.rows)
        concluded = {
            filled(base, conclusion, dict(match.bindings))
            for match in matches
            for conclusion in now.conclusions
        }
        if concluded <= world.matcher.possible:
            others = (firing for firing in world.firings if firing.rule.id != now.id)
            firings = [*others, *firings_of(world.facts, matches, base)]
            return JustificationGraph(world.facts, firings, world.matcher, MAKING)
        matcher = world.matched(world.fresh.with_rule(base, now.id))
        facts = PossibleFacts(base, matcher.possible)
        return JustificationGraph(facts, firings_of(facts, matcher.found()), matcher, MAKING)
