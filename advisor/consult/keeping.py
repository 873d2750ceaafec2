"""Turns a question into the answer that everything is as it stands, from whatever source."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.consult.answers import WHERE, Answer
from advisor.consult.kind import Question
from advisor.model.coherence import key_of, stated_keys
from advisor.model.scenarios import Fact, Scenario


def kept(start: Scenario, asked: Question, at: str) -> Answer:
    """The answer that keeps what is known from the start; nothing was typed for it."""
    return Answer(about=asked.about, text="", facts=tuple(_facts(start, asked, at)))


def _facts(start: Scenario, asked: Question, at: str) -> Iterator[Fact]:
    """What is known of each fact; of what nobody spoke of, what its silence means.

    Nothing is to be said of another value of a key of which one holds.
    """
    templates, taken = start.base.templates, stated_keys(start)
    for instance in asked.instances:
        if instance not in start.facts and key_of(templates[instance.template], instance) in taken:
            continue
        yield start.facts.get(instance) or Fact(
            instance=instance,
            standing="denied" if start.complete else "unknown",
            grade=None,
            origin="answered",
            answered=at or None,
            where=WHERE,
        )
