"""What kinds of questions have in common that ask for a value: of a key, a number or a date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from advisor.consult.grouping import OpenFacts, named, slots_asked_for
from advisor.consult.kind import AnswerReader, Kind, Question, QuestionTopic
from advisor.consult.reading import saying
from advisor.consult.words import OPEN, YES, Said, Unclear, meaning
from advisor.loader.texts import clipped
from advisor.model import asking, english
from advisor.model.grades import HOLDS, NO_SUPPORT
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.values import Value
from advisor.reasoning.askable import options

Given = Callable[[Question, str], Iterator[tuple[int, Value]]]


class OneValue(Kind, frozen=True, kw_only=True, eq=False):
    """A kind of question about one slot, which may as well stand among several."""

    takes: Callable[[Question], str]  # what the value may be, in a few words
    value: Callable[[Question, str, str], Value]  # that a text is; or says what is legal: Unclear


def measure(
    name: str,
    value: Callable[[Question, str, str], Value],
    takes: Callable[[Question], str],
    accepts: Callable[[Question], str],
    hint: str,
) -> OneValue:
    """The kind of question for a number or a date by itself."""

    def given(asked: Question, text: str) -> Iterator[tuple[int, Value]]:
        assert asked.gap is not None, "it stands in one slot"
        yield asked.gap, value(asked, text, asked.accepts)

    kind = OneValue(
        name=name,
        topics=lambda among: topics(kind, among),
        is_for=lambda slots: [*slots] == [name],
        valued=True,
        measured=True,
        ask=ask,
        read=reader(given),
        accepts=accepts,
        hint=lambda _: hint,
        words=lambda _: ["unknown"],
        takes=takes,
        value=value,
    )
    return kind


def topics(kind: Kind, among: OpenFacts) -> Iterator[QuestionTopic]:
    """The topics of the values that a kind of question asks for."""
    for members in among.valued:
        if kind.is_for(slots_asked_for(among.base.templates[members[0].template])):
            yield of_values(among.base, kind, members)


def of_values(base: KnowledgeBase, kind: Kind, members: Sequence[Instance]) -> QuestionTopic:
    """The topic of the values of a key, or of a number or a date, of which these are some."""
    template = base.templates[members[0].template]
    gaps = template.asked_for()
    gap = gaps[0] if len(gaps) == 1 else None
    legal = options(base, list(template.slots.values())[gap]) if gap is not None else []
    place = {value: number for number, value in enumerate(legal)}
    listed = sorted(
        dict.fromkeys(members),
        key=lambda i: (place.get(i.values[gap], 0) if gap is not None else 0, base.order(i)),
    )
    return QuestionTopic(
        about=named(members[0], gaps),
        kind=kind,
        instances=tuple(listed),
        gap=gap,
        group=template.exactly and len(listed) == len(legal),
    )


def ask(base: KnowledgeBase, topic: QuestionTopic, kept: Sequence[Instance]) -> Question:
    """What asks for values that cannot be listed."""
    template = base.templates[kept[0].template]
    slots = [*template.slots.values()]
    return Question(
        about=topic.about,
        kind=topic.kind,
        text=asking.asks_value(base, kept[0], template.asked_for()),
        instances=tuple(template.instance(*instance.values) for instance in kept),
        unit=None if topic.gap is None else slots[topic.gap].unit,
        gap=topic.gap,
        group=topic.group,
    )


def reader(given: Given) -> AnswerReader:
    """What reads values that cannot be listed, by what a text gives each slot."""

    def read(base: KnowledgeBase, asked: Question, text: str) -> dict[Instance, Said]:
        text, equals, grade = (part.strip() for part in text.partition("="))
        if len(text) > 1 and not equals and meaning(text, ("unknown",)) is not None:
            return dict.fromkeys(asked.instances, OPEN)
        instance = asked.instances[0]
        template, values = base.templates[instance.template], [*instance.values]
        for gap, value in given(asked, text):
            values[gap] = value
        if template.repeats(values):
            names = english.listing(asking.slot_name(template, at) for at in template.distinct)
            raise Unclear(f"'{clipped(text)}' has one value twice, but {names} are never the same.")
        return {template.instance(*values): _likely(asked, text, grade) if equals else YES}

    return read


def _likely(asked: Question, value: str, grade: str) -> Said:
    """How likely a value is; raises Unclear where it is likelier to be another, not said which."""
    found = saying(asked, grade, ("yes",))
    if (found[1] or NO_SUPPORT) < HOLDS:
        raise Unclear(f"If not {clipped(value)}, what is it? {asked.accepts}")
    return found
