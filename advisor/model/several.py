"""Says instances that differ in one slot as one: "gas pipelines and power lines from there"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from advisor.model.english import compose, fill_gap, listing, says, slots_of, value
from advisor.model.records import Entity, Instance, KnowledgeBase, Phrase, SlotRef

_PREPOSITIONS: Final = frozenset({"across", "against", "along", "among", "at", "between", "by"}) | {
    *("for", "from", "in", "into", "of", "on", "over", "through", "to", "under", "with", "within"),
}


def says_of(base: KnowledgeBase, instances: Sequence[Instance], most: int | None = None) -> str:
    """The clause that states instances which differ in one slot at most, said as one.

    Of more than `most` the first are named, and the others counted.
    """
    return _said_of(base, instances, base.templates[instances[0].template].says, "and", most)


def denies_of(base: KnowledgeBase, instances: Sequence[Instance]) -> str:
    """The clause that denies instances which differ in one slot at most, said as one."""
    phrase = base.templates[instances[0].template].denies
    if phrase is None:
        return f"it is not the case that {says_of(base, instances)}"
    return _said_of(base, instances, phrase, "or")


def _said_of(
    base: KnowledgeBase,
    instances: Sequence[Instance],
    phrase: Phrase,
    word: str,
    most: int | None = None,
) -> str:
    first = instances[0]
    template = base.templates[first.template]
    gap = _differing(instances)
    if gap is None:
        return compose(base, phrase, slots_of(template, first.values))
    slot, slot_type = list(template.slots.items())[gap]
    left = len(instances) - (most or len(instances))
    named = instances[:most] if left > 1 else instances  # to count one takes as long as to name it
    more = [f"{left} more"] if left > 1 else []
    values = [instance.values[gap] for instance in named]
    names = [value(base, instance, gap) for instance in named]
    adjectives = [fill_gap(base, SlotRef(slot, "adjective"), slot_type, one) for one in values]
    together = "\n".join(map(str, values))  # no id of an entity
    several = Entity(
        id=together,
        type="",
        name=listing([*names, *more], word) if more else _together(names, word),
        adjective=listing([*adjectives, *more], word),
        plural=True,
        where=template.where,
    )
    widened = msgspec.structs.replace(base, entities={**base.entities, together: several})
    terms = (*first.values[:gap], together, *first.values[gap + 1 :])
    return compose(widened, phrase, slots_of(template, terms))


def told_apart(base: KnowledgeBase, instances: Sequence[Instance]) -> list[str]:
    """What tells each instance from the others: its value in the slot in which they differ.

    Of one alone, its clause.
    """
    gap = _differing(instances)
    if gap is None:
        return [says(base, instance) for instance in instances]
    return [value(base, instance, gap) for instance in instances]


def _differing(instances: Sequence[Instance]) -> int | None:
    """The first slot in which instances of one template differ."""
    columns = zip(*(instance.values for instance in instances), strict=True)
    return next((gap for gap, values in enumerate(columns) if len(set(values)) > 1), None)


def _together(names: Sequence[str], word: str = "and") -> str:
    """Names as one phrase, what they all end in from a preposition on said once."""
    rows = [name.split(" ") for name in names]
    shared = 0
    while all(len(row) > shared + 1 for row in rows):
        if len({row[-1 - shared] for row in rows}) > 1:
            break
        shared += 1
    ending = rows[0][len(rows[0]) - shared :]
    at = next((at for at, word in enumerate(ending) if word in _PREPOSITIONS), None)
    if at is None:
        return listing(names, word)
    tail = ending[at:]
    return " ".join([listing((" ".join(row[: -len(tail)]) for row in rows), word), *tail])
