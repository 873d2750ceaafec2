"""Turns instances with open slots into questions, from the phrases that the base declares."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Literal

import msgspec

from advisor.model.english import (
    as_clause,
    compose,
    denies,
    foretold,
    kinds,
    listing,
    marked,
    noun,
    says,
    sentence,
    slots_of,
    spaced,
)
from advisor.model.plurals import plural
from advisor.model.records import (
    Entity,
    Instance,
    KnowledgeBase,
    Phrase,
    SlotRef,
    SlotType,
    Template,
)
from advisor.model.scenarios import Fact
from advisor.model.values import is_answered, value_text

_NEGATIVE: Final = frozenset({"no", "not", "never", "without", "nobody", "none", "nothing"})


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


def asks_of_each(base: KnowledgeBase, instance: Instance, row: int, gaps: Sequence[int]) -> str:
    """The same question of several: "How old is each of these people?"."""
    slot, slot_type = [*base.templates[instance.template].slots.items()][row]
    each = f"each of these {listing((plural(one) for one in kinds(slot_type, slot)), 'or')}"
    values = (*instance.values[:row], each, *instance.values[row + 1 :])
    named = _naming(base, base.templates[instance.template], [each], many=False)
    return asks_value(named, Instance(instance.template, values), gaps)


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


def states(base: KnowledgeBase, fact: Fact) -> str:
    """The clause for what a scenario says of a fact; a number left open is told by its question."""
    match fact.standing:
        case "stated":
            return marked(foretold(base, fact)) + says(base, fact.instance)
        case "denied":
            return marked(foretold(base, fact)) + denies(base, fact.instance)
        case "unknown":
            gaps = [n for n, one in enumerate(fact.instance.values) if not is_answered(one)]
            if gaps:
                return unanswered(base, fact.instance, gaps)
            return f"it is not known whether {says(base, fact.instance)}"
        case "disputed":
            return f"it is disputed whether {says(base, fact.instance)}"


def to_fill_in(template: Template, instance: Instance, gaps: Collection[int]) -> str:
    """An instance with some slots left for a person to fill in: "age(ann, <years>)"."""
    slots = [*template.slots]
    shown = (f"<{slots[n]}>" if n in gaps else value_text(v) for n, v in enumerate(instance.values))
    return f"{template.id}({', '.join(shown)})"


def asks_which(base: KnowledgeBase, instance: Instance, gaps: Sequence[int]) -> str:
    """The question for which values of one slot or two an instance holds.

    "Which of these states ...?" where the sentence begins with one of them, and otherwise as the
    base asks it, "Is there conflict in any of these places?"; where "any" could be misread, in
    long: "For which of these states is it so that ... that state?".
    """
    template = base.templates[instance.template]
    slots = list(template.slots.items())
    open_slots = {slots[gap][0]: slots[gap][1] for gap in gaps}
    for phrase, word in ((template.says, "which"), (template.asks or (), "any")):
        joined = _as_pairs(template, phrase, open_slots)
        if _is_clear(joined, open_slots, word):
            names = _open_names(template, joined, open_slots, word, pairs=joined != phrase)
            return sentence(_with_names(base, template, instance, joined, names).rstrip("?") + "?")
    words = [noun(slot_type, slot) for slot, slot_type in open_slots.items()]
    which = listing(plural(word) for word in words)
    names = {slot: f"that {word}" for slot, word in zip(open_slots, words, strict=True)}
    clause = _with_names(base, template, instance, template.says, names, many=False)
    return f"For which of these {which} is it so that {clause}?"


def is_asked_apart(template: Template, slot: str) -> bool:
    """Whether no list can stand for a slot: its name is part of a word, as in "US-led"."""
    return any(
        isinstance(part, SlotRef) and part.slot == slot and isinstance(after, str)
        and part.form != "verb" and after.startswith("-")
        for part, after in itertools.pairwise(template.says)
    )  # fmt: skip


def _as_pairs(template: Template, phrase: Phrase, open_slots: Collection[str]) -> Phrase:
    """The phrase with one gap for a symmetric pair that is open, where it says "one and other"."""
    names = list(template.slots)
    pair = [SlotRef(names[gap], "name") for gap in template.symmetric or ()]
    if not pair or not {ref.slot for ref in pair} <= set(open_slots):
        return phrase
    for at in range(len(phrase) - 2):
        if phrase[at + 1] == " and " and sorted((phrase[at], phrase[at + 2])) == sorted(pair):
            return (*phrase[: at + 1], *phrase[at + 3 :])
    return phrase


def _is_clear(phrase: Phrase, open_slots: Collection[str], word: str) -> bool:
    """Whether a phrase may have "which of these" or "any of these" in its open gaps."""
    spoken = [part.slot for part in phrase if isinstance(part, SlotRef) and part.form != "verb"]
    if any(spoken.count(slot) > 1 for slot in open_slots):
        return False
    if word == "which":
        first = phrase[0]
        return isinstance(first, SlotRef) and first.form != "verb" and first.slot in open_slots
    said = " ".join(part for part in phrase if isinstance(part, str))
    return bool(phrase) and _NEGATIVE.isdisjoint(said.lower().split())


def _open_names(
    template: Template,
    phrase: Phrase,
    open_slots: Mapping[str, SlotType],
    word: str,
    *,
    pairs: bool,
) -> dict[str, str]:
    """What stands in each open gap, in the order in which a phrase has them."""
    found: dict[str, str] = {}
    seen: list[SlotType] = []
    for part in phrase:
        if not isinstance(part, SlotRef) or part.form == "verb" or part.slot not in open_slots:
            continue
        slot_type = open_slots[part.slot]
        many = listing((plural(one) for one in kinds(slot_type, part.slot)), "or")
        if slot_type.types in [one.types for one in seen]:
            apart = template.distinct or template.symmetric or ()
            others = "others" if list(template.slots).index(part.slot) in apart else "of them"
            found[part.slot] = f"{word} {others}"
        elif pairs and not seen:
            found[part.slot] = f"{'which pairs' if word == 'which' else 'any two'} of these {many}"
        else:
            found[part.slot] = f"{word} of these {many}"
        seen.append(slot_type)
    return found


def _with_names(
    base: KnowledgeBase,
    template: Template,
    instance: Instance,
    phrase: Phrase,
    names: Mapping[str, str],
    *,
    many: bool = True,
) -> str:
    """A phrase about an instance with names for what is open in it."""
    widened = _naming(base, template, names.values(), many=many)
    values = zip(template.slots, instance.values, strict=True)
    terms = [names.get(slot, value) for slot, value in values]
    return compose(widened, phrase, slots_of(template, terms))


def _naming(
    base: KnowledgeBase, template: Template, names: Iterable[str], *, many: bool
) -> KnowledgeBase:
    """The base with names for what is open in a phrase of a template."""
    asked = {
        name: Entity(id=name, type="", name=name, plural=many, where=template.where)
        for name in names
    }
    return msgspec.structs.replace(base, entities={**base.entities, **asked})


def in_general(
    base: KnowledgeBase, template: Template, which: Literal["says", "denies", "asks"]
) -> str | None:
    """One of the template's phrases with the slots' names in its gaps, in brackets."""
    phrase = getattr(template, which)
    if phrase is None:
        return None
    fill = {name: (slot, f"[{name}]") for name, slot in template.slots.items()}
    return compose(base, phrase, fill)
