"""Answers many questions in one way: all that are left, or all that are like one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from advisor.consult.answers import Answer
from advisor.consult.interview import Interview
from advisor.consult.journal import now
from advisor.consult.kind import Question
from advisor.consult.questions import question

Meant = Literal["no", "unknown"]

_TO_REST: Final = "said of all that was left"
_TO_KIND: Final = "said of all questions about "


def word(asked: Question, meant: Meant) -> str | None:
    """The answer to a question that means so; None if there is none."""
    if meant == "unknown":
        return meant
    return asked.kind.denial(asked)


def answer(interview: Interview, asked: Question, meant: Meant, alike: Question | None) -> Answer:
    """The same answer to one of many questions, with a note of that."""
    note = _TO_REST if alike is None else _TO_KIND + alike.instances[0].template
    return interview.read(asked, f"{word(asked, meant)} -- {note}", now())


def following(interview: Interview, alike: Question | None) -> Question | None:
    """The next question that is left, of any kind or like another."""
    if alike is None:
        return interview.question()
    template = alike.instances[0].template
    for topic, facts in interview.relevant():
        if topic.instances[0].template == template and topic.kind == alike.kind:
            return question(interview.base, topic, facts)
    return None


def last(answers: tuple[Answer, ...]) -> Iterator[Answer]:
    """The answers that were given together as the last, the last of all first."""
    note = answers[-1].facts[0].note if answers else None
    together = note is not None and note.startswith((_TO_REST, _TO_KIND))
    for number, given in enumerate(reversed(answers)):
        if number and not (together and given.facts[0].note == note):
            return
        yield given
