"""Turns a beginning into what each topic of it comes to, before anything is built to be asked.

What is recommended is read off the graph of what is known alone; how many questions a topic needs
is an estimate: of the doubtful facts under its advice with the kinds of exceptions to it or, where
nothing is known, of the kinds of facts that its advice may rest on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import msgspec

from advisor.consult.scope import Goal, Scope, goals, wanted
from advisor.model.grades import CERTAIN, HOLDS, NO_SUPPORT
from advisor.model.records import KnowledgeBase, Var
from advisor.model.scenarios import Scenario
from advisor.reasoning.askable import advice_goals, reached
from advisor.reasoning.cone import cone
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.unification import Goal as Asked

_SURE: Final = frozenset({(NO_SUPPORT, NO_SUPPORT), (CERTAIN, CERTAIN)})
_FREE: Final = 3  # entities of a kind, beside the client, from which it matters who is in play


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """A topic, or all of them, as it looks before anything is asked."""

    goal: Goal | None  # None: everything
    given: int  # pieces of advice
    questions: int  # about


def outlooks(start: Scenario, client: str, known: Outcome | None) -> list[Outlook]:
    """Each topic, and everything last; `known` is what follows from what is known, if anything."""
    found = goals(start, client)
    parts = [_outlook(start, client, known, goal) for goal in found]
    return [*parts, _outlook(start, client, known, None)]


def _outlook(start: Scenario, client: str, known: Outcome | None, goal: Goal | None) -> Outlook:
    if known is None:
        asked = {name for name, _ in _asked(start.base, client, goal.advice if goal else None)}
        return Outlook(goal=goal, given=0, questions=len(asked))
    topics = (goal.id,) if goal else ()
    advice = wanted(known.graph, client, Scope(topics=topics))
    given = [fact for fact in advice if known.bounds(fact)[0] >= HOLDS]
    return Outlook(goal=goal, given=len(given), questions=_doubts(known, given))


def _doubts(known: Outcome, advice: Collection[int]) -> int:
    """How much under some advice can be asked about: doubtful facts, and kinds of exceptions."""
    graph, facts = known.graph, known.scenario.facts
    below = cone(graph, advice)
    asked = (f for f in below if graph.is_fact(f) and graph.template(f).asks)
    told = (facts.get(graph.instances[fact]) for fact in asked)
    rules = {graph.firings[number].rule.id for fact in below for number in graph.supports[fact]}
    exceptions = {
        pattern.template
        for rule in graph.base.rules
        if rule.id in rules
        for pattern in rule.exceptions
        if graph.base.templates[pattern.template].asks
    }
    doubtful = sum(fact is not None and fact.bounds not in _SURE for fact in told)
    return doubtful + len(exceptions)


def _asked(base: KnowledgeBase, client: str, advice: Collection[str] | None) -> Iterator[Asked]:
    """What the advice of some templates, or all, leads to that can be asked about."""
    for goal, _ in reached(base, advice_goals(base, client, advice)):
        if base.templates[goal[0]].asks:
            yield goal


def others(base: KnowledgeBase, client: str, advice: Collection[str] | None) -> list[str]:
    """The entities of the client's kind that questions range over; none where they are few."""
    kind = base.entities[client].type
    found = [e.id for e in base.entities.values() if e.type == kind and e.id != client]
    ranged = (
        kind in slot.types
        for name, terms in _asked(base, client, advice)
        for slot, term in zip(base.templates[name].slots.values(), terms, strict=True)
        if term is None or isinstance(term, Var)
    )
    return found if len(found) >= _FREE and any(ranged) else []
