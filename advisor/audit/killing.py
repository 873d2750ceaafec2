"""Turns a mutant into a scenario that tells it from the base: invented things, and facts on them.

No search: what a rule's variables stand for is invented, each thing other than the rest, so that
its premises hold by themselves; then whatever it takes for advice to follow. A case counts once it
is evaluated with the base and with the mutant, and the advice differs.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

import msgspec

from advisor.answers.advice import caveats_on
from advisor.answers.explanation import cited, merged, proof
from advisor.audit.finding import ScenarioWitness
from advisor.audit.mutants import PASSED, Mutant
from advisor.audit.mutation import TriedMutant, World
from advisor.audit.witness import Draft, Stage, held
from advisor.model.background import starting
from advisor.model.english import variable_types
from advisor.model.errors import Location
from advisor.model.grades import HOLDS
from advisor.model.records import (
    AnyOf,
    AtLeast,
    Comparison,
    Entity,
    Instance,
    KnowledgeBase,
    Pattern,
    Rule,
    SlotType,
    Term,
    Var,
)
from advisor.model.scenarios import Scenario
from advisor.model.sources import Citations
from advisor.model.values import Value
from advisor.reasoning.computing import extended
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.unification import filled, unify

DEPTH: Final = 4  # of rules, down to what can be stated and up to advice
TRIES: Final = 12  # cases that are evaluated for one mutant
_HERE: Final = Location("<case>")


class ObservedAdvice(NamedTuple):
    """What an expectation could say of a piece of advice."""

    grade: int
    caveats: frozenset[str]
    advances: frozenset[str]
    strains: frozenset[str]
    citations: Citations


class _Inventor:
    """Invents things, each of the type that every use of a variable asks for."""

    def __init__(self, base: KnowledgeBase, numbers: Counter[str]) -> None:
        self.base = base
        self.numbers = numbers  # of things that there are, by type
        self.made: dict[str, Entity] = {}

    def thing(self, *kinds: SlotType) -> Value:
        """Something that may stand in all of these slots, other than what was invented before."""
        first = kinds[0]
        if first.kind == "values":
            return next(iter(first.values))
        if first.kind == "boolean":
            return True
        if first.kind == "number":
            return len(self.made) + 1
        if first.kind == "date":
            return date(2000, 1, 1 + len(self.made) % 28)
        shared = [name for name in first.types if all(name in kind.types for kind in kinds)]
        type_name = (shared or first.types)[0]
        while True:
            self.numbers[type_name] += 1
            name = f"{type_name.lower()}-{self.numbers[type_name]}"
            if name not in self.base.entities:
                break
        shown = f"{type_name} {self.numbers[type_name]}"
        self.made[name] = Entity(id=name, type=type_name, name=shown, where=_HERE)
        return name


VariableValues = dict[str, Value]


def _listed(rule: Rule) -> set[Value]:
    """The values that a rule lists."""
    terms = [term for pattern in rule.conditions() for term in pattern.terms]
    single = {term for term in terms if isinstance(term, str)}
    return single.union(*(term.values for term in terms if isinstance(term, AnyOf)))


def _dropped(old: Rule, now: Rule) -> list[Comparison]:
    """The comparisons that say two variables to differ, and that a rule makes no more."""
    gone = (test for test in old.comparisons if test not in now.comparisons)
    return [test for test in gone if test.operator == "!=" and len(test.variables()) == 2]


def _alike(
    base: KnowledgeBase, rule: Rule, same: Sequence[Comparison], things: _Inventor
) -> VariableValues:
    """The variables of some comparisons, those of each bound to one thing."""
    kinds = variable_types(base, rule)
    found: VariableValues = {}
    for test in same:
        names = sorted(test.variables() & kinds.keys())
        thing = things.thing(*(kinds[name] for name in names))
        found |= dict.fromkeys(names, thing)
    return found


class Cases:
    """The cases that could tell mutants from a base."""

    def __init__(self, stage: Stage) -> None:
        self.base = stage.base
        self.stage = stage
        self.numbers: Counter[str] = Counter()  # of things invented, by type
        self.telling: set[Value] = set()  # what one of two rules lists, and the other does not

    def of(self, mutant: Mutant) -> Draft | None:
        """The first that tells a mutant; None if none of those tried does."""
        old = next((rule for rule in self.base.rules if rule.id == mutant.rule), None)
        if old is None:
            return None
        self.telling = _listed(old) ^ _listed(mutant.now) if isinstance(mutant.now, Rule) else set()
        drafts = self._of_rule(old, mutant)
        for draft in itertools.islice((d for d in drafts if d is not None), TRIES):
            if self._tells(self._outcome(draft), mutant):
                return draft
        return None

    def witness(self, mutant: Mutant) -> ScenarioWitness | None:
        """A case as a fact file, loaded and seen to show what it is for; None if none is."""
        draft = self.of(mutant)
        if draft is None:
            return None
        shows = f"What shows if {mutant.says}"
        return held(self.stage, shows, draft, lambda case: self._tells(case, mutant))

    def _tells(self, case: Outcome, mutant: Mutant) -> bool:
        """Whether other advice can be seen with a mutant in the place of what it changes."""
        world = World(case, self.stage.matcher(case.scenario))
        return seen(TriedMutant(mutant).outcome(world)) != seen(case)

    def _of_rule(self, old: Rule, mutant: Mutant) -> Iterator[Draft | None]:
        """What could tell a mutant of a rule, likeliest first."""
        if isinstance(mutant.now, Rule):
            yield from itertools.chain.from_iterable(
                itertools.zip_longest(
                    self._drafts(mutant.now, _dropped(old, mutant.now)),
                    self._drafts(old),
                    self._excepted(old, mutant.now),
                )
            )
        elif mutant.operator == PASSED and mutant.part < len(old.premises):
            premise = old.premises[mutant.part]
            of = premise.of if isinstance(premise, AtLeast) else premise
            yield from self._drafts(old, denied=of)
        elif mutant.operator == PASSED and mutant.part - len(old.premises) < len(old.exceptions):
            yield from self._drafts(old, beside=old.exceptions[mutant.part - len(old.premises)])
        else:
            yield from self._drafts(old)

    def _excepted(self, old: Rule, now: Rule) -> Iterator[Draft]:
        """Facts on which a rule fires, with what an exception of another matches, and this not."""
        for exception in now.exceptions:
            if exception not in old.exceptions:
                yield from self._drafts(old, beside=exception)

    def _drafts(
        self,
        rule: Rule,
        same: Sequence[Comparison] = (),
        beside: Pattern | None = None,
        denied: Pattern | None = None,
    ) -> Iterator[Draft]:
        """Facts on which a rule fires, and advice follows from that.

        The two sides of some comparisons are one thing; a pattern may hold `beside` the premises,
        and a premise be denied.
        """
        if denied is not None and denied.template in self.base.derived:
            return  # what follows from rules cannot be denied
        for variant in self.base.varied(rule):
            things = _Inventor(self.base, self.numbers)
            alike = _alike(self.base, variant, same, things)
            found = self._premises(variant, alike, things, DEPTH, but=denied)
            if found is None:
                continue
            facts, bound = found
            if beside is not None:
                facts = facts | {self._filled(beside, bound, things)}
            against = set() if denied is None else {self._filled(denied, bound, things)}
            for conclusion in variant.conclusions:
                concluded = filled(self.base, conclusion, bound)
                for more in self._above(concluded, things, DEPTH):
                    yield Draft(
                        facts=self.base.ordered(facts | more),
                        denied=self.base.ordered(against),
                        entities=tuple(things.made.values()),
                    )

    def _above(self, fact: Instance, things: _Inventor, depth: int) -> Iterator[set[Instance]]:
        """What else it takes for some advice to turn on a fact."""
        template = self.base.templates[fact.template]
        if template.advice or template.caveat:
            yield set()
        for rule in self.base.requiring.get(fact.template, ()) if depth else ():
            for variant in self.base.varied(rule):
                for pattern in variant.conditions():
                    same = pattern.template == fact.template
                    bound = unify(pattern.terms, fact.values, {}) if same else None
                    found = (
                        None
                        if bound is None
                        else self._premises(variant, bound, things, DEPTH - 1, but=pattern)
                    )
                    if found is None:
                        continue
                    facts, bindings = found
                    for conclusion in variant.conclusions:
                        concluded = filled(self.base, conclusion, bindings)
                        for more in self._above(concluded, things, depth - 1):
                            yield facts | more

    def _premises(
        self,
        rule: Rule,
        bound: Mapping[str, Value],
        things: _Inventor,
        depth: int,
        but: Pattern | None = None,
    ) -> tuple[set[Instance], VariableValues] | None:
        """Facts on which a rule fires, but for one premise, and what its variables stand for."""
        bindings = self._bindings(rule, bound, things)
        bindings |= extended(rule, bindings)
        if not all(
            test.holds(bindings) for test in rule.comparisons if bindings.keys() >= test.variables()
        ):
            return None
        found: set[Instance] = set()
        for premise in rule.premises:
            of = premise.of if isinstance(premise, AtLeast) else premise
            if of is but:
                continue
            for _ in range(premise.count if isinstance(premise, AtLeast) else 1):
                facts = self._below(self._filled(of, bindings, things), things, depth)
                if facts is None:
                    return None
                found |= facts
        return found, bindings

    def _below(self, fact: Instance, things: _Inventor, depth: int) -> set[Instance] | None:
        """What to state for a fact: itself, or of advice the premises of a rule for it."""
        template = self.base.templates[fact.template]
        if not (template.advice or template.caveat):
            return {fact}
        for rule in self.base.concluding.get(fact.template, ()) if depth else ():
            for conclusion in rule.conclusions:
                same = conclusion.template == fact.template and not rule.otherwise
                bound = unify(conclusion.terms, fact.values, {}) if same else None
                found = (
                    self._premises(rule, bound, things, depth - 1) if bound is not None else None
                )
                if found is not None:
                    return found[0]
        return None

    def _bindings(
        self, rule: Rule, bound: Mapping[str, Value], things: _Inventor
    ) -> VariableValues:
        kinds: dict[str, list[SlotType]] = {}
        for pattern in [*rule.patterns(), *rule.exceptions, *rule.conclusions]:
            slots = self.base.templates[pattern.template].slots.values()
            for term, kind in zip(pattern.terms, slots, strict=True):
                if isinstance(term, Var):
                    kinds.setdefault(term.name, []).append(kind)
        found = dict(bound)
        for test in rule.comparisons:
            if test.operator == "=" and isinstance(test.left, Var):
                same = found.get(test.right.name) if isinstance(test.right, Var) else test.right
                if same is not None:
                    found.setdefault(test.left.name, same)
        for name, uses in kinds.items():
            if name not in found:
                found[name] = things.thing(*uses)
        return found

    def _filled(self, pattern: Pattern, bindings: VariableValues, things: _Inventor) -> Instance:
        template = self.base.templates[pattern.template]

        def value(term: Term, kind: SlotType) -> Value:
            if isinstance(term, Var):
                return bindings[term.name] if term.name in bindings else things.thing(kind)
            if isinstance(term, AnyOf):
                return next((v for v in term.values if v in self.telling), term.values[0])
            return things.thing(kind) if term is None else term

        pairs = zip(pattern.terms, template.slots.values(), strict=True)
        return template.instance(*(value(term, kind) for term, kind in pairs))

    def _outcome(self, draft: Draft) -> Outcome:
        """What comes of a draft, before it is a file."""
        entities = {entity.id: entity for entity in draft.entities}
        own = msgspec.structs.replace(self.base, entities={**self.base.entities, **entities})
        said = starting(own) | {fact.instance: fact for fact in draft.stated()}
        scenario = Scenario(base=own, name="case", title="case", facts=said, where=_HERE)
        return self.stage.evaluated(scenario)


def seen(case: Outcome) -> dict[str, ObservedAdvice]:
    """What can be seen of all advice that is given, by instance."""
    graph, grades = case.graph, case.grades
    found = {}
    for fact in graph.advice_to(None):
        if grades.lower[fact] >= HOLDS:
            links = proof(case, fact)
            rules = [link.firing.rule for link in links if link.firing and link.fact == fact]
            caveats = caveats_on(graph, fact, grades, ())
            beside = [citation for _, firing in caveats for citation in firing.rule.citations]
            found[str(graph.instances[fact])] = ObservedAdvice(
                grades.lower[fact],
                frozenset(str(graph.instances[caveat]) for caveat, _ in caveats),
                frozenset(name for rule in rules for name in rule.advances),
                frozenset(name for rule in rules for name in rule.strains),
                tuple(merged(case.scenario.base, [*cited(case, links), *beside])),
            )
    return found
