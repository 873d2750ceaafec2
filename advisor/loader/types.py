"""Says what the types of slots have in common, and keeps unlike things from being compared."""

from __future__ import annotations

import itertools

from advisor.loader.reader import Reader
from advisor.loader.yamlfile import Node
from advisor.model.records import Pattern, SlotType, Template, Var


def common(one: SlotType | None, other: SlotType) -> SlotType | None:
    """What two types have in common, if anything; None as the first stands for everything."""
    if one is None:
        return other
    if one.kind != other.kind:
        return None
    if one.kind == "entity":
        both = tuple(name for name in one.types if name in other.types)
        return SlotType(kind="entity", types=both) if both else None
    if one.kind == "values":
        shared = {value: one.values[value] for value in one.values if value in other.values}
        return SlotType(kind="values", values=shared) if shared else None
    if one.unit and other.unit and one.unit != other.unit:
        return None
    return one if one.unit else other


def unlike(one: SlotType | None, other: SlotType | None) -> str | None:
    """The two units of numbers that have not the same; None of anything else."""
    if one is None or other is None or not one.unit or not other.unit or one.unit == other.unit:
        return None
    return f"one is in {one.unit}, the other in {other.unit}"


def check_distinct(reader: Reader, node: Node, template: Template) -> None:
    """Each two slots that never hold the same could hold the same."""
    slots = list(template.slots.items())
    for i, j in itertools.combinations(template.distinct, 2):
        (name, one), (other_name, other) = slots[i], slots[j]
        if common(one, other) is None:
            message = f"slots '{name}' and '{other_name}' can never hold the same anyway"
            hint = unlike(one, other) or "name slots that can hold the same thing"
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
