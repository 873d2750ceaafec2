"""Turns answers into the bounds of what was open, and is not any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from advisor.consult.agenda import Agenda
from advisor.consult.answers import WHERE, Answer
from advisor.model.changes import question_of
from advisor.model.grades import NO_SUPPORT
from advisor.model.records import Instance
from advisor.model.scenarios import Fact, Scenario
from advisor.reasoning.evaluate import Bounds, given_grades
from advisor.reasoning.graph import JustificationGraph

NO: Final[Bounds] = (NO_SUPPORT, NO_SUPPORT)


def bounds(
    graph: JustificationGraph,
    scenario: Scenario,
    agenda: Agenda,
    answers: Sequence[Answer],
    *,
    settling: bool,
) -> dict[int, Bounds]:
    """The bounds of those facts that were open and are not any more, by what a scenario says.

    Where all is to be settled (`settling`), that is so as well of what a stated value excludes.
    """
    given = given_grades(graph, scenario)
    known: dict[int, Bounds] = {}
    answered = {answer.about for answer in answers}
    told = {fact.instance for answer in answers for fact in answer.facts}
    templates = graph.base.templates
    asked = {question_of(templates[instance.template], instance) for instance in told}
    closed = {
        fact
        for topic, facts in zip(agenda.topics, agenda.facts, strict=True)
        if topic.valued and topic.about in answered
        for fact in facts
        if question_of(graph.template(fact), graph.instances[fact]) in asked
    }
    for fact in agenda.open:
        said = scenario.facts.get(graph.instances[fact])
        if graph.instances[fact] in told or fact in closed:
            known[fact] = given.get(fact, NO)
        elif said is not None and said.origin == "answered":
            known[fact] = given[fact]
        elif fact not in given and settling:  # another value is stated
            known[fact] = NO
    return known


def taken_for_no(instance: Instance) -> Fact:
    """A fact that is not so, as it makes no sense to ask about it."""
    return Fact(
        instance=instance,
        standing="denied",
        grade=None,
        origin="answered",
        note="not asked, as that makes no sense",
        where=WHERE,
    )
