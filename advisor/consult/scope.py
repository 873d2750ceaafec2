"""Says what a consultation is for: its topics, who is in play, and how many questions it may ask.

A topic is an interest of the client, with the advice that some rule which advances it concludes; in
a base without interests, a template of advice. Who is not in play is not asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from advisor.model.errors import AdvisorError, Problem, nearest
from advisor.model.records import KnowledgeBase, Template
from advisor.model.scenarios import Scenario
from advisor.reasoning.concerned import MANY, concerned, in_rules, speaks_of_many, told_of
from advisor.reasoning.graph import JustificationGraph

EVERYTHING = "all"


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What a consultation is for."""

    topics: tuple[str, ...] = ()  # by name; none: all advice
    involving: tuple[str, ...] | None = None  # entities beside those known of; None: see `in_play`
    questions: int | None = None  # at most
    exhaustive: bool = False  # until it is proved that no answer that is left can change anything

    @property
    def is_limited(self) -> bool:
        """Whether it is about some topics, or some entities, alone."""
        return bool(self.topics) or self.involving is not None


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic that a person can pick."""

    id: str
    says: str
    advice: frozenset[str]  # the templates of its advice


def topics_of(start: Scenario, client: str) -> list[Topic]:
    """The topics that there are for a client: the interests that it holds, or all, in order."""
    base = start.base
    held = [holding.interest for holding in start.interests.get(client, ())]
    found = [
        Topic(id=name, says=base.interests[name].says, advice=_advancing(base, name))
        for name in held or base.interests
    ]
    if not any(topic.advice for topic in found):
        templates = (t for t in base.templates.values() if t.advice and t.id in base.derived)
        found = [Topic(id=t.id, says=_called(t), advice=frozenset([t.id])) for t in templates]
    return [topic for topic in found if topic.advice]


def never_said(start: Scenario) -> tuple[str, ...]:
    """The templates that rules ask for and nobody is asked about, of which there is no fact."""
    base = start.base
    there = {instance.template for instance in start.facts}
    needed = {pattern.template for rule in base.rules for pattern in rule.conditions()}
    return tuple(
        t.id
        for t in base.templates.values()
        if t.id in needed - there - base.derived and not (t.asks or t.advice or t.caveat)
    )


def _called(template: Template) -> str:
    return template.about or template.id.replace("-", " ")


def _advancing(base: KnowledgeBase, interest: str) -> frozenset[str]:
    """The templates of advice that some rule which advances an interest concludes."""
    return frozenset(
        conclusion.template
        for rule in base.rules
        if interest in rule.advances
        for conclusion in rule.conclusions
        if base.templates[conclusion.template].advice
    )


def checked(start: Scenario, client: str, scope: Scope) -> Scope:
    """The scope, if all that it names is there; raises AdvisorError."""
    if EVERYTHING in scope.topics:
        scope = msgspec.structs.replace(scope, topics=())
    there = [topic.id for topic in topics_of(start, client)]
    problems = list(_unknown("topic", scope.topics, there, EVERYTHING))
    problems += _unknown("entity", scope.involving or (), list(start.base.entities), "")
    if problems:
        raise AdvisorError(*problems)
    return scope


def _unknown(kind: str, named: Iterable[str], there: list[str], besides: str) -> Iterator[Problem]:
    for name in named:
        if name not in there:
            listed = [*there, besides] if besides else there
            close = nearest(name, listed)
            hint = close or f"there are: {', '.join(listed)}"
            yield Problem(message=f"there is no {kind} '{name}'", hint=hint)


def templates_of(start: Scenario, client: str, scope: Scope) -> frozenset[str] | None:
    """The templates of the advice that is wanted; None if all is."""
    if not scope.topics:
        return None
    wanted = (topic.advice for topic in topics_of(start, client) if topic.id in scope.topics)
    return frozenset[str]().union(*wanted)


def wanted(graph: JustificationGraph, client: str, scope: Scope) -> list[int]:
    """The possible advice to a client that the topics are about."""
    listed = graph.advice_to(client)
    if not scope.topics:
        return listed
    topics = {*scope.topics}

    def concerns(fact: int) -> bool:
        rules = (graph.firings[number].rule for number in graph.supports[fact])
        return graph.template(fact).id in topics or any(
            not topics.isdisjoint(rule.advances) for rule in rules
        )

    return [fact for fact in listed if concerns(fact)]


def narrowed(start: Scenario, client: str, scope: Scope) -> Scope:
    """The scope with whom it is about, where what is known speaks of too many to ask about all."""
    if not speaks_of_many(start):
        return scope
    return msgspec.structs.replace(scope, involving=concerned(start, client, scope.involving or ()))


def in_play(start: Scenario, client: str, scope: Scope) -> KnowledgeBase:
    """The base with those entities alone that may be asked about.

    They are the client, whom the rules name, whom what is known speaks of, and whom the person
    named. Where nothing is known, all else is open or all is to be settled, and nobody was named,
    that is everybody;
    where nothing is known and somebody was, of the kinds of those and of the client these alone
    are, and of other kinds all. Where what is known speaks of very many, they are those of the
    scope alone: see `narrowed`.
    """
    base = start.base
    told = told_of(base, start.facts) if start.knows else set[str]()
    named = {client, *(scope.involving or ())}
    if scope.involving is None and (scope.exhaustive or not (told and start.complete)):
        return base
    kept = named | in_rules(base) | (told if len(told) <= MANY else set())
    kinds = None if told else {base.entities[name].type for name in named}
    entities = {
        name: entity
        for name, entity in base.entities.items()
        if name in kept or (kinds is not None and entity.type not in kinds)
    }
    return msgspec.structs.replace(base, entities=entities)
