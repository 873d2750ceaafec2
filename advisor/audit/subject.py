"""What the checks read: a base with its scenarios, and indexes of them, each made once."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from typing import Final

from advisor.audit.discrimination import undiscriminating
from advisor.audit.finding import Finding, Place, PlaceKind, ScenarioWitness
from advisor.audit.killing import Cases
from advisor.audit.likeness import Likeness, likeness
from advisor.audit.mutants import TOLD
from advisor.audit.mutation import Trial, trial
from advisor.audit.opposition import Clash, between_rules, groups_of
from advisor.audit.overlap import needs_of
from advisor.audit.subsumption import contradiction
from advisor.audit.witness import Stage
from advisor.loader.scenarios import ScenarioPair
from advisor.model.allowances import Allowance
from advisor.model.budget import MUTANTS
from advisor.model.errors import Location
from advisor.model.ordering import by_english
from advisor.model.records import (
    Entity,
    Interest,
    KnowledgeBase,
    Pattern,
    Rule,
    Template,
)
from advisor.model.relations import consequences
from advisor.model.scenarios import Fact, Scenario
from advisor.model.sources import Citation, Source
from advisor.testing import expectations
from advisor.testing.coverage import exercised
from advisor.testing.expectations import OutcomePair
from advisor.testing.goals import Mark, RuleCondition, deciding
from advisor.testing.sides import Loosened

SHOWN: Final = 20  # survivors for which a scenario is looked for


class Subject:
    """A base under audit; whatever is worked out about it is worked out once, when it is needed.

    `cases` are all scenarios of the base, `wanted` those that the audit is to run. Checks of the
    text of a base read `cases`; those that look at what comes of it read `wanted`.
    """

    def __init__(
        self,
        base: KnowledgeBase,
        cases: Sequence[ScenarioPair] = (),
        wanted: Sequence[ScenarioPair] | None = None,
        as_of: date | None = None,
        mutants: int | None = MUTANTS,
    ) -> None:
        self.base = base
        self.cases = tuple(cases)
        self.wanted = self.cases if wanted is None else tuple(wanted)
        self.as_of = as_of or base.date
        self.mutants = mutants  # that are tried at most; None for all
        self.checks: tuple[str, ...] = ()  # the ids of all there are; set by the same
        self.unused: tuple[Allowance, ...] = ()  # set before the checks of suppressions run
        self.found: tuple[Finding, ...] = ()  # likewise, of the other checks

    @functools.cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules by id, in their order."""
        return {rule.id: rule for rule in self.base.rules}

    @functools.cached_property
    def stage(self) -> Stage:
        """Where witnesses are seen to show what they are said to."""
        return Stage(self.base)

    @functools.cached_property
    def likeness(self) -> Likeness:
        """Which rules say what others say."""
        return likeness(self.base, self.sound)

    @functools.cached_property
    def contradictions(self) -> Mapping[str, tuple[int, ...]]:
        """The rules whose comparisons contradict each other, with the places of those."""
        compared = (rule for rule in self.base.rules if rule.comparisons)
        found = ((rule.id, contradiction(self.base, rule)) for rule in compared)
        return {name: tuple(places) for name, places in found if places is not None}

    @functools.cached_property
    def sound(self) -> tuple[Rule, ...]:
        """The rules that can fire as far as their comparisons go.

        Anything follows from a contradiction, so that the others would seem redundant.
        """
        return tuple(rule for rule in self.base.rules if rule.id not in self.contradictions)

    @functools.cached_property
    def conflicts(self) -> Mapping[str, Sequence[Clash]]:
        """The conflicts of two rules, by the templates that are opposed."""
        return between_rules(self.base, self.base.concluding, groups_of(self.scenarios))

    @functools.cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """All scenarios of the base, and those to be run, in the order of their titles."""
        found = {scenario.where.file: scenario for scenario, _ in (*self.cases, *self.wanted)}
        return tuple(sorted(found.values(), key=lambda scenario: (scenario.title, scenario.where)))

    @functools.cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Whatever some scenario says, each statement once, in order of fact, then of place."""
        said = {
            (fact.where, fact.instance): fact
            for scenario in self.scenarios
            for fact in scenario.facts.values()
        }
        order = self.base.order
        return tuple(sorted(said.values(), key=lambda fact: (order(fact.instance), fact.where)))

    @functools.cached_property
    def stated(self) -> Mapping[str, tuple[Fact, ...]]:
        """The facts by template."""
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.instance.template, []).append(fact)
        return {template: tuple(facts) for template, facts in found.items()}

    @functools.cached_property
    def entities(self) -> Sequence[Entity]:
        """The entities of the base and of its scenarios, in order; two may share an id."""
        bases = [self.base, *(s.base for s in self.scenarios)]
        found = {(e.id, e.where): e for base in bases for e in base.entities.values()}
        return by_english(found.values())

    @functools.cached_property
    def sources(self) -> Sequence[Source]:
        """The sources of the base and of its scenarios, in order; two may share an id."""
        bases = [self.base, *(s.base for s in self.scenarios)]
        found = {(s.id, s.where): s for base in bases for s in base.sources.values()}
        return by_english(found.values())

    @functools.cached_property
    def reached(self) -> frozenset[str]:
        """The templates of which a fact can come about, if one of each given template can."""
        given = [name for name in self.base.templates if name not in self.base.concluding]
        rules = [(needs_of(r), [c.template for c in r.conclusions]) for r in self.base.variants]
        return frozenset(consequences([*given, *self.stated], rules))

    def cited(self, source: Source) -> frozenset[int | str | None]:
        """The places of a source that something cites; None is the source as a whole.

        Scenarios may each have a source of one name: a citation is of the citing scenario's own.
        """
        return self._cited.get((source.id, source.where), frozenset())

    @functools.cached_property
    def _cited(self) -> Mapping[tuple[str, Location], frozenset[int | str | None]]:
        found: dict[tuple[str, Location], set[int | str | None]] = {}
        for base, citation in self._citations():
            declared = (citation.source, base.sources[citation.source].where)
            found.setdefault(declared, set()).update(citation.locators or (None,))
        return {declared: frozenset(places) for declared, places in found.items()}

    def _citations(self) -> Iterator[tuple[KnowledgeBase, Citation]]:
        """Every citation, with the base in which its source is declared."""
        for rule in self.base.rules:
            yield from ((self.base, citation) for citation in rule.citations)
        for scenario in self.scenarios:
            base = scenario.base
            for fact in scenario.facts.values():
                yield from ((base, citation) for citation in (*fact.citations, *fact.against))
            for said in scenario.recommends.values():
                yield from ((base, citation) for citation in said.citations)
            for holdings in scenario.interests.values():
                yield from ((base, citation) for held in holdings for citation in held.citations)

    @functools.cached_property
    def sources_of_facts(self) -> Mapping[str, tuple[Source, ...]]:
        """The sources that the facts of a template cite, by template, each scenario's its own."""
        found: dict[str, dict[tuple[str, Location], Source]] = {}
        for scenario in self.scenarios:
            for fact in scenario.facts.values():
                for source in (scenario.base.sources[c.source] for c in fact.citations):
                    of_template = found.setdefault(fact.instance.template, {})
                    of_template[source.id, source.where] = source
        return {name: tuple(sources.values()) for name, sources in found.items()}

    @functools.cached_property
    def evaluated(self) -> Sequence[OutcomePair]:
        """The scenarios to be run as their expectations see them, with those that they extend."""
        return expectations.evaluated(self.wanted)

    @functools.cached_property
    def covered(self) -> frozenset[Mark]:
        """What the scenarios to be run lead to, whatever they expect."""
        cases = (case for case, _ in self.evaluated)
        return frozenset(mark for case in cases for mark in exercised(case, self.loosened))

    @functools.cached_property
    def loosened(self) -> Loosened:
        """The rules without their comparisons."""
        return Loosened(self.base)

    @functools.cached_property
    def undecided(self) -> tuple[Mapping[Mark, RuleCondition], Set[Mark]]:
        """The conditions that decide in no scenario as it stands, and those in no future of one.

        Of rules that are both fired and withheld.
        """
        parts = {
            Mark("decisive", rule.id, part): condition
            for rule in self.base.rules
            if {Mark("fired", rule.id), Mark("withheld", rule.id)} <= self.covered
            for part, condition in deciding(self.base, rule)
        }
        left = {mark: part for mark, part in parts.items() if mark not in self.covered}
        return left, undiscriminating((case for case, _ in self.evaluated), left)

    @functools.cached_property
    def expected(self) -> frozenset[str]:
        """The templates of advice that some expectation names."""
        named = (e for case, _ in self.wanted for e in case.expectations if e.kind != "rules")
        return frozenset(e.what.split("(", maxsplit=1)[0] for e in named)

    @functools.cached_property
    def trial(self) -> Trial:
        """What becomes of the mutants of the base."""
        return trial(self.base, self.evaluated, self.mutants)

    @functools.cached_property
    def shown(self) -> Mapping[tuple[str, Place], ScenarioWitness]:
        """The first survivors for which a scenario was looked for, those with one that shows it.

        First come those that may be findings; where time was up, no scenario is looked for.
        """
        left = [] if self.trial.cut_short else self.trial.survivors
        first = sorted(left, key=lambda mutant: mutant.operator not in TOLD)[:SHOWN]
        cases = Cases(self.stage)
        found = ((mutant.identity, cases.witness(mutant)) for mutant in first)
        return {name: witness for name, witness in found if witness is not None}


_KINDS: Final[Mapping[type, PlaceKind]] = {
    Rule: "rule",
    Template: "template",
    Entity: "entity",
    Source: "source",
    Interest: "interest",
}


def place_of(
    item: Rule | Template | Entity | Source | Interest, pattern: Pattern | None = None
) -> Place:
    """The place of something declared, or of a pattern in it."""
    where = pattern.where if pattern else item.where
    return Place(where=where, kind=_KINDS[type(item)], name=item.id)


def place_of_fact(fact: Fact) -> Place:
    """The place of a statement."""
    return Place(where=fact.where, kind="fact", name=str(fact.instance))


def place_of_scenario(scenario: Scenario) -> Place:
    """The place of a scenario: where its file begins, or its row."""
    where = Location(scenario.where.file, scenario.where.line or 1, 1)
    return Place(
        where=where,
        kind="scenario",
        name=scenario.name,
    )
