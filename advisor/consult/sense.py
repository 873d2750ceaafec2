"""Says which questions make sense: those whose `ask-when` holds, and nothing of their `ask-unless`.

What must hold is asked first where it can be asked about, and where it does not hold the question
is not asked. A question whose `ask-when` nobody knows is asked, and so is one about what is stated,
where nobody denies what that takes for granted. Of `ask-unless` nothing is asked: what is known
counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from advisor.model.grades import HOLDS, NO_SUPPORT
from advisor.model.records import AnyOf, Instance, KnowledgeBase, Pattern, Template, Var
from advisor.model.relations import closure
from advisor.model.telling import asks
from advisor.reasoning.askable import askable_for
from advisor.reasoning.cone import cone
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.unification import bound


def premises(base: KnowledgeBase, instance: Instance) -> list[Pattern]:
    """What must hold for a question about a fact to make sense."""
    template = base.templates[instance.template]
    return _about(template, instance, template.ask_when)


def bars(base: KnowledgeBase, instance: Instance) -> list[Pattern]:
    """What must not hold for that."""
    template = base.templates[instance.template]
    return _about(template, instance, template.ask_unless)


def _about(template: Template, instance: Instance, each: Iterable[Pattern]) -> list[Pattern]:
    slots = template.slot_values(instance)
    return [Pattern(template=p.template, terms=bound(p, slots), where=p.where) for p in each]


def asked_first(base: KnowledgeBase, of: Iterable[Instance]) -> list[Instance]:
    """What could be asked about because of the `ask-when` of some facts, and of that in turn."""
    made: dict[tuple[object, ...], list[Instance]] = {}

    def below(instance: Instance) -> Iterator[Instance]:
        for pattern in premises(base, instance):
            key = (pattern.template, pattern.terms)
            if key not in made:
                made[key] = _askable(base, pattern)
            yield from made[key]

    start = [one for one in of if base.templates[one.template].ask_when]
    return [*closure((first for one in start for first in below(one)), below)]


def _askable(base: KnowledgeBase, pattern: Pattern) -> list[Instance]:
    """What can be asked about so that some fact matches a pattern."""
    template = base.templates[pattern.template]
    values = [t for t in pattern.terms if t is not None and not isinstance(t, Var | AnyOf)]
    if not template.asks or len(values) < len(pattern.terms):
        return askable_for(base, pattern)
    return [] if template.repeats(values) else [template.instance(*values)]


class Sense:
    """Which questions make sense, in an outcome in which some facts are still open.

    `open_` are those that nobody has spoken of and that can be asked about; `still` gives the
    outcome in which all that nobody has spoken of is unknown.
    """

    def __init__(self, case: Outcome, open_: Collection[int], still: Callable[[], Outcome]) -> None:
        self.case, self.open, self.still = case, open_, still
        self._first: dict[int, frozenset[int] | None] = {}

    def first(self, fact: int) -> frozenset[int] | None:
        """The open facts to ask about before; None if it makes no sense to ask about this one."""
        if fact not in self._first:
            self._first[fact] = None  # until that is known, lest it be asked about for itself
            self._first[fact] = self._to_ask(fact)
        return self._first[fact]

    def _to_ask(self, fact: int) -> frozenset[int] | None:
        graph, instance = self.case.graph, self.case.graph.instances[fact]
        if any(self._one_holds(graph.matching(bar, {})) for bar in bars(graph.base, instance)):
            return None
        found: set[int] = set()
        for pattern in premises(graph.base, instance):
            there = graph.matching(pattern, {})
            if self._one_holds(there) or (self._is_stated(fact) and not self._are_told(there)):
                continue
            asked = self._open_below(there)
            if not asked and not any(map(self._may_hold, there)):
                return None
            found |= asked
        return frozenset(found)

    def _one_holds(self, facts: Iterable[int]) -> bool:
        return any(self.case.bounds(fact)[0] >= HOLDS for fact in facts)

    def _is_stated(self, fact: int) -> bool:
        """Whether it is said that a fact may hold, however unlikely."""
        told = self.case.scenario.facts.get(self.case.graph.instances[fact])
        return told is not None and told.bounds[1] > NO_SUPPORT

    def _are_told(self, facts: Iterable[int]) -> bool:
        """Whether somebody has spoken of some of these."""
        told, instances = self.case.scenario.facts, self.case.graph.instances
        return any(instances[fact] in told for fact in facts)

    def _may_hold(self, fact: int) -> bool:
        """Whether a fact is not ruled out, by what is known or as nobody would ask about it."""
        senseless = fact in self.open and self.first(fact) is None
        return not senseless and self.case.bounds(fact)[1] >= HOLDS

    def _open_below(self, facts: Iterable[int]) -> set[int]:
        """What can be asked about, so that some of these facts may hold."""
        graph = self.case.graph
        may = (
            fact
            for fact in facts
            if asks(graph.base, graph.instances[fact]) or self.still().bounds(fact)[1] >= HOLDS
        )
        found: set[int] = set()
        for fact in below_facts(graph, may):
            before = self.first(fact) if fact in self.open else None
            if before is not None:  # what has to be asked before that one, if anything, goes first
                found |= before or {fact}
        return found


def below_facts(graph: JustificationGraph, facts: Iterable[int]) -> Iterator[int]:
    """What can be asked about of some facts, or of what they rest on."""
    for fact in facts:
        if asks(graph.base, graph.instances[fact]):
            yield fact
        else:
            yield from (
                one
                for one in cone(graph, [fact])
                if graph.is_fact(one) and asks(graph.base, graph.instances[one])
            )


def premised(graph: JustificationGraph, facts: Iterable[int]) -> set[int]:
    """What the `ask-when` of some facts, and of that in turn, can be asked about for."""

    def below(fact: int) -> Iterator[int]:
        for pattern in premises(graph.base, graph.instances[fact]):
            yield from below_facts(graph, graph.matching(pattern, {}))

    start = list(facts)
    return {*closure((one for fact in start for one in below(fact)), below)}
