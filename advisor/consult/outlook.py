"""Turns a beginning into what each topic of it comes to, before anything is asked.

How many questions a topic needs is an estimate: of those that are worth asking about its advice as
things stand or, where nothing is known, of the kinds of facts that its advice may rest on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from advisor.consult.choosing import LEAST
from advisor.consult.interview import Interview
from advisor.consult.scope import Goal, Scope, goals, wanted
from advisor.model.grades import HOLDS
from advisor.model.records import KnowledgeBase, Var
from advisor.model.scenarios import Scenario
from advisor.reasoning.askable import advice_goals, reached
from advisor.reasoning.unification import Goal as Asked

_FREE: Final = 3  # entities of a kind, beside the client, from which it matters who is in play


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """A topic, or all of them, as it looks before anything is asked."""

    goal: Goal | None  # None: everything
    given: int  # pieces of advice
    questions: int  # about


def outlooks(start: Scenario, client: str, whole: Interview | None) -> list[Outlook]:
    """Each topic, and everything last; `whole` asks about all of them, if anything is known."""
    found = [*goals(start, client), None]
    if whole is None:
        return [_from_nothing(start.base, client, goal) for goal in found]
    asked = whole.weighed()
    return [_reviewed(whole, asked, goal) for goal in found]


def _from_nothing(base: KnowledgeBase, client: str, goal: Goal | None) -> Outlook:
    asked = {name for name, _ in _asked(base, client, goal.advice if goal else None)}
    return Outlook(goal=goal, given=0, questions=len(asked))


def _reviewed(whole: Interview, asked: Sequence[Mapping[int, float]], goal: Goal | None) -> Outlook:
    topics = (goal.id,) if goal else ()
    advice = wanted(whole.graph, whole.client, Scope(topics=topics))
    case = whole.outcome()
    worth = (sum(touched.get(fact, 0) for fact in advice) for touched in asked)
    return Outlook(
        goal=goal,
        given=sum(case.bounds(fact)[0] >= HOLDS for fact in advice),
        questions=sum(one >= LEAST for one in worth),
    )


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
