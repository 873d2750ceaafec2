"""Reads what a cell of a decision table asks: `low, high`, `>= 20`, `[1..5)`, `not(none)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from advisor.loader.keys import NAME
from advisor.loader.texts import Mismatch, Words, value_of
from advisor.model.decisions import Interval, Test, complement, joined, pieces
from advisor.model.records import SlotType
from advisor.model.values import Value

_NOT: Final = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_RANGE: Final = re.compile(r"([\[\](])\s*(\S.*?)\s*\.\.\s*(.*?\S)\s*([\]\[)])")
_PART: Final = re.compile(rf"\s*({_RANGE.pattern}|[^,]*?)\s*(?:,|$)")
_COMPARED: Final = re.compile(r"(<=|>=|<|>|!=|=)\s*(.+)")
_NUMBERED: Final = re.compile(NAME)
_FORMS: Final = "a cell has -, a value, several with commas, not(...), >= 20 or [1..5)"
ANYTHING: Final = frozenset({"", "-"})  # cells that ask nothing


def test_of(text: str, column: str, slot_type: SlotType, words: Words) -> Test | None:
    """What a cell asks of values of this type; None if nothing; raises Mismatch."""
    text = text.strip()
    if text in ANYTHING:
        return None
    negated = _NOT.fullmatch(text)
    parts = list(_parts(negated[1] if negated else text))
    if slot_type.kind in {"number", "date"}:
        found = [_stretch(part, column, slot_type, words) for part in parts]
        stretches = complement(found) if negated else _apart(found)
        if not stretches:
            raise Mismatch(f"'{text}' lets nothing pass", "write - where any value does")
        return Test(says=text, stretches=stretches)
    some = [_discrete(part, column, slot_type, words) for part in parts]
    values = dict.fromkeys(value for each in some for value in each)
    if not values:
        raise Mismatch(f"'{text}' lets nothing pass", "write - where any value does")
    if negated and slot_type.kind != "entity":
        legal: tuple[Value, ...] = tuple(slot_type.values) or (True, False)
        others = tuple(value for value in legal if value not in values)
        if not others:
            raise Mismatch(f"'{text}' lets nothing pass", "write - where any value does")
        return Test(says=text, values=others)
    return Test(says=text, values=tuple(values), excluded=negated is not None)


def _parts(text: str) -> Iterator[str]:
    """What stands between commas, those within a range aside."""
    at = 0
    while at <= len(text):
        match = _PART.match(text, at)
        part = match[1] if match else ""
        if not match or not part:
            raise Mismatch(f"'{text}' has nothing before or after a comma", _FORMS)
        yield part
        if match.end() == len(text) and not text.endswith(","):
            return
        at = match.end()


def _discrete(part: str, column: str, slot_type: SlotType, words: Words) -> list[Value]:
    """The values that a part names; of those that stand in their order, by a comparison too."""
    if not (_COMPARED.fullmatch(part) or _RANGE.fullmatch(part)):
        return [value_of(part, column, slot_type, words)]
    if not slot_type.ordered:
        message = f"'{part}' puts into order what has none"
        raise Mismatch(message, "name the values, with commas between them, or write not(...)")
    for name in _NUMBERED.finditer(part):
        value_of(name[0], column, slot_type, words)  # or it says what is wrong
    places = {value: place for place, value in enumerate(slot_type.values)}
    numbers = _NUMBERED.sub(lambda name: str(places.get(name[0], name[0])), part)
    stretch = _stretch(numbers, column, SlotType(kind="number"), words)
    return [value for value, place in places.items() if stretch.holds(_point(place))]


def _point(place: int) -> Interval:
    return Interval(place, True, place, True)


def _stretch(part: str, column: str, slot_type: SlotType, words: Words) -> Interval:
    """What a number, a date, a comparison or a range is of the line."""
    if match := _RANGE.fullmatch(part):
        opened, low, high, closed = match.groups()
        first, last = (_end(text, column, slot_type, words) for text in (low, high))
        found = Interval(first, opened == "[", last, closed == "]")
        if found.empty:
            raise Mismatch(f"nothing lies in '{part}'", "the lower end stands first")
        return found
    if match := _COMPARED.fullmatch(part):
        operator, text = match.groups()
        if operator == "!=":
            raise Mismatch(f"a cell has no '{operator}'", f"write not({text})")
        end = _end(text, column, slot_type, words)
        if operator == "=":
            return Interval(end, True, end, True)
        if operator[0] == "<":
            return Interval(None, False, end, operator == "<=")
        return Interval(end, operator == ">=", None, False)
    end = _end(part, column, slot_type, words)
    return Interval(end, True, end, True)


def _end(text: str, column: str, slot_type: SlotType, words: Words) -> Any:
    try:
        return value_of(text, column, slot_type, words)
    except Mismatch as mismatch:
        raise Mismatch(mismatch.message, _FORMS) from None


def _apart(stretches: list[Interval]) -> tuple[Interval, ...]:
    """The stretches from low to high, those that overlap as one."""
    whole = [p for p in pieces(stretches) if any(stretch.holds(p) for stretch in stretches)]
    return joined(whole)
