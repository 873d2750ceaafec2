"""Turns a consultation that asked about some things only into what that leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.answers.recommendation import Advice
from advisor.consult.choosing import Asking
from advisor.consult.interview import Interview
from advisor.consult.limits import away
from advisor.consult.questions import question
from advisor.consult.told import Closing, LeftOut, Unasked
from advisor.model import english

SHOWN: Final = 3


def closing(interview: Interview, advice: Advice) -> Closing:
    """What was taken for granted, who was left out, and what was not asked that could matter."""
    granted = (said for piece in advice.recommendations for said in piece.assumptions)
    return Closing(
        granted=tuple(dict.fromkeys(granted)),
        unasked=tuple(_unasked(interview))[:SHOWN],
        left=len(_left(interview)),
        away=tuple(away(interview)),
        beside=interview.beside(),
        complete=interview.start.complete,
        settled=interview.settles and interview.question() is None,
    )


def left_out(interview: Interview) -> LeftOut | None:
    """What was not asked because it made no sense; None if there is nothing of the kind."""
    asked = tuple(question(interview.base, *each).text for each in interview.left_out())
    return LeftOut(questions=asked, denied=not interview.reviews) if asked else None


def _left(interview: Interview) -> list[Asking]:
    """The questions that could still change something, and that nobody was asked."""
    return [
        asking for asking in interview.relevant() if interview.position(asking[0].about) is None
    ]


def _unasked(interview: Interview) -> Iterator[Unasked]:
    """The questions left, of most worth first, each with the advice that it bears on most."""
    measure, number = interview.measure, interview.graph.number
    found = []
    for topic, facts in _left(interview):
        touched = measure.touched([number[instance] for instance in facts])
        found.append((sum(touched.values()), touched, topic, facts))
    found.sort(key=lambda one: -one[0])
    for _, touched, topic, facts in found[:SHOWN]:
        most = max(touched, key=lambda fact: (touched[fact], -fact))
        says = english.advice(interview.base, interview.graph.instances[most])
        yield Unasked(text=question(interview.base, topic, facts).text, advice=says)
