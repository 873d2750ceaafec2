"""Turns what is open in a case into the questions to ask about it, each of some kind."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Sequence
from typing import Final

from advisor.consult import kinds
from advisor.consult.grouping import Covered, OpenFacts, siblings, slots_asked_for
from advisor.consult.kind import Kind, Question, QuestionTopic
from advisor.consult.kinds import yes_no
from advisor.consult.valued import of_values
from advisor.futures.choices import Choice
from advisor.model.records import Instance, KnowledgeBase, Template
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.seen import ORDERED

KINDS: Final[tuple[Kind, ...]] = tuple(
    importlib.import_module(f"{kinds.__name__}.{module.name}").KIND
    for module in pkgutil.iter_modules(kinds.__path__)
)


def topics(
    case: Outcome, choices: Sequence[Choice], client: str, covered: Covered | None = None
) -> list[QuestionTopic]:
    """The topics of what is open, in the order of the base."""
    among = OpenFacts(case, choices, client, covered)
    found = (topic for kind in KINDS for topic in kind.topics(among))
    return sorted(found, key=lambda topic: among.base.order(topic.instances[0]))


def topic_of(base: KnowledgeBase, instance: Instance) -> QuestionTopic:
    """The topic of one fact: with the other values of its key, if it has one."""
    kind = _asking_for(base.templates[instance.template])
    if kind is None:
        return yes_no.topic(base, instance)
    return of_values(base, kind, [instance, *siblings(base, [instance])])


def question(base: KnowledgeBase, topic: QuestionTopic, live: Collection[Instance]) -> Question:
    """What to ask of a topic, of which these facts still matter."""
    return topic.kind.ask(base, topic, topic.kind.kept(base, topic, live))


def canonical(base: KnowledgeBase, topic: QuestionTopic) -> list[Instance]:
    """The facts of a topic, of a symmetric pair as it is stored."""
    return [base.templates[i.template].instance(*i.values) for i in topic.instances]


def measures(base: KnowledgeBase, instance: Instance) -> bool:
    """Whether a fact has a number or a date, which others may lie below, at or above."""
    slots = base.templates[instance.template].slots.values()
    return any(slot.kind in ORDERED for slot in slots)


def is_measured(template: Template) -> bool:
    """Whether a number or a date of such facts is asked for."""
    kind = _asking_for(template)
    return kind is not None and kind.measured


def _asking_for(template: Template) -> Kind | None:
    """The kind that asks for the value of such facts; None where it is asked whether they hold."""
    slots = slots_asked_for(template)
    return next((kind for kind in KINDS if kind.is_for(slots)), None)
