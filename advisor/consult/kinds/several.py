"""Which of several facts hold, that differ in one entity, or in two as a grid."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from advisor.consult.grouping import OpenFacts, differing, named
from advisor.consult.kind import Kind, Question, QuestionTopic
from advisor.consult.kinds import yes_no
from advisor.consult.labels import called, label
from advisor.consult.naming import OptionNames, items
from advisor.consult.reading import graded, whole
from advisor.consult.words import NO, SAID, YES, Said, Unclear, exact, is_said, said
from advisor.loader.texts import clipped
from advisor.model import asking, english
from advisor.model.records import Instance, KnowledgeBase

_PAIR: Final = 2
_WORDS: Final = ("yes", "no", "unknown")
_BUT: Final = re.compile(
    r"(?:all|everything|everyone|all of (?:these|them)) (?:but|except(?: for)?|without) (.+)",
    re.IGNORECASE,
)
_REST: Final = re.compile(
    r"(?:^|[,;&]|\band\b|\s)\s*(?:the\s+)?(rest|all\s+others|others?|everything\s+else)"
    r"(?:\s+(?:is|are))?\s*[=:\s]\s*(\S.*)",
    re.IGNORECASE,
)


def _topics(among: OpenFacts) -> Iterator[QuestionTopic]:
    for members in among.together:
        if len(members) > 1:
            about = named(members[0], differing(members))
            listed = tuple(among.base.ordered(members))
            yield QuestionTopic(about=about, kind=KIND, instances=listed)


def _kept(
    base: KnowledgeBase, topic: QuestionTopic, live: Collection[Instance]
) -> tuple[Instance, ...]:
    template = base.templates[topic.instances[0].template]
    return tuple(i for i in topic.instances if template.instance(*i.values) in live)


def _ask(base: KnowledgeBase, topic: QuestionTopic, kept: Sequence[Instance]) -> Question:
    if len(kept) == 1:
        return yes_no.ask(base, topic, kept)
    template, gaps = base.templates[kept[0].template], differing(kept)
    cells = [tuple(english.value(base, instance, gap) for gap in gaps) for instance in kept]
    return Question(
        about=topic.about,
        kind=KIND,
        text=asking.asks_which(base, kept[0], gaps),
        instances=tuple(template.instance(*instance.values) for instance in kept),
        options=tuple(label(base, instance, gaps) for instance in kept),
        words=tuple(called(base, instance, gaps) for instance in kept),
        cells=tuple(cells) if len(gaps) == _PAIR else (),
    )


def _read(_base: KnowledgeBase, asked: Question, text: str) -> Mapping[Instance, Said]:
    names = OptionNames(asked)
    both = ("both",) if len(asked.options) == _PAIR else ()
    every = whole(names, text, ("none", "no", "all", *both, "unknown"))
    if every is not None:
        return dict.fromkeys(asked.instances, SAID[every])
    if exact(text, ("yes",)) and names.whole(text) is None:
        raise Unclear(f"Which of them? {asked.accepts}")
    found, others = listed(asked, names, text)
    return {one: found.get(number, others) for number, one in enumerate(asked.instances)}


def listed(asked: Question, names: OptionNames, text: str) -> tuple[dict[int, Said], Said]:
    """What a list says of options, by number, and of all others; raises Unclear."""
    but = _BUT.fullmatch(text) if names.whole(text) is None else None
    text, others = (but[1], YES) if but else _rest(names, text)
    found = _listed(asked, names, text, NO if but else YES) if text else {}
    if len(found) < len(names.options) and others is None:
        if all(one == NO for one in found.values()):
            raise Unclear("And the others? Add rest yes or rest unknown, or name those that are.")
        others = NO
    return found, others or NO


def _accepts(asked: Question) -> str:
    return (
        f"Answer with numbers from 1 to {len(asked.options)} or names, with commas between "
        "them; or none, all, all but 2, or unknown. 2=likely gives one a likelihood; the "
        "others are taken for no, unless rest unknown follows."
    )


def _rest(names: OptionNames, text: str) -> tuple[str, Said | None]:
    """A list without what it says of the rest, and that, if it says something."""
    found = _REST.search(text) if names.whole(text) is None else None
    if found is None or names.whole(found[1]) is not None:
        return text, None
    meant = exact(found[2], ("yes", "no", "none", "all", "unknown"))
    if meant is None and not is_said(found[2]):
        return text, None
    return text[: found.start()].strip(), SAID[meant] if meant else said(found[2], ())


def _listed(asked: Question, names: OptionNames, text: str, bare: Said) -> dict[int, Said]:
    """What a list says of options, by number; of those without a likelihood, that they are so."""
    listed = [text] if names.whole(text) is not None else items(names, text)
    if not listed:
        raise Unclear(asked.accepts)
    found: dict[int, Said] = {}
    for item in listed:
        numbers, one = graded(asked, names, item, _WORDS, bare)
        for number in numbers:
            if found.setdefault(number, one) != one:
                name = names.options[number]
                raise Unclear(f"'{clipped(text)}' says two things of {name}. {asked.accepts}")
    return found


KIND: Final = Kind(
    name="several",
    topics=_topics,
    kept=_kept,
    in_part=True,
    ask=_ask,
    read=_read,
    listed=True,
    denial=lambda _: "none",
    accepts=_accepts,
    hint=lambda _: "several numbers, or none, all, unknown",
    words=lambda asked: [*asked.options, "unknown", "none", "all"],
)
