"""Turns what may still be asked into what is asked next.

Where all is to be settled, that is the question of most worth; where none has any in the futures
that are looked at, the first of which it is proved that it matters. Within a scope it is the one of
most worth as well, but a subject is kept to while its best question is worth half as much.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor.consult.doubts import Doubts
from advisor.consult.kind import QuestionTopic
from advisor.consult.paths import Paths
from advisor.consult.stakes import Stakes
from advisor.model.records import Instance
from advisor.reasoning.evaluate import Outcome, standing

Asking = tuple[QuestionTopic, list[Instance]]  # what may be asked, and the facts of it that matter
Numbers = Callable[[Iterable[Instance]], list[int]]

KEPT: Final = 0.5  # of the worth of the best, for which a subject is kept to
TELLING: Final = 0.1  # of the worth of the fact that is worth most, for others to be asked with it
DIGITS: Final = 9  # of a worth, after the point, that tell two apart
LEAST: Final = 0.02  # pieces of advice that a question is expected to change, to be asked


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a consultation has come; counts of pieces of advice, and of questions."""

    given: int  # settled so, or, where not all is to be settled, as things stand
    withheld: int
    unknown: int  # open, and no answer that is left can tell
    open: int
    left: int  # questions: of the budget or, without one, about; it only falls
    most: int | None  # at most; None where nothing bounds them beforehand
    settling: bool  # whether all is to be settled


class Next(NamedTuple):
    """What is asked next, and the topics that were shown to change nothing on the way to it."""

    topic: Asking | None
    idle: frozenset[str] = frozenset()

    def others(self, live: Iterable[Asking]) -> list[Asking]:
        """Those that are not idle."""
        return [asking for asking in live if asking[0].about not in self.idle]


def to_settle(stakes: Stakes, left: Sequence[Asking], numbers: Numbers) -> Next:
    """What is asked next where all is to be settled."""
    worth = [stakes.worth(numbers(facts)) for _, facts in left]
    best = max(worth, default=0)
    if best > 0:
        return Next(left[worth.index(best)])
    idle: set[str] = set()
    for topic, facts in left:
        if stakes.matters(numbers(facts)):
            return Next((topic, facts), frozenset(idle))
        idle.add(topic.about)
    return Next(None, frozenset(idle))


def by_worth(
    measure: Doubts | Paths, left: Sequence[Asking], numbers: Numbers, subject: str | None
) -> Next:
    """What is asked next within a scope, after a question of some subject."""
    left = [(topic, _telling(measure, topic, facts, numbers)) for topic, facts in left]
    worth = [_by_effort(measure, numbers(facts)) for _, facts in left]
    least = LEAST if isinstance(measure, Doubts) else sys.float_info.min
    idle = [topic.about for (topic, _), one in zip(left, worth, strict=True) if one < least]
    best = max(worth, default=0)
    if best < least:
        return Next(None, frozenset(idle))
    same = [
        place
        for place, (_, facts) in enumerate(left)
        if worth[place] >= KEPT * best and measure.subject(numbers(facts)) == subject
    ]

    def rank(place: int) -> tuple[float, int]:
        """Of what is worth as much, that comes first which settles most facts."""
        return round(worth[place], DIGITS), len(left[place][1])

    return Next(left[max(same or range(len(left)), key=rank)], frozenset(idle))


def weighed(
    measure: Doubts | Paths, live: Iterable[Asking], numbers: Numbers
) -> list[dict[int, float]]:
    """What each question is worth for each piece of advice."""
    asked = (numbers(_telling(measure, topic, facts, numbers)) for topic, facts in live)
    return [
        {
            advice: worth / _effort(measure, facts)
            for advice, worth in measure.touched(facts).items()
        }
        for facts in asked
    ]


def _by_effort(measure: Doubts | Paths, facts: list[int]) -> float:
    """What a question is worth, less where a screenful of unlikely cells adds up to it."""
    return measure.worth(facts) / _effort(measure, facts)


def _effort(measure: Doubts | Paths, facts: list[int]) -> float:
    return math.sqrt(len(facts)) if isinstance(measure, Doubts) else 1.0


def _telling(
    measure: Doubts | Paths, topic: QuestionTopic, facts: list[Instance], numbers: Numbers
) -> list[Instance]:
    """The facts of a question that are worth asking beside the one that is worth most."""
    if not topic.kind.in_part or isinstance(measure, Paths):
        return facts
    worth = [measure.worth(numbers([fact])) for fact in facts]
    least = TELLING * max(worth)
    return [fact for fact, one in zip(facts, worth, strict=True) if one >= least]


def settled(stakes: Stakes, left: Sequence[list[int]]) -> Progress:
    """How far a consultation has come that is to settle all, with these questions left."""
    unsettled = set(stakes.unsettled) if left else set()
    found = [stakes.standing(fact) for fact in stakes.advice if fact not in unsettled]
    return Progress(
        given=found.count("given"),
        withheld=found.count("withheld"),
        unknown=found.count("open"),
        open=len(unsettled),
        left=stakes.questions_left(left),
        most=len(left),
        settling=True,
    )


def so_far(case: Outcome, wanted: Iterable[int], left: int, most: int | None) -> Progress:
    """How far one within a scope has come, as things stand, with so many questions left."""
    found = [standing(*case.bounds(fact)) for fact in wanted]
    return Progress(
        given=found.count("given"),
        withheld=found.count("withheld"),
        unknown=0,
        open=found.count("open"),
        left=left if most is None or not left else most,
        most=most,
        settling=False,
    )
