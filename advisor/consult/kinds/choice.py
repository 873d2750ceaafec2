"""Which one of several: the value of a key, or an alternative of a `one-of` group."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from advisor.consult.grouping import OpenFacts, siblings
from advisor.consult.kind import Question, QuestionTopic
from advisor.consult.labels import called, label
from advisor.consult.naming import OptionNames
from advisor.consult.reading import graded, whole
from advisor.consult.valued import OneValue, topics
from advisor.consult.words import OPEN, SAID, YES, Said, Unclear
from advisor.loader.texts import clipped
from advisor.model import asking, english
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.values import Value
from advisor.reasoning.askable import options
from advisor.reasoning.seen import ORDERED


def _topics(among: OpenFacts) -> Iterator[QuestionTopic]:
    for title, members in among.groups:
        yield QuestionTopic(about=title, kind=KIND, instances=members, group=True)
    yield from topics(KIND, among)


def _kept(
    base: KnowledgeBase, topic: QuestionTopic, live: Collection[Instance]
) -> tuple[Instance, ...]:
    """Those of the other values that its slot lists as well, in their order."""
    slots = [*base.templates[topic.instances[0].template].slots.values()]
    if topic.group or topic.gap is None or slots[topic.gap].kind == "entity":
        return topic.instances
    gap = topic.gap
    place = {value: number for number, value in enumerate(options(base, slots[gap]))}
    found = siblings(base, topic.instances[:1])
    return tuple(sorted(found, key=lambda one: place[one.values[gap]]))


def _ask(base: KnowledgeBase, topic: QuestionTopic, kept: Sequence[Instance]) -> Question:
    template = base.templates[kept[0].template]
    gaps = [] if topic.gap is None else [topic.gap]
    if topic.group and not gaps:
        text = f"{topic.about.rstrip('.?')}: which of these is so?"
    else:
        text = asking.asks_value(base, kept[0], template.asked_for())
    return Question(
        about=topic.about,
        kind=KIND,
        text=text,
        instances=tuple(
            base.templates[instance.template].instance(*instance.values) for instance in kept
        ),
        options=tuple(label(base, instance, gaps) for instance in kept),
        words=tuple(called(base, instance, gaps) for instance in kept),
        gap=topic.gap,
        group=topic.group or _one_holds(base, topic, kept),
    )


def _read(_base: KnowledgeBase, asked: Question, text: str) -> Mapping[Instance, Said]:
    names = OptionNames(asked)
    none = ("none",) if "no" in asked.options else ("none", "no")
    every = whole(names, text, ("unknown",) if asked.group else (*none, "unknown"))
    if every is not None:
        return dict.fromkeys(asked.instances, SAID[every])
    numbers, one = graded(asked, names, text, ("yes",))
    if len(numbers) > 1:
        raise Unclear(f"Only one of these can be so. {asked.accepts}")
    others = dict.fromkeys(asked.instances, OPEN) if asked.group and one != YES else {}
    return {**others, asked.instances[numbers[0]]: one}


def _value(part: Question, text: str, legal: str) -> Value:
    number = OptionNames(part).option(text)
    if number is None or part.gap is None:
        raise Unclear(f"'{clipped(text)}' is none of the options. {legal}")
    return part.instances[number].values[part.gap]


def _accepts(asked: Question) -> str:
    rest = "unknown" if asked.group else "none or unknown"
    return (
        f"Answer with a number from 1 to {len(asked.options)} or a name, or {rest}. "
        "2=likely gives a likelihood."
    )


def _one_holds(base: KnowledgeBase, topic: QuestionTopic, kept: Sequence[Instance]) -> bool:
    """Whether one of the options of a value always holds: all that are legal are among them."""
    template = base.templates[topic.instances[0].template]
    if not template.exactly or topic.gap is None:
        return False
    return len(kept) == len(options(base, list(template.slots.values())[topic.gap]))


KIND: Final = OneValue(
    name="choice",
    topics=_topics,
    is_for=lambda slots: bool(slots) and ORDERED.isdisjoint(slots),
    valued=True,
    kept=_kept,
    ask=_ask,
    read=_read,
    denial=lambda asked: None if asked.group else "none",
    accepts=_accepts,
    hint=lambda asked: f"one number, or {'unknown' if asked.group else 'none, unknown'}",
    words=lambda asked: [*asked.options, "unknown", *([] if asked.group else ["none"])],
    takes=lambda part: english.listing(part.options, "or"),
    value=_value,
)
