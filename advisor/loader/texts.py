"""Reads what a line of text writes: a number, a date, the value of a slot, an instance.

Apart from what reads files, so that whoever has no file to read does not load that.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from advisor.loader.keys import DAY
from advisor.model import english
from advisor.model.errors import AdvisorError, Hint, Problem, nearest, told, unprintable
from advisor.model.grades import GRADE_OF, TERMS
from advisor.model.records import Entity, Instance, SlotType, Template
from advisor.model.values import DIGITS, UNANSWERED, UNANSWERED_DAY, Number, Value

_NUMBER: Final = re.compile(r"([+-]?)(\d*)(?:\.(\d+))?", re.ASCII)
_DATE: Final = re.compile(DAY)
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


def or_open(text: str, slot: str, slot_type: SlotType, words: Words) -> Value:
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
    values = tuple(or_open(text, slot, slot_type, words) for text, (slot, slot_type) in slots)
    if template.repeats(values):
        raise Mismatch(repeated(template))
    return template.instance(*values), GRADE_OF[term] if term else None


def repeated(template: Template) -> str:
    """What is wrong with an instance that holds the same in slots that never do."""
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


def as_number(text: str) -> Number | None:
    """The number that a plain decimal writes, exactly; 1 and 1.0 are one, and so are 2.5 and 2.50.

    None for more than DIGITS on one side of its point.
    """
    match = _NUMBER.fullmatch(text)
    if match is None or max(len(match[2]), len(match[3] or "")) > DIGITS:
        return None
    sign, whole, rest = match[1], match[2], (match[3] or "").rstrip("0")
    if not whole and match[3] is None:
        return None
    return Decimal(f"{sign}{whole}.{rest}") if rest else int(f"{sign}{whole or 0}")


def overlong(text: str) -> str | None:
    """What is wrong with a number of too many digits; None for any other text."""
    match = _NUMBER.fullmatch(text)
    digits = max(len(match[2]), len(match[3] or "")) if match is not None else 0
    if digits <= DIGITS:
        return None
    return (
        f"'{clipped(text)}' has {digits} digits on one side of its point, "
        f"and a number has at most {DIGITS} there"
    )


def clipped(text: str) -> str:
    """A text, cut if it is too long for a message."""
    return text if len(text) <= 60 else f"{text[:60]}..."


def as_date(text: str) -> date | None:
    """The date that YYYY-MM-DD writes, if the calendar has it."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
