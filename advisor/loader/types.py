"""Says what the types of slots have in common, and keeps unlike things from being compared."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import msgspec

from advisor.loader.reader import Reader
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Node, Scalar
from advisor.model.records import AtLeast, Comparison, Pattern, SlotType, Template, Var

Types = dict[str, SlotType | None]  # of variables; None where a problem hides it


def common(slot: SlotType | None, other: SlotType) -> SlotType | None:
    """What two types have in common, if anything; None as the first stands for everything."""
    if slot is None:
        return other
    if slot.kind != other.kind:
        return None
    if slot.kind == "entity":
        both = tuple(name for name in slot.types if name in other.types)
        return SlotType(kind="entity", types=both) if both else None
    if slot.kind == "values":
        shared = {value: slot.values[value] for value in slot.values if value in other.values}
        ordered = slot.ordered and other.ordered and _alike(slot, other)
        return SlotType(kind="values", values=shared, ordered=ordered) if shared else None
    if slot.unit and other.unit and slot.unit != other.unit:
        return None
    return slot if slot.unit else other


def _alike(slot: SlotType, other: SlotType) -> bool:
    """Whether the values that two types share stand in one order."""
    return [v for v in slot.values if v in other.values] == [
        v for v in other.values if v in slot.values
    ]


def narrowed(types: Types, comparisons: Iterable[Comparison]) -> Types:
    """The types of variables, without the legal values that a comparison rules out."""
    found = dict(types)
    for test in comparisons:
        sides = [side for side in (test.left, test.right) if isinstance(side, Var)]
        known = found.get(sides[0].name) if len(sides) == 1 else None
        if known is None or known.kind != "values":
            continue
        name = sides[0].name
        kept = {one: says for one, says in known.values.items() if test.holds({name: one})}
        if kept:  # else the rule never fires, which is another matter
            found[name] = msgspec.structs.replace(known, values=kept)
    return found


def unlike(slot: SlotType | None, other: SlotType | None) -> str | None:
    """The two units of numbers that have not the same; None of anything else."""
    if slot is None or other is None or not slot.unit or not other.unit or slot.unit == other.unit:
        return None
    told = f"one is in {slot.unit}, the other in {other.unit}"
    days = "; days divided by one day, (2026-01-02 - 2026-01-01), are a plain number"
    return told + days * ("days" in {slot.unit, other.unit})


def check_distinct(reader: Reader, node: Node, template: Template) -> None:
    """Each two slots that never hold the same could hold the same."""
    slots = list(template.slots.items())
    for i, j in itertools.combinations(template.distinct, 2):
        (name, slot), (other_name, other) = slots[i], slots[j]
        if common(slot, other) is None:
            message = f"slots '{name}' and '{other_name}' can never hold the same anyway"
            hint = unlike(slot, other) or "name slots that can hold the same thing"
            reader.problem(node, message, hint)


def check_relation(
    reader: Reader, node: Node, template: Template, other: Pattern, declared: Template
) -> None:
    """A slot of advice, and the slot of other advice that is to hold the same, can."""
    for term, (slot, kind) in zip(other.terms, declared.slots.items(), strict=True):
        own = template.slots.get(term.name) if isinstance(term, Var) else None
        if isinstance(term, Var) and own is not None and common(own, kind) is None:
            message = f"${term.name} cannot stand in slot '{slot}' of '{declared.id}'"
            reader.problem(node, message, unlike(own, kind) or "they have no type in common")


def united(slot: SlotType | None, other: SlotType) -> SlotType:
    """The type of what may stand in either of two slots of one kind."""
    if slot is None:
        return other
    types = tuple(dict.fromkeys((*slot.types, *other.types)))
    return msgspec.structs.replace(slot, types=types, values={**slot.values, **other.values})


def types_of(reader: Reader, premises: Iterable[Pattern | AtLeast], words: Vocabulary) -> Types:
    """The type of each variable that the `if` binds: what all its slots there have in common."""
    types: Types = {}
    for premise in (pattern for pattern in premises if isinstance(pattern, Pattern)):
        slots = words.templates[premise.template].slots
        for term, (slot, slot_type) in zip(premise.terms, slots.items(), strict=True):
            if not isinstance(term, Var):
                continue
            if premise.template in words.spoilt:
                types.setdefault(term.name, None)
                continue
            shared = common(types.get(term.name), slot_type)
            if shared is None:
                message = f"${term.name} stands for two types, also in slot '{slot}'"
                units = unlike(types.get(term.name), slot_type)
                reader.problem(node_of(premise), message, units)
            types[term.name] = shared
    return types


def node_of(pattern: Pattern) -> Node:
    """Where a pattern stands, for messages."""
    return Scalar(pattern.template, True, pattern.where.line, pattern.where.column)
