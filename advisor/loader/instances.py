"""Reads patterns, and instances that are written as keys with values, out of YAML nodes."""

from __future__ import annotations

import re
from typing import Final

from advisor.loader.keys import SLOT
from advisor.loader.reader import Reader
from advisor.loader.texts import Mismatch, Words, or_open, repeated
from advisor.loader.yamlfile import Mapping as MappingNode
from advisor.loader.yamlfile import Node, Scalar, Sequence
from advisor.model.records import AnyOf, Instance, Pattern, SlotType, Template, Term, Var
from advisor.model.values import Value, is_answered

_VARIABLE: Final = re.compile(rf"\$({SLOT})")


def pattern_over(reader: Reader, node: Node, words: Words, what: str) -> Pattern | None:
    """The pattern at a node: `template: {slot: term}`, or a template's bare name."""
    if isinstance(node, Scalar):
        template = template_at(reader, node, words)
        if template is None:
            return None
        return Pattern(
            template=template.id, terms=(None,) * len(template.slots), where=reader.where(node)
        )
    entries = reader.entries(node, what, empty=True)
    if len(entries) != 1:
        if isinstance(node, MappingNode):
            reader.problem(node, f"{what} names one template, and here are {len(entries)} keys")
        return None
    key, slots = entries[0]
    template = template_at(reader, key, words)
    if template is None:
        return None
    terms = _terms(reader, template, slots, words)
    if not all(is_answered(term) for term in terms if not isinstance(term, AnyOf | Var | None)):
        reader.problem(key, "'?' is no value for a rule", "leave the slot out for any")
    return Pattern(template=template.id, terms=terms, where=reader.where(key))


def ground(reader: Reader, key: Scalar, slots: Node, words: Words) -> Instance | None:
    """The instance of `template: {slot: value}`, every slot filled with a value."""
    template = template_at(reader, key, words)
    if template is None:
        return None
    before = len(reader.problems.found)
    terms = dict(zip(template.slots, _terms(reader, template, slots, words), strict=True))
    if reader.problems.since(before):
        return None
    missing = [slot for slot, term in terms.items() if term is None]
    if missing:
        reader.problem(key, f"'{template.id}' needs a value for: {', '.join(missing)}")
    values: list[Value] = []
    for slot, term in terms.items():
        if isinstance(term, Var | AnyOf):
            reader.problem(key, f"slot '{slot}' of a fact takes one value, not a variable or list")
        elif term is not None:
            values.append(term)
    if len(values) < len(terms):
        return None
    if template.repeats(values):
        reader.problem(key, repeated(template))
        return None
    return template.instance(*values)


def template_at(reader: Reader, node: Scalar, words: Words) -> Template | None:
    """The template that a node names; one that there is not is a problem."""
    template = words.templates.get(node.text)
    if template is None:
        reader.unknown(node, "template", node.text, words.templates)
    return template


def _terms(reader: Reader, template: Template, node: Node, words: Words) -> tuple[Term, ...]:
    fields = reader.fields(node, f"'{template.id}'", tuple(template.slots))
    return tuple(
        _term(reader, fields.get(slot), slot, slot_type, words)
        for slot, slot_type in template.slots.items()
    )


def _term(reader: Reader, node: Node | None, slot: str, slot_type: SlotType, words: Words) -> Term:
    if node is None:
        return None
    if isinstance(node, Sequence):
        values = [_value(reader, item, slot, slot_type, words) for item in node.items]
        if not values:
            reader.problem(node, f"slot '{slot}' lists no value", "leave the slot out for any")
        return AnyOf(tuple(value for value in dict.fromkeys(values) if value is not None))
    if isinstance(node, Scalar) and node.plain and node.text.startswith("$"):
        return variable(reader, node)
    return _value(reader, node, slot, slot_type, words)


def variable(reader: Reader, node: Scalar) -> Var | None:
    """The variable at a node, if it is one."""
    match = _VARIABLE.fullmatch(node.text)
    if match is None:
        reader.problem(node, f"'{node.text}' cannot name a variable", "as in $client")
        return None
    return Var(match[1])


def _value(
    reader: Reader, node: Node, slot: str, slot_type: SlotType, words: Words
) -> Value | None:
    text = reader.text(node, f"slot '{slot}'")
    if not text:
        return None
    measured = slot_type.kind in {"number", "date", "boolean"}
    if measured and not getattr(node, "plain", True) and text != "?":
        reader.problem(node, f"slot '{slot}' takes a {slot_type.kind}", "take the quotes away")
        return None
    try:
        return or_open(text, slot, slot_type, words)
    except Mismatch as mismatch:
        reader.problem(node, mismatch.message, mismatch.hint)
        return None
