"""Turns instances with open slots into questions, from the phrases that the base declares."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from advisor.model.english import (
    as_clause,
    compose,
    kinds,
    listing,
    noun,
    says,
    sentence,
    slots_of,
    spaced,
)
from advisor.model.plurals import plural
from advisor.model.records import Entity, Instance, KnowledgeBase, SlotRef, SlotType, Template
from advisor.model.values import value_text


def asks(base: KnowledgeBase, instance: Instance) -> str:
    """The question whether an instance holds."""
    template = base.templates[instance.template]
    if template.asks is None:
        return f"Is it the case that {says(base, instance)}?"
    return compose(base, template.asks, slots_of(template, instance.values))


def asks_value(base: KnowledgeBase, instance: Instance, gaps: Sequence[int]) -> str:
    """The question for what stands in some slots: "How old is Ann?".

    As the base asks it; where that names a value, "Ann is how many years old?".
    """
    template = base.templates[instance.template]
    slots = list(template.slots.items())
    named = {part.slot for part in template.asks or () if isinstance(part, SlotRef)}
    if template.asks is not None and not named.intersection(slots[gap][0] for gap in gaps):
        return compose(base, template.asks, slots_of(template, instance.values))
    terms = [*instance.values]
    for gap in gaps:
        terms[gap] = _which(*slots[gap])
    return sentence(compose(base, template.says, slots_of(template, terms)) + "?")


def _which(slot: str, slot_type: SlotType) -> str:
    """What stands in a slot that is asked for."""
    words = {"date": "which day", "number": "how many"}
    return words.get(slot_type.kind) or f"which {noun(slot_type, slot)}"


def slot_name(template: Template, gap: int) -> str:
    """What a slot is called, in words."""
    return spaced([*template.slots][gap])


def unanswered(base: KnowledgeBase, instance: Instance, gaps: Sequence[int]) -> str:
    """The clause for what nobody knows of some slots: "it is not known: how old is Ann?"."""
    return f"it is not known: {asks_as_clause(base, instance, gaps)}"


def asks_as_clause(base: KnowledgeBase, instance: Instance, gaps: Sequence[int]) -> str:
    """The question for what stands in some slots within a sentence: "how old is Ann?"."""
    return as_clause(base, asks_value(base, instance, gaps))


def to_fill_in(template: Template, instance: Instance, gaps: Collection[int]) -> str:
    """An instance with some slots left for a person to fill in: "age(ann, <years>)"."""
    slots = [*template.slots]
    shown = (f"<{slots[n]}>" if n in gaps else value_text(v) for n, v in enumerate(instance.values))
    return f"{template.id}({', '.join(shown)})"


def asks_which(base: KnowledgeBase, instance: Instance, gap: int) -> str:
    """The question for which values of one slot an instance holds: "Which of these states ...?"."""
    template = base.templates[instance.template]
    name, slot_type = list(template.slots.items())[gap]
    choices = listing((plural(word) for word in kinds(slot_type, name)), "or")
    spoken = [part for part in template.says if isinstance(part, SlotRef) and part.slot == name]
    if len([part for part in spoken if part.form != "verb"]) != 1:
        terms = (*instance.values[:gap], None, *instance.values[gap + 1 :])
        clause = compose(base, template.says, slots_of(template, terms))
        return f"For which of these {choices} is it so that {clause}?"
    which = f"which of these {choices}"
    asked = Entity(id=which, type="", name=which, plural=True, where=template.where)
    widened = msgspec.structs.replace(base, entities={**base.entities, which: asked})
    terms = (*instance.values[:gap], which, *instance.values[gap + 1 :])
    clause = compose(widened, template.says, slots_of(template, terms))
    return sentence(f"{clause}?")
