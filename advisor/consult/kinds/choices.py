"""Which value each of several has: keys that differ in one entity, in a grid with their values."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from advisor.consult.grouping import OpenFacts, differing, named
from advisor.consult.kind import Kind, Question, QuestionTopic
from advisor.consult.kinds import choice, several
from advisor.consult.labels import called, label
from advisor.consult.naming import OptionNames
from advisor.consult.reading import whole
from advisor.consult.valued import of_values
from advisor.consult.words import NO, OPEN, SAID, Said, Unclear
from advisor.model import asking, english
from advisor.model.changes import question_of
from advisor.model.records import Instance, KnowledgeBase


def _topics(among: OpenFacts) -> Iterator[QuestionTopic]:
    for rows in among.valued_together:
        each = [of_values(among.base, choice.KIND, row) for row in rows]
        [row] = differing([topic.instances[0] for topic in each if topic.gap is not None])
        yield QuestionTopic(
            about=named(rows[0][0], (row, *among.base.templates[rows[0][0].template].asked_for())),
            kind=KIND,
            instances=tuple(instance for topic in each for instance in topic.instances),
            gap=each[0].gap,
        )


def _rows(base: KnowledgeBase, instances: Sequence[Instance]) -> list[list[Instance]]:
    """The values of each key."""
    template = base.templates[instances[0].template]
    rows = itertools.groupby(instances, key=lambda one: question_of(template, one))
    return [[*row] for _, row in rows]


def _kept(
    base: KnowledgeBase, topic: QuestionTopic, live: Collection[Instance]
) -> tuple[Instance, ...]:
    rows = [row for row in _rows(base, topic.instances) if any(one in live for one in row)]
    each = (of_values(base, choice.KIND, row) for row in rows)
    return tuple(one for row in each for one in row.kind.kept(base, row, live))


def _ask(base: KnowledgeBase, topic: QuestionTopic, kept: Sequence[Instance]) -> Question:
    rows = _rows(base, kept)
    if len(rows) == 1 or topic.gap is None:
        return choice.KIND.ask(base, topic, kept)
    [row] = differing([one for one, *_ in rows])
    gaps = (row, topic.gap)
    return Question(
        about=topic.about,
        kind=KIND,
        text=asking.asks_of_each(base, kept[0], row, [topic.gap]),
        instances=tuple(kept),
        options=tuple(label(base, instance, gaps) for instance in kept),
        words=tuple(called(base, instance, gaps) for instance in kept),
        cells=tuple(tuple(english.value(base, one, gap) for gap in gaps) for one in kept),
        gap=topic.gap,
    )


def _read(base: KnowledgeBase, asked: Question, text: str) -> Mapping[Instance, Said]:
    names = OptionNames(asked)
    every = whole(names, text, ("none", "no", "unknown"))
    if every is not None:
        return dict.fromkeys(asked.instances, SAID[every])
    found, others = several.listed(asked, names, text)
    told = {asked.instances[number]: one for number, one in found.items()}
    answer: dict[Instance, Said] = {}
    for row in _rows(base, asked.instances):
        so = [one for one in row if told.get(one, NO) != NO]
        if len(so) > 1 or (not so and others not in {NO, OPEN}):
            name = asked.cells[asked.instances.index(row[0])][0]
            raise Unclear(f"Only one of these can be so of {name}. {asked.accepts}")
        answer |= {one: told.get(one, others) for one in so or row}
    return answer


KIND: Final = Kind(
    name="choices",
    topics=_topics,
    valued=True,
    kept=_kept,
    in_part=True,
    ask=_ask,
    read=_read,
    listed=True,
    denial=lambda _: "none",
    accepts=lambda asked: (
        f"Answer with numbers from 1 to {len(asked.options)} or names, at most one in a row, with "
        "commas between them; or none or unknown. 2=likely gives one a likelihood; a row that is "
        "left out has none of these, unless rest unknown follows."
    ),
    hint=lambda _: "one number in a row, or none, unknown",
    words=lambda asked: [*asked.options, "unknown", "none"],
)
