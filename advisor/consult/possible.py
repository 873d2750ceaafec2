"""Turns what is known into the facts that could be asked about, and the graph of them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from advisor.consult.questions import siblings
from advisor.consult.scope import Scope, in_play, templates_of
from advisor.consult.sense import asked_first
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Scenario
from advisor.reasoning.askable import askable
from advisor.reasoning.concerned import askable_base
from advisor.reasoning.engines import often
from advisor.reasoning.graph import JustificationGraph, build
from advisor.reasoning.nearby import nearby


class Possible(msgspec.Struct, frozen=True, kw_only=True):
    """What could be asked about, for whatever is known."""

    facts: frozenset[Instance]  # that could be asked about
    core: JustificationGraph | None  # of what is known alone, where what is near it is asked about
    graph: JustificationGraph  # of all that is known, and of all that could be asked about

    def with_known(
        self,
        start: Scenario,
        client: str,
        scope: Scope | None,
        known: Sequence[Instance],
        fresh: Sequence[Instance],
    ) -> Possible:
        """What could be asked about when more is known; of what could be, nothing is lost.

        `fresh` are facts that were not possible, and are, known or not.
        """
        core = None if self.core is None else self.core.extended(known)
        facts = self.facts | _facts(start, client, scope, [*start.facts, *known], core)
        graph = self.graph.extended([*fresh, *known, *facts])
        return Possible(facts=facts, core=core, graph=graph)


@often()
def possible(
    start: Scenario, client: str, scope: Scope | None, core: JustificationGraph | None = None
) -> Possible:
    """What could be asked about to begin with; raises AdvisorError where that is too much.

    Where all is to be settled, or nothing is known, that is whatever the advice may rest on, and
    otherwise what is near the facts that are known.
    """
    near = scope is not None and start.knows
    core = (core or build(start)) if near else None
    facts = _facts(start, client, scope, start.facts, core)
    graph = build(start, facts) if core is None else core.extended(facts)
    return Possible(facts=facts, core=core, graph=graph)


def _facts(
    start: Scenario,
    client: str,
    scope: Scope | None,
    known: Iterable[Instance],
    core: JustificationGraph | None,
) -> frozenset[Instance]:
    if scope is None:
        base = askable_base(start, client)
        return _closed(base, _about(base, askable(base, client, known)))
    base = in_play(start.base, client, start.facts, scope)
    advice = templates_of(start, client, scope)
    if core is None:
        return _closed(base, askable(base, client, known, advice))
    found = _about(base, nearby(base, core, client, advice))
    told = _about(base, known)
    return _closed(base, found, [one for one in told if base.templates[one.template].asks])


def _about(base: KnowledgeBase, facts: Iterable[Instance]) -> Iterator[Instance]:
    """Those of the facts that are about nobody but the entities of a base."""
    typed = {
        name: [slot.kind == "entity" for slot in template.slots.values()]
        for name, template in base.templates.items()
    }
    for one in facts:
        values = zip(one.values, typed[one.template], strict=True)
        if all(value in base.entities for value, is_entity in values if is_entity):
            yield one


def _closed(
    base: KnowledgeBase, found: Iterable[Instance], told: Iterable[Instance] = ()
) -> frozenset[Instance]:
    """These, with what must be asked before, and with the other values of their keys."""
    found = [*found]
    found += asked_first(base, found)
    return frozenset((*found, *siblings(base, (*found, *told))))
