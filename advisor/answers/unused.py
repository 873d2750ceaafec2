"""Tells which facts no advice to a client rests on, and how near each came to a rule.

A fact leads somewhere if given or open advice rests on it: through derivations that hold or could,
as a premise, as one of those counted, or as what an exception or a default would yield to. What has
to hold and what has to be kept from holding are followed apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Final, NamedTuple

import msgspec

from advisor.answers.recommendation import Unused
from advisor.answers.whynot import Inquiry, NearMiss
from advisor.model import asking, english
from advisor.model.authored import is_helper
from advisor.model.coherence import key_of
from advisor.model.grades import HOLDS, with_band
from advisor.model.records import Instance, Rule, Template, Var
from advisor.model.relations import closure
from advisor.model.scenarios import Scenario
from advisor.model.values import Value
from advisor.reasoning.evaluate import Outcome, firing_grade
from advisor.reasoning.firings import Firing
from advisor.reasoning.unification import matches, unified


class UnusedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that no advice to a client rests on, and the nearest rule with what it lacks."""

    instance: str
    says: str  # a clause
    likelihood: str | None  # as stated, with its band; None where it is denied or disputed
    reaches: tuple[str, ...]  # clauses: what rules conclude from it, all of it leading nowhere
    others: tuple[str, ...]  # names: to whom else it carries advice
    nearest: NearMiss | None  # with the unmet conditions alone; None if no rule goes on from it
    against: tuple[str, ...]  # rules that have it among their exceptions alone


MANY: Final = 1_000  # facts: so many come from files there to extend, and nobody looks at each


class Need(NamedTuple):
    """A fact, or a node of other advice, that has to hold, or to be kept from holding."""

    fact: int
    holds: bool


def unused(outcome: Outcome, client: str, *, advised: bool = True) -> Unused:
    """The facts that lead nowhere, of what a scenario says; what is unknown says nothing.

    Where nothing is `advised`, with the rule that they came nearest to.
    """
    said = _said(outcome.scenario)
    leading = _leading(outcome, client) if said else set()
    number = outcome.graph.number
    idle = tuple(str(instance) for instance in said if number[instance] not in leading)
    return Unused(facts=idle, of=len(said), nearest=None if advised else _nearest(outcome, client))


def _nearest(outcome: Outcome, client: str) -> NearMiss | None:
    """The rule that all facts together came nearest to."""
    said = _said(outcome.scenario)
    if not said:
        return None
    search = _NearSearch(outcome, client)
    found = (search.fact(instance).nearest for instance in said)
    return min((miss for miss in found if miss is not None), key=search.order, default=None)


def unused_facts(outcome: Outcome, client: str) -> tuple[UnusedFact, ...]:
    """The facts that lead nowhere, each with the rule that it came nearest to."""
    leading, number = _leading(outcome, client), outcome.graph.number
    search = _NearSearch(outcome, client)
    said = _said(outcome.scenario)
    return tuple(search.fact(instance) for instance in said if number[instance] not in leading)


def _said(scenario: Scenario) -> list[Instance]:
    """What the scenario states or denies; where that is very much, what its own file states.

    Nobody says that the other values do not hold of a key of which one always does.
    """
    templates = scenario.base.templates
    told = [one for one in scenario.facts.items() if one[1].origin != "background"]
    valued = {key_of(templates[i.template], i) for i, fact in told if fact.standing == "stated"}
    said = [
        (one, fact)
        for one, fact in told
        if fact.standing == "stated"
        or (fact.standing != "unknown" and not _follows(templates[one.template], one, valued))
    ]
    if len(said) <= MANY:
        return [one for one, _ in said]
    own = scenario.where.file
    return [one for one, fact in said if (fact.where.file, fact.standing) == (own, "stated")]


def _follows(template: Template, one: Instance, valued: Set[object]) -> bool:
    """Whether it follows that a fact does not hold, as another value of its key does."""
    return template.exactly and key_of(template, one) in valued


def _leading(outcome: Outcome, client: str) -> set[int]:
    """The facts that given or open advice to a client, or a caveat on it, rests on."""
    graph, grades = outcome.graph, outcome.grades
    advice = [fact for fact in graph.advice_to(client) if grades.upper[fact] >= HOLDS]
    caveats = [caveat for fact in advice for caveat, _ in graph.caveats.get(fact, ())]
    start = [Need(fact, True) for fact in (*advice, *caveats)]
    found = closure(start, lambda need: _below(outcome, need))
    return {need.fact for need in found if _serves(outcome, need)}


def _serves(outcome: Outcome, need: Need) -> bool:
    """Whether a fact stands as it has to, or could."""
    lower, upper = outcome.bounds(need.fact)
    return upper >= HOLDS if need.holds else lower < HOLDS


def _below(outcome: Outcome, need: Need) -> Iterator[Need]:
    """What has to hold, or not to, for a fact to stand as it has to."""
    for firing in _firings(outcome, need.fact):
        if need.holds and not _could(outcome, firing):
            continue
        for fact, speaks_for in firing.inputs():
            below = Need(fact, need.holds == speaks_for)
            if _serves(outcome, below):
                yield below


def _firings(outcome: Outcome, fact: int) -> Iterator[Firing]:
    graph, withdrawn = outcome.graph, outcome.scenario.withdrawn
    firings = (graph.firings[number] for number in graph.supports[fact])
    return (firing for firing in firings if firing.rule.id not in withdrawn)


def _could(outcome: Outcome, firing: Firing) -> bool:
    """Whether a firing holds or could."""
    return bool(firing_grade(firing, outcome.grades)[1] >= HOLDS)


class _NearSearch:
    """What a scenario's facts come near to."""

    def __init__(self, outcome: Outcome, client: str) -> None:
        self.outcome, self.client = outcome, client
        self.graph, self.base = outcome.graph, outcome.scenario.base
        self.inquiry = Inquiry(outcome, False)
        self.above: dict[int, dict[int, None]] = {}  # what could be concluded from each fact
        for fact in range(self.graph.size):
            for firing in _firings(outcome, fact):
                if _could(outcome, firing):
                    for below, speaks_for in firing.inputs():
                        if speaks_for and _serves(outcome, Need(below, True)):
                            self.above.setdefault(below, {})[fact] = None

    def fact(self, instance: Instance) -> UnusedFact:
        """How far a fact leads."""
        start = self.graph.number[instance]
        found = [one for one in closure([start], self._above) if self.graph.is_fact(one)]
        reached = [self.graph.instances[one] for one in found]
        clients = [self._client(one) for one in reached[1:]]
        near = [] if self.client in clients else list(self._near(reached))
        said = self.outcome.scenario.facts[instance]
        return UnusedFact(
            instance=str(instance),
            says=asking.states(self.base, said),
            likelihood=with_band(said.grade) if said.standing == "stated" and said.grade else None,
            reaches=tuple(
                english.says(self.base, one)
                for one, advised in zip(reached[1:], clients, strict=True)
                if advised is None and not self.base.templates[one.template].caveat
            ),
            others=tuple(
                self.base.entities[one].name for one in dict.fromkeys(clients) if one is not None
            ),
            nearest=min(near, key=self.order, default=None),
            against=tuple(self._against(instance)) if not near and len(reached) == 1 else (),
        )

    def _above(self, fact: int) -> Iterable[int]:
        return self.above.get(fact, ())

    def _client(self, instance: Instance) -> str | None:
        """Whom a piece of advice is to; None for all else."""
        template = self.base.templates[instance.template]
        return str(template.slot_values(instance)["client"]) if template.advice else None

    def _near(self, reached: Iterable[Instance]) -> Iterator[NearMiss]:
        """The rules with a place for what is reached that lack something.

        A rule about a kind of advice comes before what it is of each advice of that kind: where
        none of these is given, it is the kind that is lacking.
        """
        rules = {id(rule): rule for rule in (*self.base.rules, *self.base.variants)}
        for instance in reached:
            for rule in rules.values():
                if is_helper(rule.id):
                    continue
                for bindings in self._places(rule, instance):
                    for draft in self.inquiry.near(rule, bindings):
                        if draft.miss.unmet:
                            yield _lacking(draft.miss)

    def _places(self, rule: Rule, instance: Instance) -> Iterator[dict[str, Value]]:
        """What a rule's variables stand for where its premises are met by a fact."""
        template = self.base.templates[instance.template]
        for pattern in (*rule.patterns(), *(count.of for count in rule.counts())):
            if pattern.template == instance.template:
                yield from unified(template, pattern.terms, instance.values, {})

    def order(self, miss: NearMiss) -> tuple[bool, int, int]:
        """First what is not about another client, then what lacks least."""
        advised = list(self._advised(miss))
        return (
            bool(advised) and self.client not in advised,
            miss.unmet,
            self.base.rule_ranks[miss.rule],
        )

    def _advised(self, miss: NearMiss) -> Iterator[object]:
        """Whom a rule advises or warns, as a near miss binds it; if free, the client."""
        rule = self.base.rules[self.base.rule_ranks[miss.rule]]
        for pattern in rule.conclusions:
            template = self.base.templates[pattern.template]
            if (template.advice or template.caveat) and "client" in template.slots:
                term = pattern.terms[list(template.slots).index("client")]
                yield miss.bindings.get(term.name, self.client) if isinstance(term, Var) else term

    def _against(self, instance: Instance) -> Iterator[str]:
        template = self.base.templates[instance.template]
        for rule in self.base.rules:
            same = (
                exception
                for exception in rule.exceptions
                if exception.template == instance.template
            )
            if any(matches(template, pattern.terms, instance.values, {}) for pattern in same):
                yield rule.id


def _lacking(miss: NearMiss) -> NearMiss:
    unmet = tuple(
        condition for condition in miss.conditions if condition.status not in {"held", "open"}
    )
    return msgspec.structs.replace(miss, conditions=unmet)
