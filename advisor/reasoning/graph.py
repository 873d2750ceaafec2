"""Turns possible facts and matches into a justification graph: an AND-OR graph of all reasoning.

The graph knows nothing of grades: those go in as the grades of the given facts, and come out of
`evaluate`. A justification-based truth maintenance network (Doyle 1979), recorded once and read
many times.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from advisor.model.coherence import key_of, question_of
from advisor.model.records import Instance, KnowledgeBase, Pattern, Rule, Template
from advisor.model.relations import closure, components
from advisor.model.scenarios import Scenario
from advisor.model.strata import resting
from advisor.model.telling import knows, tells
from advisor.model.values import Value
from advisor.reasoning import engines
from advisor.reasoning.firings import Firing, hypothetical
from advisor.reasoning.matcher import Match, Matcher
from advisor.reasoning.possible import PossibleFacts
from advisor.reasoning.subsets import Certainties


class Component(NamedTuple):
    """Facts that are evaluated together, since each rests on the others."""

    facts: tuple[int, ...]
    recursive: bool


class Making(NamedTuple):
    """How graphs are made, and what becomes of facts in one: for a graph that grows."""

    graph_of: Callable[..., JustificationGraph]
    certainties: Callable[[JustificationGraph, Scenario], Certainties]


class JustificationGraph:
    """All possible facts and all firings over them, in the order of their English.

    So whatever is sorted by the numbers of facts and firings is in that order too.
    """

    def __init__(
        self,
        facts: PossibleFacts,
        firings: Iterable[Firing],
        matcher: Matcher,
        making: Making,
        *,
        idle: Collection[int] = (),
        like: JustificationGraph | None = None,
    ) -> None:
        """The `idle` firings, by number, support nothing; the matcher goes on from here.

        What rests on what, and with that the components, are those of the graph that it is `like`.
        """
        self.base = facts.base
        self.instances, self.number, self.size = facts.instances, facts.number, facts.size
        self.of_template = facts.of_template
        self.firings: tuple[Firing, ...] = tuple(firings)
        self.supports: list[list[int]]  # firings, per fact or node
        self.supports = self._supports(idle) if like is None or idle else like.supports
        self.components: tuple[Component, ...]
        self.components = self._components() if like is None else like.components
        self._facts, self._matcher, self._making, self._idle = facts, matcher, making, idle

    def _supports(self, idle: Collection[int]) -> list[list[int]]:
        supports: list[list[int]] = [[] for _ in range(self.size)]
        for number, firing in enumerate(self.firings):
            for fact in _once(firing.raises) if number not in idle else ():
                supports[fact].append(number)
        return supports

    def matching(self, pattern: Pattern, bindings: Mapping[str, Value]) -> tuple[int, ...]:
        """The possible facts that match a pattern; a variable without a binding is local to it."""
        return self._facts.matching(pattern, bindings)

    def hypothetical(self, rule: Rule, match: Match) -> Firing:
        """A match of a rule over possible facts, as if its comparisons let it through."""
        return hypothetical(self._facts, rule, match)

    def premises_of(self, firing: int) -> list[Instance]:
        """The facts that the premises of a firing matched, in order."""
        return [self.instances[fact] for fact in self.firings[firing].premises]

    def template(self, fact: int) -> Template:
        """The template of a fact."""
        return self.base.templates[self.instances[fact].template]

    def other_advice(self, client: Value) -> int | None:
        """The node of other advice to a client; None if there is none to give, or no default."""
        return self._facts.other.get(client)

    def is_fact(self, number: int) -> bool:
        """Whether a number is that of a fact, and not of a node of other advice."""
        return number < len(self.instances)

    def behind(self, node: int) -> dict[int, list[Firing]]:
        """The advice that a node of other advice stands for, each with the firings that give it."""
        found: dict[int, list[Firing]] = {}
        for firing in (self.firings[number] for number in self.supports[node]):
            for fact in self.named(node, firing):
                found.setdefault(fact, []).append(firing)
        return dict(sorted(found.items()))

    def named(self, number: int, firing: Firing) -> list[int]:
        """The facts by which to call what a firing raises: of a node, the firing's own advice."""
        if self.is_fact(number):
            return [number]
        advised = self._facts.advised
        advice = (fact for fact in firing.conclusions if fact in advised)
        return [fact for fact in advice if self.other_advice(advised[fact]) == number]

    def askable(self, base: KnowledgeBase) -> Mapping[int, frozenset[object]]:
        """The facts that a base has questions about, with the key and the question of each.

        Not those that speak of what it does not know, or of which a file tells all.
        """
        if id(base) not in self._askable:
            self._askable[id(base)] = base, self._asked_about(base)
        return self._askable[id(base)][1]

    @functools.cached_property
    def _askable(self) -> dict[int, tuple[KnowledgeBase, Mapping[int, frozenset[object]]]]:
        return {}  # by id; a base that is here keeps it

    def _asked_about(self, base: KnowledgeBase) -> Mapping[int, frozenset[object]]:
        found: dict[int, frozenset[object]] = {}
        for template in map(self.base.templates.__getitem__, self.of_template):
            for fact in self.of_template[template.id] if template.asks else ():
                one = self.instances[fact]
                if knows(base, one) and not tells(base, one):
                    asked = {key_of(template, one), question_of(template, one)}
                    found[fact] = frozenset[object](asked - {None})
        return found

    def advice_to(self, client: Value | None) -> list[int]:
        """All possible advice to a client, or to anyone."""
        return [n for n, whom in self._facts.advised.items() if client is None or whom == client]

    def extended(self, extra: Iterable[Instance]) -> JustificationGraph:
        """The graph in which these facts are possible too, and what follows from them."""
        fresh = [instance for instance in extra if instance not in self.number]
        if not fresh:
            return self
        had = len(self.instances)
        matcher = engines.going_on(self._matcher, had, had + len(fresh))
        named = self._facts.named.union(fresh)
        return self._making.graph_of(matcher, [*self.instances, *fresh], named)

    def suiting(self, *scenarios: Scenario, alone: bool = False) -> JustificationGraph:
        """This graph, or one that has what is computed over facts as scenarios have these.

        That one has it for the scenarios of this graph as well, unless for these `alone`. The
        numbers of its facts are others.
        """
        computing = self._matcher.computing
        if all((self.slack(one) or 0) >= 0 for one in scenarios):
            return self
        known = () if alone else (world.scenario for world in computing.worlds)
        return self.made_for(tuple(map(Certainties, (*known, *scenarios))))

    def made_for(self, worlds: tuple[Certainties, ...]) -> JustificationGraph:
        """Another graph of the same possible facts, and of those of these worlds, for these.

        What only followed from computing for other worlds is not among them.
        """
        found = dict.fromkeys(i for i in self.instances if i.template not in self.base.derived)
        found |= dict.fromkeys(self._facts.named)
        found |= dict.fromkeys(i for world in worlds for i in world.scenario.facts)
        return self._making.graph_of(self._matcher.afresh(worlds), found)

    def slack(self, scenario: Scenario) -> int | None:
        """How many of the facts that only some of may be otherwise may be so than in a scenario.

        None if all of them may; below 0 if the graph is not for this scenario.
        """
        return self._matcher.computing.slack(self._making.certainties(self, scenario))

    def summed(self, scenario: Scenario) -> list[int]:
        """The facts of which a scenario is sure, and only some may be otherwise."""
        world = self._making.certainties(self, scenario)
        limited = self._matcher.computing.limited
        return sorted(self.number[one] for one in limited if world.stands(one) is not None)

    def moving(self, facts: Iterable[int]) -> dict[int, int]:
        """The given facts that these facts are or rest on, each with how many of these."""
        found = Counter(one for fact in facts for one in closure([fact], self.rests_on))
        derived = self.base.derived
        return {n: found[n] for n in sorted(found) if self.instances[n].template not in derived}

    def rests_on(self, fact: int) -> Iterator[int]:
        """What the firings for a fact depend on."""
        for number in self.supports[fact]:
            yield from self.firings[number].depends_on()

    @functools.cached_property
    def concluded(self) -> tuple[int, ...]:
        """The facts that rules conclude and others compute over, as far as nothing waits for them.

        None rests on a rule that waits; nor are there those of which all may be otherwise.
        """
        computing, derived = self._matcher.computing, self.base.derived
        waiting = [rule for rule in self.base.rules if rule.id in computing.waiting]
        over = {of.of.template for rule in waiting for of in rule.aggregates()}
        over |= {instance.template for instance in computing.limited}
        if waiting:
            over -= resting(self.base, [c.template for rule in waiting for c in rule.conclusions])
        facts = self.of_template
        return tuple(n for name in sorted(over & derived) for n in facts.get(name, ()))

    @functools.cached_property
    def below_concluded(self) -> tuple[int, ...]:
        """These facts, with all that they may rest on."""
        return tuple(closure(self.concluded, self.rests_on))

    def without(self, idle: Collection[int]) -> JustificationGraph:
        """The graph in which the firings of these numbers support nothing.

        The order of its facts stays.
        """
        return JustificationGraph(
            self._facts, self.firings, self._matcher, self._making, idle=idle, like=self
        )

    def replaced(self, firings: Mapping[int, Firing]) -> JustificationGraph:
        """The graph with other firings under some numbers, which raise what those did.

        They rest on no more than those.
        """
        changed = list(self.firings)
        for number, firing in firings.items():
            changed[number] = firing
        return JustificationGraph(self._facts, changed, self._matcher, self._making, like=self)

    @functools.cached_property
    def of_rule(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of each rule's firings, by its id."""
        found: dict[str, list[int]] = {}
        for number, firing in enumerate(self.firings):
            found.setdefault(firing.rule.id, []).append(number)
        return {rule: tuple(numbers) for rule, numbers in found.items()}

    def lacking_one(self, there: Set[int]) -> list[int]:
        """The firings at most one of whose premises is not among these facts, in order."""
        joining = {number for fact in there for number in self._joining.get(fact, ())}
        premises = ((number, self.firings[number].premises) for number in joining)
        lacking = (n for n, some in premises if sum(one not in there for one in some) < 2)
        return sorted((*self._joining_none, *lacking))

    @functools.cached_property
    def _joining(self) -> Mapping[int, tuple[int, ...]]:
        """For each fact, the firings that join it with others."""
        found: dict[int, dict[int, None]] = {}
        for number, firing in enumerate(self.firings):
            for fact in firing.premises if len(firing.premises) > 1 else ():
                found.setdefault(fact, {})[number] = None
        return {fact: tuple(numbers) for fact, numbers in found.items()}

    @functools.cached_property
    def _joining_none(self) -> tuple[int, ...]:
        """The firings with one premise or none."""
        return tuple(n for n, firing in enumerate(self.firings) if len(firing.premises) < 2)

    def downstream(self, facts: Iterable[int]) -> set[int]:
        """The facts with all that may rest on them, in whatever way."""
        return set(closure(facts, lambda fact: self.resting.get(fact, ())))

    @functools.cached_property
    def resting(self) -> Mapping[int, tuple[int, ...]]:
        """For each fact, those that some firing concludes from it, counts or excepts it for."""
        found: dict[int, dict[int, None]] = {}
        for firing in self.firings:
            for fact in firing.depends_on():
                found.setdefault(fact, {}).update(dict.fromkeys(firing.raises))
        return {fact: tuple(facts) for fact, facts in found.items()}

    def live(self, facts: Iterable[int]) -> dict[int, list[int]]:
        """All that can have any support if these facts alone are given, each with what can give it.

        A firing waits at one premise after the other until it has them all, first at the one that
        the fewest others wait at; so those of which something is missing cost next to nothing.
        """
        found: dict[int, list[int]] = {}
        waiting: dict[int, list[int]] = {}
        ready = [*self._unconditional]

        def reach(fact: int) -> None:
            if fact not in found:
                found[fact] = []
                ready.extend(self._awaited.get(fact, ()))
                ready.extend(waiting.pop(fact, ()))

        for fact in facts:
            reach(fact)
        while ready:
            number = ready.pop()
            firing = self.firings[number]
            for premise in firing.premises:
                if premise not in found:
                    waiting.setdefault(premise, []).append(number)
                    break
            else:
                for fact in firing.raises:
                    reach(fact)
                    found[fact].append(number)
        return {fact: sorted({*numbers}) for fact, numbers in found.items()}

    @functools.cached_property
    def _awaited(self) -> Mapping[int, tuple[int, ...]]:
        """For each fact, the firings of which it is the rarest premise; of counts alone, each."""
        uses = Counter(itertools.chain.from_iterable(f.premises for f in self.firings))
        found: dict[int, list[int]] = {}
        for number, firing in enumerate(self.firings):
            if number in self._idle:
                continue
            if firing.premises:
                found.setdefault(min(firing.premises, key=uses.__getitem__), []).append(number)
                continue
            for fact in itertools.chain(*(count.facts for count in firing.counts)):
                found.setdefault(fact, []).append(number)
        return {fact: tuple(numbers) for fact, numbers in found.items()}

    @functools.cached_property
    def _unconditional(self) -> tuple[int, ...]:
        """The firings that need no fact."""
        return tuple(
            number
            for number, firing in enumerate(self.firings)
            if not firing.premises and not firing.counts and number not in self._idle
        )

    def _components(self) -> tuple[Component, ...]:
        """The facts in an order in which each comes after all it rests on."""
        needs: dict[int, list[int]] = {}
        for fact, supports in enumerate(self.supports):
            resting = [self.firings[number].needs() for number in supports]
            needs[fact] = list(dict.fromkeys(itertools.chain.from_iterable(resting)))
        return tuple(
            Component(tuple(sorted(members)), len(members) > 1 or members[0] in needs[members[0]])
            for members in components(needs)
        )

    @functools.cached_property
    def component_of(self) -> list[int]:
        """The number of each fact's component."""
        found = [0] * self.size
        for number, component in enumerate(self.components):
            for fact in component.facts:
                found[fact] = number
        return found

    @functools.cached_property
    def caveats(self) -> Mapping[int, tuple[tuple[int, int], ...]]:
        """For each piece of advice, its possible caveats: each a fact with the firing behind it."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, firing in enumerate(self.firings):
            for caveat in firing.conclusions:
                if self.template(caveat).caveat:
                    qualified = next(n for n in firing.premises if self.template(n).advice)
                    found.setdefault(qualified, []).append((caveat, number))
        return {advice: tuple(sorted(pairs)) for advice, pairs in found.items()}


def _once(numbers: tuple[int, ...]) -> Iterable[int]:
    """The numbers, each once."""
    return numbers if len(numbers) == 1 else dict.fromkeys(numbers)
