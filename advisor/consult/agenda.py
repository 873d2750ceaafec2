"""Turns what is known from the start into all that there is to ask, over a graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from advisor.consult.answers import Answer
from advisor.consult.questions import Topic, topics
from advisor.consult.stakes import Stakes
from advisor.futures.choices import Choice, choices
from advisor.model.changes import question_of
from advisor.model.records import Instance
from advisor.model.scenarios import Scenario
from advisor.reasoning.evaluate import outcome
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.orders import Orders, named


class Agenda(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to ask, whatever is answered."""

    graph: JustificationGraph
    topics: tuple[Topic, ...]  # in the order of the base; two groups may have one title
    by_name: Mapping[str, Topic]
    open: frozenset[int]  # the facts that they are about
    stakes: Stakes  # as the answers were when they were last looked at


def agenda(
    start: Scenario, graph: JustificationGraph, client: str, answers: Sequence[Answer]
) -> Agenda:
    """What there is to ask for a client over a graph, beside what is known from the start.

    A number that is yet to be named, by the start or by answers, stays open till then.
    """
    case = outcome(start, graph)
    asked = _Asked(start, graph)
    listed = [choice for choice in choices(case) if asked.holds(choice)]
    said = (fact for answer in answers for fact in answer.facts)
    orders = Orders(start.base, named([*start.facts.values(), *said]))
    named_ones = [
        choice
        for choice in listed
        if not any(orders.nameless(graph.instances[fact]) for fact in choice.facts)
    ]
    found = tuple(topics(case, named_ones, client))
    return Agenda(
        graph=graph,
        topics=found,
        by_name={topic.about: topic for topic in found},
        open=frozenset(fact for choice in listed for fact in choice.facts),
        stakes=Stakes(case, graph.advice_to(client), listed),
    )


class _Asked:
    """Whether a choice is a question: nobody has spoken of it, or it is a group left open."""

    def __init__(self, start: Scenario, graph: JustificationGraph) -> None:
        self.start, self.graph = start, graph
        self.groups = {frozenset(group.alternatives) for group in start.groups}
        self.closed = {
            question_of(start.base.templates[instance.template], instance)
            for instance, fact in start.facts.items()
            if fact.origin == "answered" or fact.bounds[1]
        }

    def holds(self, choice: Choice) -> bool:
        members = [self.graph.instances[fact] for fact in choice.facts]
        said = [self.start.facts.get(instance) for instance in members]
        if not any(said):
            return self.closed.isdisjoint(map(self._question_of, choice.facts, members))
        return frozenset(members) in self.groups and all(
            fact is not None and fact.standing == "unknown" and fact.origin != "answered"
            for fact in said
        )

    def _question_of(self, fact: int, instance: Instance) -> object:
        """What a fact is asked about with; a number of its own for what is asked by itself."""
        return question_of(self.graph.template(fact), instance) or fact
