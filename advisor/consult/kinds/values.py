"""Several values of one fact, a number or a date among them, in one answer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from advisor.consult.kind import Kind, Question, QuestionTopic
from advisor.consult.kinds import choice, date, number
from advisor.consult.labels import called, label
from advisor.consult.naming import OptionNames
from advisor.consult.valued import OneValue, ask, reader, topics
from advisor.consult.words import Unclear
from advisor.loader.texts import clipped
from advisor.model import asking, english
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.values import Value
from advisor.reasoning.askable import options
from advisor.reasoning.seen import ORDERED

_EACH: Final[tuple[OneValue, ...]] = (choice.KIND, number.KIND, date.KIND)
_MOST_PIECES: Final = 12  # between commas


def _ask(base: KnowledgeBase, topic: QuestionTopic, kept: Sequence[Instance]) -> Question:
    gaps = base.templates[kept[0].template].asked_for()
    parts = tuple(_part(base, kept[0], gap) for gap in gaps)
    return msgspec.structs.replace(ask(base, topic, kept), parts=parts)


def _given(asked: Question, text: str) -> Iterator[tuple[int, Value]]:
    for part, item in zip(asked.parts, _items(asked, text), strict=True):
        assert part.gap is not None, "a part is about one slot"
        yield part.gap, _kind(part).value(part, item, asked.accepts)


def _accepts(asked: Question) -> str:
    each = (f"{part.text} ({_kind(part).takes(part)})" for part in asked.parts)
    return f"Answer with {english.listing(each)}, with commas between; or unknown."


def _kind(part: Question) -> OneValue:
    return next(kind for kind in _EACH if kind is part.kind)


def _part(base: KnowledgeBase, of: Instance, gap: int) -> Question:
    """What is asked for one of several open slots."""
    template = base.templates[of.template]
    slot = list(template.slots.values())[gap]
    instances = tuple(
        Instance(of.template, (*of.values[:gap], legal, *of.values[gap + 1 :]))
        for legal in options(base, slot)
    )
    return Question(
        about=str(of),
        kind=next(kind for kind in _EACH if kind.is_for([slot.kind])),
        text=asking.slot_name(template, gap),
        instances=instances or (of,),
        options=tuple(label(base, instance, [gap]) for instance in instances),
        words=tuple(called(base, instance, [gap]) for instance in instances),
        unit=slot.unit,
        gap=gap,
    )


def _items(asked: Question, text: str) -> list[str]:
    """The value for each part; a comma may belong to the name of an option."""
    pieces = [piece.strip() for piece in re.split(r"[,;]", text)]
    size = len(asked.parts)
    if len(pieces) == size:
        return pieces
    if size < len(pieces) <= _MOST_PIECES:
        for cuts in itertools.combinations(range(1, len(pieces)), size - 1):
            ends = itertools.pairwise((0, *cuts, len(pieces)))
            found = [", ".join(pieces[start:end]) for start, end in ends]
            if all(map(_is_whole, asked.parts, found)):
                return found
    raise Unclear(f"'{clipped(text)}' is not {size} values. {asked.accepts}")


def _is_whole(part: Question, item: str) -> bool:
    """Whether an item is all of an option's name, or what no comma stands in."""
    return OptionNames(part).whole(item) is not None if part.options else "," not in item


KIND: Final[Kind] = Kind(
    name="values",
    topics=lambda among: topics(KIND, among),
    is_for=lambda slots: len(slots) > 1 and not ORDERED.isdisjoint(slots),
    valued=True,
    measured=True,
    ask=_ask,
    read=reader(_given),
    accepts=_accepts,
    hint=lambda _: "all of these in this order, with commas between, or unknown",
    words=lambda _: ["unknown"],
    details=lambda asked: [f"{part.text}: {_kind(part).takes(part)}" for part in asked.parts],
)
