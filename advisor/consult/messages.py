"""What a consultation says to a program, and what a program says to it: records, as JSON lines.

What the dialogue tells is a message as it is; here are the others. A question or the end comes
last of what is said at a time, and after a question it is the program's turn.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from advisor import __version__
from advisor.answers.recommendation import Advice
from advisor.consult.choosing import Progress
from advisor.consult.drift import Drift
from advisor.consult.kind import Question
from advisor.consult.questions import KINDS
from advisor.consult.told import (
    Asked,
    Closing,
    LeftOut,
    Noted,
    Recovered,
    SoFar,
    Suggested,
    Told,
    Why,
)

PROTOCOL = "advisor.consult/1"

KindName = Annotated[str, msgspec.Meta(extra_json_schema={"enum": sorted(k.name for k in KINDS)})]


class Hello(Told, frozen=True, kw_only=True, tag="hello"):
    """The first message: which protocol, and which consultation."""

    schema: str = PROTOCOL
    version: str = __version__
    consultation: str | None  # by which it can be resumed; None if it is not kept
    client: str
    client_name: str
    title: str
    answers: int  # given before


class AnswerOption(msgspec.Struct, frozen=True, kw_only=True):
    """One of several answers; its number and each of its names will do."""

    number: int
    name: str
    also: tuple[str, ...]  # other names
    fact: str | None  # which it is about; None of a value among several


class QuestionPart(msgspec.Struct, frozen=True, kw_only=True):
    """One of several values that are asked for together."""

    name: str
    kind: KindName
    unit: str | None
    options: tuple[AnswerOption, ...]


class QuestionMessage(Told, frozen=True, kw_only=True, tag="question"):
    """A question, which waits for a message."""

    number: int
    about: str  # what it is called, for `change`
    kind: KindName
    text: str
    options: tuple[AnswerOption, ...]
    group: bool  # whether exactly one of the options is so
    facts: tuple[str, ...]  # which it is about
    unit: str | None
    parts: tuple[QuestionPart, ...]
    before: str | None  # an earlier answer, which an empty one keeps
    now: tuple[str, ...]  # what each option stands as, which an empty answer keeps as well
    otherwise: str | None  # what another answer would do
    accepts: str  # what would be an answer, in words
    progress: Progress


class Remark(Told, frozen=True, kw_only=True, tag="remark"):
    """Something to know."""

    says: str


class Refused(Told, frozen=True, kw_only=True, tag="refused"):
    """Why nothing came of a message; the same question follows."""

    says: str


class ShownMessage(Told, frozen=True, kw_only=True, tag="shown"):
    """What was asked for, as in the JSON document of it."""

    what: Literal["advice", "explanation", "comparison", "facts", "rules"]
    result: Any


class Ended(Told, frozen=True, kw_only=True, tag="end"):
    """The last message: how it ended, with the advice as things stand."""

    how: str
    advice: Advice


Message = (  # all that a program is told
    Hello
    | QuestionMessage
    | Noted
    | Refused
    | Remark
    | Why
    | SoFar
    | ShownMessage
    | Suggested
    | Recovered
    | Drift
    | Closing
    | LeftOut
    | Ended
)


class Do(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a program says: an answer in the words of a person, or a command with what it takes."""

    do: Literal[
        "answer",
        "undo",
        "skip",
        "done",
        "why",
        "advice",
        "facts",
        "how",
        "why-not",
        "what-if",
        "rule",
        "change",
        "rest",
        "none like this",
    ]
    text: str = ""


def put(asked: Asked) -> QuestionMessage:
    """A question as a message."""
    question = asked.question
    return QuestionMessage(
        number=asked.number,
        about=question.about,
        kind=question.kind.name,
        text=question.text,
        options=_options(question),
        group=question.group,
        facts=tuple(map(str, question.instances)),
        unit=question.unit,
        parts=tuple(
            QuestionPart(
                name=part.text,
                kind=part.kind.name,
                unit=part.unit,
                options=_options(part, alone=False),
            )
            for part in question.parts
        ),
        before=asked.default,
        now=asked.standing,
        otherwise=asked.otherwise,
        accepts=question.accepts,
        progress=asked.progress,
    )


def _options(question: Question, *, alone: bool = True) -> tuple[AnswerOption, ...]:
    listed = zip(question.options, question.words, question.instances, strict=False)
    return tuple(
        AnswerOption(number=number, name=name, also=words, fact=str(instance) if alone else None)
        for number, (name, words, instance) in enumerate(listed, 1)
    )
