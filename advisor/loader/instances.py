"""Reads patterns, instances and the values in their slots."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final, Protocol

from advisor.loader.keys import SLOT
from advisor.loader.reader import Reader, as_date, as_number, clipped, overlong
from advisor.loader.yamlfile import Mapping as MappingNode
from advisor.loader.yamlfile import Node, Scalar, Sequence
from advisor.model import english
from advisor.model.errors import AdvisorError, Hint, Problem, nearest, told, unprintable
from advisor.model.grades import GRADE_OF, TERMS
from advisor.model.records import AnyOf, Entity, Instance, Pattern, SlotType, Template, Term, Var
from advisor.model.values import UNANSWERED, UNANSWERED_DAY, Value, is_answered

_VARIABLE: Final = re.compile(rf"\$({SLOT})")
_ONE_LINE: Final = re.compile(r"([A-Za-z][\w/-]*)\s*(?:\(([^()]*)\)\s*)?(?:=(.*\S))?")


class Words(Protocol):
    """Where names are looked up: a base, or the part of one that is loaded so far."""

    @property
    def entities(self) -> Mapping[str, Entity]: ...  # noqa: D102
    @property
    def templates(self) -> Mapping[str, Template]: ...  # noqa: D102


class Mismatch(ValueError):
    """Text that is no value, or no instance; carries a hint."""

    def __init__(self, message: str, hint: Hint = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def value_of(text: str, slot: str, slot_type: SlotType, words: Words) -> Value:
    """The value that a text writes in this slot; raises Mismatch."""
    match slot_type.kind:
        case "entity":
            return _entity_id(text, slot, slot_type, words)
        case "values":
            if text in slot_type.values:
                return text
            raise Mismatch(
                f"'{text}' is no legal value of slot '{slot}'",
                lambda: nearest(text, slot_type.values) or f"one of: {', '.join(slot_type.values)}",
            )
        case "number":
            number = as_number(text)
            if number is None:
                why = overlong(text) or f"'{clipped(text)}' is none"
                raise Mismatch(f"slot '{slot}' takes a number, and {why}", "as in 12 or -0.5")
            return number
        case "date":
            date = as_date(text)
            if date is None:
                message = f"slot '{slot}' takes a date, and '{clipped(text)}' is none"
                raise Mismatch(message, "YYYY-MM-DD")
            return date
        case "boolean":
            if text not in {"true", "false"}:
                raise Mismatch(f"slot '{slot}' takes true or false, not '{text}'")
            return text == "true"


def _entity_id(text: str, slot: str, slot_type: SlotType, words: Words) -> str:
    entity = words.entities.get(text)
    if entity is None:
        message = f"there is no {' or '.join(slot_type.types)} '{text}'"
        raise Mismatch(message, functools.partial(_declared, text, slot_type, words))
    if entity.type not in slot_type.types:
        wanted = " or ".join(slot_type.types)
        raise Mismatch(f"slot '{slot}' takes a {wanted}, and '{text}' is a {entity.type}")
    return text


def _declared(text: str, slot_type: SlotType, words: Words) -> str:
    """The entity that a text may have meant, or some that there are."""
    legal = [e.id for e in words.entities.values() if e.type in slot_type.types]
    return nearest(text, legal) or f"declared: {', '.join(sorted(legal)[:12])}"


def _or_open(text: str, slot: str, slot_type: SlotType, words: Words) -> Value:
    """What a text stands for in a slot; `?` for a number or a date that is not answered."""
    if text == "?" and slot_type.kind in {"number", "date"}:
        return UNANSWERED_DAY if slot_type.kind == "date" else UNANSWERED
    return value_of(text, slot, slot_type, words)


def instance_of(text: str, words: Words) -> tuple[Instance, int | None]:
    """The instance that a line writes, and its grade if it sets one; raises Mismatch.

    Of a template without slots its name is enough.
    """
    match = _ONE_LINE.fullmatch(text.strip())
    if match is None or unprintable(text) is not None:
        raise Mismatch(f"'{text}' is no instance", _whole(text, words))
    name, inside, term = match.groups()
    term = term.strip() if term else None
    template = words.templates.get(name)
    if template is None:
        raise Mismatch(f"there is no template '{name}'", lambda: nearest(name, words.templates))
    texts = [part.strip() for part in inside.split(",")] if inside and inside.strip() else []
    if len(texts) != len(template.slots):
        shape = f"{name}({', '.join(template.slots)})"
        has = english.counted(len(template.slots), "slot")
        filled = "1 is" if len(texts) == 1 else f"{len(texts)} are"
        raise Mismatch(f"'{name}' has {has}, and {filled} filled", shape)
    if term is not None and term not in TERMS[1:]:
        raise Mismatch(f"'{term}' is no likelihood", lambda: nearest(term, TERMS[1:]))
    slots = zip(texts, template.slots.items(), strict=True)
    values = tuple(_or_open(text, slot, slot_type, words) for text, (slot, slot_type) in slots)
    if template.repeats(values):
        raise Mismatch(_repeated(template))
    return template.instance(*values), GRADE_OF[term] if term else None


def _repeated(template: Template) -> str:
    slots = list(template.slots)
    named = " and ".join(f"'{slots[position]}'" for position in template.distinct)
    return f"slots {named} of '{template.id}' never hold the same"


def _whole(text: str, words: Words) -> str:
    """How an instance is written, and that of the template that a text begins with."""
    name, opened, _ = text.partition("(")
    template = words.templates.get(name.strip())
    if template is None or not opened or ")" in text:
        return "as in shortage(pakistan, energy); inside [...] put it in quotes"
    return f"it is cut off: put all of it in quotes, '{template.id}({', '.join(template.slots)})'"


def parse_instance(text: str, base: Words) -> tuple[Instance, int | None]:
    """The instance that a line writes, and its grade if it sets one; raises AdvisorError."""
    try:
        return instance_of(text, base)
    except Mismatch as mismatch:
        hint = told(mismatch.hint)
        raise AdvisorError(Problem(message=mismatch.message, hint=hint)) from None


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
        reader.problem(key, _repeated(template))
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
        return _or_open(text, slot, slot_type, words)
    except Mismatch as mismatch:
        reader.problem(node, mismatch.message, mismatch.hint)
        return None
