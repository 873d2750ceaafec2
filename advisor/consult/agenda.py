"""Turns what is known from the start into all that there is to ask, over a graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

import msgspec

from advisor.consult.answers import Answer
from advisor.consult.doubts import Doubts
from advisor.consult.grouping import Covered
from advisor.consult.kind import QuestionTopic
from advisor.consult.paths import Paths
from advisor.consult.possible import Possible
from advisor.consult.questions import canonical, is_measured, topics
from advisor.consult.scope import Scope, wanted
from advisor.consult.sense import premised
from advisor.consult.stakes import Stakes
from advisor.futures.choices import Choice, Option, choices
from advisor.model.changes import question_of
from advisor.model.records import Instance
from advisor.model.scenarios import Scenario
from advisor.model.telling import asks
from advisor.reasoning.cone import cone
from advisor.reasoning.evaluate import Outcome, amended, outcome
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.orders import Orders, named

SURE: Final = 0.01  # the chance that what is certain, or silent where all is told, is otherwise


class Agenda(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What there is to ask, whatever is answered."""

    topics: tuple[QuestionTopic, ...]  # in the order of the base; two groups may have one title
    by_name: Mapping[str, QuestionTopic]
    facts: tuple[tuple[int, ...], ...]  # of each topic, by number
    open: frozenset[int]  # the facts that they are about
    premises: frozenset[int]  # of these, what must be asked before others make sense
    conditional: bool  # whether some of them make sense only under a condition
    measure: Stakes | Doubts | Paths  # as the answers were when they were last looked at
    case: Outcome  # of what is known from the start

    @cached_property
    def if_open(self) -> Outcome:
        """The same, if all that nobody spoke of were open."""
        open_ = msgspec.structs.replace(self.case.scenario, complete=False)
        return amended(self.case, open_, self.case.graph)


def agenda(
    start: Scenario,
    possible: Possible,
    client: str,
    answers: Sequence[Answer],
    scope: Scope,
) -> Agenda:
    """What there is to ask for a client over what is possible, beside what is known to begin with.

    Where not all is to be settled, what is known from the start is asked about as well. A number
    that is yet to be named, by the start or by answers, stays open till then.
    """
    graph = possible.graph
    case = outcome(start, graph)
    measure: Stakes | Doubts | Paths
    covered: Covered = {}
    if scope.exhaustive:
        asked = _Asked(start, graph)
        listed = [choice for choice in choices(case) if asked.holds(choice)]
        valued, measured = answered(graph, listed)
        measure = Stakes(case, wanted(graph, client, scope), valued, measured)
    else:
        listed, measure = _scoped(possible, case, client, scope, covered)
    premises = premised(graph, _facts(listed))
    if not scope.exhaustive:
        listed = [*listed, *_asked_before(case, premises - _facts(listed))]
    found = tuple(topics(case, _named(start, graph, listed, answers), client, covered))
    open_ = _facts(listed)
    return Agenda(
        topics=found,
        by_name={topic.about: topic for topic in found},
        facts=tuple(tuple(map(graph.number.__getitem__, canonical(start.base, t))) for t in found),
        open=open_,
        premises=open_ & premises,
        conditional=any(t.ask_when or t.ask_unless for t in map(graph.template, open_)),
        measure=measure,
        case=case,
    )


def _scoped(
    possible: Possible, case: Outcome, client: str, scope: Scope, covered: Covered
) -> tuple[list[Choice], Doubts | Paths]:
    """The choices that are asked about within a scope, and what their facts are worth."""
    advice = wanted(case.graph, client, scope)
    listed, odds = _reviewed(case, advice, client, covered)
    if not case.scenario.knows:
        return listed, Paths(case, advice, listed, odds)
    return listed, Doubts(outcome(case.scenario, _likely(possible)), advice, listed)


def answered(
    graph: JustificationGraph, listed: Sequence[Choice]
) -> tuple[list[Choice], frozenset[int]]:
    """The choices as they are answered, and the facts of a number or a date that is asked for.

    Of those of one question one holds, as there is no answer that none does.
    """
    found: dict[object, list[Option]] = {}
    measured: set[int] = set()
    for number, choice in enumerate(listed):
        of, instance = graph.template(choice.facts[0]), graph.instances[choice.facts[0]]
        if choice.options[0].holds is None and is_measured(of):
            found.setdefault(question_of(of, instance), []).extend(choice.options[1:])
            measured.update(choice.facts)
        else:
            found[number] = [*choice.options]
    return [Choice(tuple(options)) for options in found.values()], frozenset(measured)


def _named(
    start: Scenario, graph: JustificationGraph, listed: Sequence[Choice], answers: Sequence[Answer]
) -> list[Choice]:
    """The choices about which it is known what to call them, as of a number that is named."""
    said = (fact for answer in answers for fact in answer.facts)
    orders = Orders(start.base, named([*start.facts.values(), *said]))
    return [
        choice
        for choice in listed
        if not any(orders.nameless(graph.instances[fact]) for fact in choice.facts)
    ]


def _facts(listed: Iterable[Choice]) -> frozenset[int]:
    return frozenset(fact for choice in listed for fact in choice.facts)


def _asked_before(case: Outcome, before: Collection[int]) -> list[Choice]:
    """The choices of what no advice rests on, and must be asked before others make sense."""
    odds = {fact: 1 - SURE if case.bounds(fact)[0] else SURE for fact in before}
    return [c for c in choices(case, odds) if odds.keys() >= {*c.facts}] if odds else []


def _likely(possible: Possible) -> JustificationGraph:
    """The graph without the firings that take two things at once that nobody has mentioned."""
    graph, core = possible.graph, possible.core
    if core is None:
        return graph
    far = {n for n, instance in enumerate(graph.instances) if instance not in core.number}
    return graph.without(
        {n for n, firing in enumerate(graph.firings) if len(far.intersection(firing.premises)) > 1}
    )


def _reviewed(
    case: Outcome, advice: Sequence[int], client: str, covered: Covered
) -> tuple[list[Choice], Mapping[int, float]]:
    """All that some advice may rest on and that a person could say, at the odds of what is known.

    What a person has answered before is not asked again.
    """
    graph, start = case.graph, case.scenario
    caveats = (caveat for fact in advice for caveat, _ in graph.caveats.get(fact, ()))
    below = [f for f in cone(graph, [*advice, *caveats]) if graph.is_fact(f)]
    answered = {
        question_of(start.base.templates[instance.template], instance) or instance
        for instance, fact in start.facts.items()
        if fact.origin == "answered"
    }
    asked = [
        fact
        for fact in below
        if asks(start.base, graph.instances[fact])
        and (question_of(graph.template(fact), graph.instances[fact]) or graph.instances[fact])
        not in answered
    ]

    odds = {fact: 1 - SURE if case.bounds(fact)[0] else SURE for fact in asked}
    if start.knows:
        return _choices_of(case, odds), odds
    # Of what is asked together, one may be so; of the values of several keys, one of each
    for topic in topics(case, _choices_of(case, odds), client, covered):
        facts = [graph.number[instance] for instance in canonical(start.base, topic)]
        keys = {question_of(graph.template(f), graph.instances[f]) for f in facts}
        each = len(facts) / (len(keys) if topic.valued else 1)
        odds |= dict.fromkeys(facts, 1 / max(2, each))
    return _choices_of(case, odds), odds


def _choices_of(case: Outcome, odds: Mapping[int, float]) -> list[Choice]:
    """The choices that some facts are of, with whatever else may hold instead.

    Those of these alone come first, so that futures of them are drawn the same beside others.
    """
    base, instances = case.scenario.base, case.graph.instances
    some = [c for c in choices(case, odds) if not odds.keys().isdisjoint(c.facts)]
    askable = (c for c in some if all(asks(base, instances[fact]) for fact in c.facts))
    return sorted(askable, key=lambda choice: not odds.keys() >= {*choice.facts})


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
