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
from advisor.consult.scope import Scope, Topic, topics_of, wanted
from advisor.model.grades import HOLDS
from advisor.model.records import KnowledgeBase, Var
from advisor.model.scenarios import Scenario
from advisor.reasoning.askable import advice_goals, reached
from advisor.reasoning.unification import Goal

_FREE: Final = 3  # entities of a kind, beside the client, from which it matters who is in play


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """A topic, or all of them, as it looks before anything is asked."""

    topic: Topic | None  # None: everything
    given: int  # pieces of advice
    questions: int  # about


def outlooks(start: Scenario, client: str, whole: Interview | None) -> list[Outlook]:
    """Each topic, and everything last; `whole` asks about all of them, if anything is known."""
    found = [*topics_of(start, client), None]
    if whole is None:
        return [_from_nothing(start.base, client, topic) for topic in found]
    asked = whole.weighed()
    return [_reviewed(whole, asked, topic) for topic in found]


def _from_nothing(base: KnowledgeBase, client: str, topic: Topic | None) -> Outlook:
    asked = {name for name, _ in _asked(base, client, topic.advice if topic else None)}
    return Outlook(topic=topic, given=0, questions=len(asked))


def _reviewed(
    whole: Interview, asked: Sequence[Mapping[int, float]], topic: Topic | None
) -> Outlook:
    topics = (topic.id,) if topic else ()
    advice = wanted(whole.graph, whole.client, Scope(topics=topics))
    case = whole.outcome()
    worth = (sum(touched.get(fact, 0) for fact in advice) for touched in asked)
    return Outlook(
        topic=topic,
        given=sum(case.bounds(fact)[0] >= HOLDS for fact in advice),
        questions=sum(one >= LEAST for one in worth),
    )


def _asked(base: KnowledgeBase, client: str, advice: Collection[str] | None) -> Iterator[Goal]:
    """What the advice of some templates, or all, leads to that can be asked about."""
    for sought, _ in reached(base, advice_goals(base, client, advice)):
        if base.templates[sought[0]].asks:
            yield sought


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
