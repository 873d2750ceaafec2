"""Turns what is open in a case into the questions to ask about it, each with its legal answers.

Facts that differ in one entity are asked about together ("Which of these states ...?"), or in two,
as a grid, whatever leaves the fewest questions; so are the values of a key and the alternatives of
a `one-of` group; a number or a date is asked for as such,
with whatever else of its fact is open beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, Literal

import msgspec

from advisor.futures.choices import Choice
from advisor.model import asking, english
from advisor.model.records import Instance, KnowledgeBase, SlotRef, Template
from advisor.model.values import Value, value_text
from advisor.reasoning.askable import options
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.seen import ORDERED

Kind = Literal["yes-no", "several", "choice", "number", "date", "values"]

MOST_CELLS: Final = 36  # of a grid
_PAIR: Final = ("row", "column")
MEASURED: Final = frozenset({"number", "date", "values"})  # answered with more than is listed


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """Facts that one question asks about."""

    about: str  # its name: "ties(pakistan, russia, *)", or the title of a one-of group
    kind: Kind
    instances: tuple[Instance, ...]
    gap: int | None = None  # of a value: the slot in which they differ, if it is one
    group: bool = False  # exactly one of them holds

    @property
    def valued(self) -> bool:
        """Whether its answer is a value, and says something of all others that there could be."""
        return (self.kind == "choice" or self.kind in MEASURED) and not self.group


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


def topics(case: Outcome, choices: Sequence[Choice], client: str) -> list[Topic]:
    """The topics of what is open, in the order of the base."""
    base, instances = case.scenario.base, case.graph.instances
    groups = {frozenset(group.alternatives): group.title for group in case.scenario.groups}
    found: list[Topic] = []
    valued: dict[str, list[Instance]] = {}
    single: list[Instance] = []
    for choice in choices:
        members = [instances[fact] for fact in choice.facts]
        title = groups.get(frozenset(members))
        if title is not None:
            found.append(Topic(about=title, kind="choice", instances=tuple(members), group=True))
            continue
        gaps = base.templates[members[0].template].asked_for()
        for member in members:
            if gaps:
                valued.setdefault(_name(member, gaps), []).append(member)
            else:
                single.append(member)
    found += (_of_values(base, name, members) for name, members in valued.items())
    found += _gathered(base, single, client)
    return sorted(found, key=lambda topic: base.order(topic.instances[0]))


def topic_of(base: KnowledgeBase, instance: Instance) -> Topic:
    """The topic of one fact: with the other values of its key, if it has one."""
    gaps = base.templates[instance.template].asked_for()
    if not gaps:
        return Topic(about=str(instance), kind="yes-no", instances=(instance,))
    return _of_values(base, _name(instance, gaps), [instance, *siblings(base, [instance])])


def canonical(base: KnowledgeBase, topic: Topic) -> list[Instance]:
    """The facts of a topic, of a symmetric pair as it is stored."""
    return [base.templates[i.template].instance(*i.values) for i in topic.instances]


def measures(base: KnowledgeBase, instance: Instance) -> bool:
    """Whether a fact has a number or a date, which others may lie below, at or above."""
    slots = base.templates[instance.template].slots.values()
    return any(slot.kind in ORDERED for slot in slots)


def is_measured(template: Template) -> bool:
    """Whether a number or a date of such facts is asked for."""
    gaps = template.asked_for()
    return bool(gaps) and _kind(template, gaps) in MEASURED


def siblings(base: KnowledgeBase, of: Iterable[Instance]) -> list[Instance]:
    """The other legal values of the keys of some facts, where a slot lists what is legal."""
    found: dict[Instance, None] = {}
    for member in of:
        template = base.templates[member.template]
        gaps = template.asked_for()
        if template.key is not None and len(gaps) == 1:
            for legal in options(base, list(template.slots.values())[gaps[0]]):
                values = (*member.values[: gaps[0]], legal, *member.values[gaps[0] + 1 :])
                found[Instance(member.template, values)] = None
    return base.ordered(found)


def _of_values(base: KnowledgeBase, name: str, members: Sequence[Instance]) -> Topic:
    """The topic of the values of a key, or of a number or a date."""
    template = base.templates[members[0].template]
    gaps = template.asked_for()
    gap = gaps[0] if len(gaps) == 1 else None
    kind = _kind(template, gaps)
    legal = options(base, list(template.slots.values())[gap]) if gap is not None else []
    place = {value: number for number, value in enumerate(legal)}
    listed = sorted(
        dict.fromkeys(members),
        key=lambda i: (place.get(i.values[gap], 0) if gap is not None else 0, base.order(i)),
    )
    sure = template.exactly and len(listed) == len(legal)
    return Topic(about=name, kind=kind, instances=tuple(listed), gap=gap, group=sure)


def _kind(template: Template, gaps: Sequence[int]) -> Kind:
    """How the values of some slots are asked for."""
    kinds = [list(template.slots.values())[gap].kind for gap in gaps]
    if ORDERED.isdisjoint(kinds):
        return "choice"
    if len(kinds) > 1:
        return "values"
    return "date" if "date" in kinds else "number"


def _with_all_values(base: KnowledgeBase, topic: Topic) -> tuple[Instance, ...]:
    """The facts of a topic with those of the other values that its slot lists, in their order."""
    slots = list(base.templates[topic.instances[0].template].slots.values())
    if topic.gap is None or slots[topic.gap].kind == "entity":
        return topic.instances
    found = siblings(base, topic.instances[:1])
    place = {value: number for number, value in enumerate(options(base, slots[topic.gap]))}
    return tuple(sorted(found, key=lambda one: place[one.values[topic.gap or 0]]))


def _name(instance: Instance, gaps: Collection[int]) -> str:
    shown = ("*" if n in gaps else value_text(v) for n, v in enumerate(instance.values))
    return f"{instance.template}({', '.join(shown)})"


def _gathered(base: KnowledgeBase, single: Iterable[Instance], client: str) -> Iterator[Topic]:
    """Facts that hold or do not, those together that differ in one entity or two."""
    for name, some in itertools.groupby(base.ordered(single), key=lambda i: i.template):
        template = base.templates[name]
        for members in _fewest(template, [_turned(template, one, client) for one in some]):
            if len(members) == 1:
                canonical = template.instance(*members[0].values)
                yield Topic(about=str(canonical), kind="yes-no", instances=(canonical,))
                continue
            yield Topic(
                about=_name(members[0], _differing(members)),
                kind="several",
                instances=tuple(base.ordered(members)),
            )


def _fewest(template: Template, alike: Sequence[Instance]) -> list[list[Instance]]:
    """Facts of a template in as few questions as one slot or a pair of slots can make of them.

    A pair is a grid, which has so many cells at most that it can be read.
    """
    gaps = _gaps(template)
    best = [[one] for one in alike]
    for open_slots in (*itertools.combinations(gaps, 1), *itertools.combinations(gaps, 2)):
        found: dict[tuple[Value, ...], list[Instance]] = {}
        for one in alike:
            rest = tuple(v for n, v in enumerate(one.values) if n not in open_slots)
            found.setdefault(rest, []).append(one)
        readable = len(open_slots) == 1 or max(map(len, found.values())) <= MOST_CELLS
        if readable and len(found) < len(best):
            best = list(found.values())
    return best


def _gaps(template: Template) -> list[int]:
    """The slots in which facts of a template may differ within one question.

    Those for entities, as its sentence has them; of a symmetric pair the second first, so that the
    client can come before it.
    """
    slots = list(template.slots)
    spoken = [part.slot for part in template.says if isinstance(part, SlotRef)]
    found = [
        slots.index(slot)
        for slot in dict.fromkeys((*spoken, *slots))
        if template.slots[slot].kind == "entity" and not asking.is_asked_apart(template, slot)
    ]
    if template.symmetric and set(template.symmetric) <= set(found):
        found.remove(template.symmetric[0])
        found.insert(found.index(template.symmetric[1]) + 1, template.symmetric[0])
    return found


def _differing(members: Sequence[Instance]) -> list[int]:
    """The slots in which some facts of a template differ."""
    columns = enumerate(zip(*(one.values for one in members), strict=True))
    return [slot for slot, values in columns if len(set(values)) > 1]


def _turned(template: Template, instance: Instance, client: str) -> Instance:
    """A symmetric fact with the client first, if it is about the client at all."""
    if template.symmetric:
        first, other = template.symmetric
        if instance.values[other] == client:
            values = list(instance.values)
            values[first], values[other] = values[other], values[first]
            return Instance(instance.template, tuple(values))
    return instance


def question(base: KnowledgeBase, topic: Topic, live: Collection[Instance]) -> Question:
    """What to ask of a topic, of which these facts still matter."""
    template = base.templates[topic.instances[0].template]
    kept = topic.instances
    if topic.kind == "several":
        kept = tuple(i for i in kept if template.instance(*i.values) in live)
    elif topic.kind == "choice" and not topic.group:
        kept = _with_all_values(base, topic)
    canonical = tuple(base.templates[i.template].instance(*i.values) for i in kept)
    if topic.kind == "yes-no" or (topic.kind == "several" and len(kept) == 1):
        return _yes_no(base, topic.about, canonical[0])
    unit = None
    labels: tuple[str, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    parts: tuple[Question, ...] = ()
    if topic.kind == "values":
        parts = tuple(_part(base, kept[0], gap) for gap in template.asked_for())
    elif topic.kind in MEASURED and topic.gap is not None:
        unit = list(template.slots.values())[topic.gap].unit
    else:
        gaps = _open(topic, kept)
        labels = tuple(_label(base, i, gaps) for i in kept)
        words = tuple(_words(base, i, gaps) for i in kept)
        if len(gaps) == len(_PAIR):
            cells = tuple(tuple(english.value(base, i, gap) for gap in gaps) for i in kept)
    return Question(
        about=topic.about,
        kind=topic.kind,
        text=_text(base, topic, kept),
        instances=canonical,
        options=labels,
        words=words,
        cells=cells,
        unit=unit,
        gap=topic.gap,
        group=topic.group or _one_holds(base, topic, kept),
        parts=parts,
    )


def _one_holds(base: KnowledgeBase, topic: Topic, kept: Sequence[Instance]) -> bool:
    """Whether one of the options of a value always holds: all that are legal are among them."""
    template = base.templates[topic.instances[0].template]
    if not template.exactly or topic.kind != "choice" or topic.gap is None:
        return False
    return len(kept) == len(options(base, list(template.slots.values())[topic.gap]))


def _open(topic: Topic, kept: Sequence[Instance]) -> list[int]:
    """The slots in which the options of a question differ."""
    if topic.kind == "several":
        return _differing(kept)
    return [] if topic.gap is None else [topic.gap]


def _text(base: KnowledgeBase, topic: Topic, kept: Sequence[Instance]) -> str:
    """How a topic is asked about that is no matter of yes or no."""
    first = kept[0]
    if topic.kind == "several":
        return asking.asks_which(base, first, _differing(kept))
    if topic.group and topic.gap is None:
        return f"{topic.about.rstrip('.?')}: which of these is so?"
    return asking.asks_value(base, first, base.templates[first.template].asked_for())


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
        kind=_kind(template, [gap]),
        text=asking.slot_name(template, gap),
        instances=instances or (of,),
        options=tuple(_label(base, instance, [gap]) for instance in instances),
        words=tuple(_words(base, instance, [gap]) for instance in instances),
        unit=slot.unit,
        gap=gap,
    )


def _yes_no(base: KnowledgeBase, about: str, instance: Instance) -> Question:
    text = asking.asks(base, instance)
    return Question(about=about, kind="yes-no", text=text, instances=(instance,))


def _label(base: KnowledgeBase, instance: Instance, gaps: Sequence[int]) -> str:
    """What an option reads as: the values in which it differs, or all that it says."""
    if not gaps:
        return english.says(base, instance)
    values = [instance.values[gap] for gap in gaps]
    if isinstance(values[0], bool):
        return "yes" if values[0] else "no"
    joined = " and " if tuple(gaps) == base.templates[instance.template].symmetric else ": "
    return joined.join(english.value(base, instance, gap) for gap in gaps)


def _words(base: KnowledgeBase, instance: Instance, gaps: Sequence[int]) -> tuple[str, ...]:
    """What an option may be called beside what it reads as."""
    if not gaps:
        return (str(instance),)
    each = [_called(base, instance, gap) for gap in gaps]
    if len(each) == 1:
        return each[0]
    names = [
        (english.value(base, instance, g), *words) for g, words in zip(gaps, each, strict=True)
    ]
    found = [f"{one} {other}" for one, other in itertools.product(*names)]
    if tuple(gaps) == base.templates[instance.template].symmetric:
        found += [f"{other}{word}{one}" for one, other in itertools.product(*names)
                  for word in (" ", " and ")]  # fmt: skip
    return tuple(dict.fromkeys(found))


def _called(base: KnowledgeBase, instance: Instance, gap: int) -> tuple[str, ...]:
    """What the value of a slot may be called beside what it reads as."""
    value = instance.values[gap]
    slot = [*base.templates[instance.template].slots.values()][gap]
    if slot.kind != "entity":
        return (value_text(value),)
    entity = base.entities[str(value)]
    adjective = (entity.adjective,) if entity.adjective else ()
    people = (f"{word}s" for word in adjective if word.endswith(("n", "i")))
    code = (entity.code,) if entity.code else ()
    return tuple(dict.fromkeys((entity.id, *adjective, *people, *code, *entity.aka)))
