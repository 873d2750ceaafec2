"""What is asked, as records: a kind of question, a topic, and what is asked of a topic.

A kind is a module of `kinds/`: it says which open facts are asked about so, how they are asked, how
an answer is read, and what is shown of how to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import msgspec

from advisor.consult.grouping import OpenFacts
from advisor.consult.words import Said
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.values import value_text

Kept = Callable[[KnowledgeBase, "QuestionTopic", Collection[Instance]], tuple[Instance, ...]]
Ask = Callable[[KnowledgeBase, "QuestionTopic", Sequence[Instance]], "Question"]
AnswerReader = Callable[[KnowledgeBase, "Question", str], Mapping[Instance, Said]]


class Kind(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A kind of question; there is one of each."""

    name: str

    # How facts are gathered
    topics: Callable[[OpenFacts], Iterator[QuestionTopic]]  # those of this kind among what is open
    is_for: Callable[[Sequence[str]], bool] = lambda _: False  # it asks what slots so kinded hold
    valued: bool = False  # its answer is a value, and says something of all others
    measured: bool = False  # answered with more than is listed

    # How they are asked about
    kept: Kept = lambda _, topic, __: topic.instances  # the facts of a topic, if these matter
    in_part: bool = False  # whether those may be some of its facts alone
    ask: Ask  # about some facts of a topic

    # How an answer is read
    read: AnswerReader  # what it says of each fact; raises Unclear
    listed: bool = False  # whether it is a list, in which 1 -- 3 is a range
    denial: Callable[[Question], str | None] = lambda _: None  # that nothing of it is so

    # What is shown of how to answer
    accepts: Callable[[Question], str]  # in a sentence or two
    hint: Callable[[Question], str]  # in a few words
    words: Callable[[Question], list[str]]  # for completion
    details: Callable[[Question], list[str]] = lambda _: []  # a line for each value of several


class QuestionTopic(msgspec.Struct, frozen=True, kw_only=True):
    """Facts that one question asks about."""

    about: str  # its name: "ties(pakistan, russia, *)", or the title of a one-of group
    kind: Kind
    instances: tuple[Instance, ...]
    gap: int | None = None  # of a value: the slot in which they differ, if it is one
    group: bool = False  # exactly one of them holds

    @property
    def valued(self) -> bool:
        """Whether its answer is a value, and says something of all others that there could be."""
        return self.kind.valued and not self.group


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a topic, given what is still open of it."""

    about: str
    kind: Kind
    text: str
    instances: tuple[Instance, ...]  # in the order of the options; of a number, those told apart
    options: tuple[str, ...] = ()  # numbered from 1
    words: tuple[tuple[str, ...], ...] = ()  # for each option, what it may be called as well
    cells: tuple[tuple[str, ...], ...] = ()  # of a grid: the row and the column of each option
    unit: str | None = None
    gap: int | None = None
    group: bool = False
    parts: tuple[Question, ...] = ()  # of several values: what is asked for each, in order

    def called(self, place: int) -> str:
        """What tells a fact from the others that are asked about; nothing if it is the only one."""
        if self.options:
            return self.options[place]
        gaps = [part.gap for part in self.parts] or [self.gap]
        values = self.instances[place].values
        return ", ".join(value_text(values[gap]) for gap in gaps if gap is not None)

    @property
    def accepts(self) -> str:
        """What would be an answer, in a sentence or two."""
        return self.kind.accepts(self)
