"""Whether one fact holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from advisor.consult.grouping import OpenFacts
from advisor.consult.kind import Kind, Question, QuestionTopic
from advisor.consult.reading import saying
from advisor.consult.words import LIKELIHOODS, Said, plain
from advisor.model import asking
from advisor.model.records import Instance, KnowledgeBase

_WORDS: Final = ("yes", "no", "unknown")
_NUMBERED: Final = {"1": "yes", "2": "no", "3": "unknown"}


def topic(base: KnowledgeBase, instance: Instance) -> QuestionTopic:
    """The topic of one fact, of a symmetric pair as it is stored."""
    canonical = base.templates[instance.template].instance(*instance.values)
    return QuestionTopic(about=str(canonical), kind=KIND, instances=(canonical,))


def _topics(among: OpenFacts) -> Iterator[QuestionTopic]:
    """Facts that differ from no other in one entity or two alone."""
    for members in among.together:
        if len(members) == 1:
            yield topic(among.base, members[0])


def ask(base: KnowledgeBase, about: QuestionTopic, kept: Sequence[Instance]) -> Question:
    """Whether the one fact holds that is kept of a topic."""
    [one] = kept
    canonical = base.templates[one.template].instance(*one.values)
    text = asking.asks(base, canonical)
    return Question(about=about.about, kind=KIND, text=text, instances=(canonical,))


def _read(_base: KnowledgeBase, asked: Question, text: str) -> Mapping[Instance, Said]:
    return {asked.instances[0]: saying(asked, _NUMBERED.get(plain(text), text), _WORDS)}


KIND: Final = Kind(
    name="yes-no",
    topics=_topics,
    ask=ask,
    read=_read,
    denial=lambda _: "no",
    accepts=lambda _: (
        "Answer yes, no, unknown, a likelihood such as likely, or a percentage such as 70%."
    ),
    hint=lambda _: "1 yes, 2 no, 3 unknown, or a likelihood",
    words=lambda _: [*_WORDS, *LIKELIHOODS],
)
