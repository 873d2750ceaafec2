"""Turns what is known into the facts that could be asked about, and the graph of them all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from advisor.consult.grouping import siblings
from advisor.consult.questions import measures
from advisor.consult.scope import Scope, in_play, templates_of
from advisor.consult.sense import asked_first
from advisor.model.changes import question_of
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Fact, Scenario
from advisor.model.telling import asks
from advisor.reasoning.askable import askable
from advisor.reasoning.building import build
from advisor.reasoning.engines import often
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.nearby import nearby
from advisor.reasoning.orders import named


class Possible(msgspec.Struct, frozen=True, kw_only=True):
    """What could be asked about, for whatever is known."""

    facts: frozenset[Instance]  # that could be asked about
    core: JustificationGraph | None  # of what is known alone, where what is near it is asked about
    graph: JustificationGraph  # of all that is known, and of all that could be asked about

    def with_known(
        self,
        start: Scenario,
        client: str,
        scope: Scope,
        said: Sequence[Fact],
    ) -> Possible:
        """What could be asked about when more is said; of what could be, nothing is lost."""
        told = [fact.instance for fact in said]
        met = [fact.instance for fact in said if fact.bounds[1]]
        core = None if self.core is None else self.core.extended(met)
        facts = self.facts | _facts(start, client, scope, said, core)
        graph = self.graph.extended([*told, *facts])
        return Possible(facts=facts, core=core, graph=graph)


@often()
def possible(
    start: Scenario, client: str, scope: Scope, core: JustificationGraph | None = None
) -> Possible:
    """What could be asked about to begin with; raises AdvisorError where that is too much.

    Where all is to be settled, nothing is known, or what nobody said is open, that is whatever the
    advice may rest on, and otherwise what is near the facts that are known.
    """
    near = start.knows and start.complete  # nothing is taken for complete that is to be settled
    core = (core or build(start, client=client)) if near else None
    facts = _facts(start, client, scope, (), core)
    graph = build(start, facts, client=client) if core is None else core.extended(facts)
    return Possible(facts=facts, core=core, graph=graph)


def _facts(
    start: Scenario,
    client: str,
    scope: Scope,
    said: Sequence[Fact],
    core: JustificationGraph | None,
) -> frozenset[Instance]:
    known = [*start.facts.values(), *(f for f in said if core is None or f.bounds[1])]
    base = in_play(start, client, scope)
    advice = templates_of(start, client, scope)
    if scope.exhaustive:
        found = askable(base, client, named(known), advice)
        unsure = _unsure(base, client, known, found, advice)
        return _closed(base, _about(base, [*found, *unsure]))
    if core is None:
        return _closed(base, askable(base, client, named(known), advice))
    told = _about(base, (fact.instance for fact in known))
    asked = [one for one in told if asks(base, one)]
    return _closed(base, _about(base, nearby(base, core, client, advice)), asked)


def _about(base: KnowledgeBase, facts: Iterable[Instance]) -> Iterator[Instance]:
    """Those of the facts that are about nobody but the entities of a base."""
    typed = {
        name: [slot.kind == "entity" for slot in template.slots.values()]
        for name, template in base.templates.items()
    }
    for fact in facts:
        values = zip(fact.values, typed[fact.template], strict=True)
        if all(value in base.entities for value, is_entity in values if is_entity):
            yield fact


def _unsure(
    base: KnowledgeBase,
    client: str,
    known: Sequence[Fact],
    found: Iterable[Instance],
    advice: Collection[str] | None,
) -> Iterator[Instance]:
    """The numbers and dates that may be those that a person does not know.

    They lie below, at and above any that may be answered yet, so that nothing turns on these alone.
    """
    named_ = named(known)
    unsure = {_question(base, fact.instance) for fact in known if fact.instance not in named_}
    if unsure - {None}:
        for instance in askable(base, client, named_.union(found), advice):
            if _question(base, instance) in unsure:
                yield instance


def _question(base: KnowledgeBase, instance: Instance) -> object:
    """What asks for the number or the date of a fact, among other things; None if it has none."""
    return (
        question_of(base.templates[instance.template], instance)
        if measures(base, instance)
        else None
    )


def _closed(
    base: KnowledgeBase, found: Iterable[Instance], told: Iterable[Instance] = ()
) -> frozenset[Instance]:
    """These, with what must be asked before, and with the other values of their keys."""
    found = [*found]
    found += asked_first(base, found)
    return frozenset((*found, *siblings(base, (*found, *told))))
