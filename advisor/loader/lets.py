"""Reads what a rule computes: its `let`, and the expressions that its `where` compares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, cast

from advisor.loader import keys
from advisor.loader.expressions import Wrong, read_expression
from advisor.loader.fields import Fields, fields
from advisor.loader.instances import pattern_over
from advisor.loader.reader import Reader
from advisor.loader.types import Types, common, unlike
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Mapping, Node, Scalar
from advisor.model.errors import Location
from advisor.model.expressions import (
    Expression,
    Undefined,
    mentioned,
    spelled,
    value_of,
    written_leaf,
)
from advisor.model.records import Aggregate, Let, Pattern, Rule, SlotType, Var
from advisor.model.values import Value

_SIMPLE: Final = re.compile(r"\$?[^\s$()*/+,]+")  # a variable or a value alone
_NAME: Final = re.compile(rf"\$({keys.SLOT})")
_COUNT: Final = SlotType(kind="number")


class Lets:
    """What one rule computes, in order; its variables are added to those of the `if`."""

    def __init__(self, reader: Reader, types: Types, words: Vocabulary, *, sound: bool) -> None:
        self.reader, self.types, self.words, self.sound = reader, types, words, sound
        self.found: list[Let] = []
        self._before = len(reader.problems.found)

    def read(self, rule: Fields) -> None:
        """Read the `let` of a rule."""
        entries = rule.entries("let") if "let" in rule else []
        names = [key.text.removeprefix("$") for key, _ in entries]
        for place, (key, node) in enumerate(entries):
            match = _NAME.fullmatch(key.text)
            if match is None:
                message = f"'{key.text}' cannot name what is computed"
                self.reader.problem(key, message, "as in $net: $use - $own")
                continue
            name = match[1]
            if self.sound and name in self.types:
                message = f"${name} is bound by the 'if' already"
                self.reader.problem(key, message, "compute under a name of its own")
                continue
            let = self._let(name, key, node, names[place:])
            self.types[name] = let.type if let is not None and self.sound else None
            if let is not None:
                self.found.append(let)

    def _let(self, name: str, key: Scalar, node: Node, later: Sequence[str]) -> Let | None:
        where = self.reader.where(key)
        if isinstance(node, Mapping):
            return self._aggregate(name, key, node, later)
        text = self.reader.text(node, f"${name}")
        if not text or not isinstance(node, Scalar):
            return None
        try:
            typed = read_expression(text, self.types)
            if not [*mentioned(typed.of)]:
                raise Wrong(f"'{text}' computes with no variable", "write the value where it goes")
        except Wrong as wrong:
            self.reader.problem(node, wrong.message, wrong.hint, wrong.at)
            return None
        return _let(name, typed.of, typed.type, where)

    def _aggregate(self, name: str, key: Scalar, node: Mapping, later: Sequence[str]) -> Let | None:
        """What is computed over facts: `{sum: $amount, of: ...}`, or `{count: ...}`."""
        reader = self.reader
        operators = [each for each, _ in node.entries if each.text in keys.AGGREGATES]
        if len(operators) != 1:
            hint = "as in {sum: $amount, of: {income: {person: $person, amount: $amount}}}"
            reader.problem(key, f"${name} takes one of sum, count, min and max", hint)
            return None
        operator = cast(Literal["sum", "count", "min", "max"], operators[0].text)
        found = fields(reader, node, keys.COUNT if operator == "count" else keys.AGGREGATE)
        over = found.get("count") if operator == "count" else found.get("of")
        of = pattern_over(reader, over, self.words, operator) if over is not None else None
        if of is None:
            return None
        self._check_local(of, later)
        if operator == "count":
            return self._made(name, key, Aggregate(operator=operator, of=of), _COUNT)
        node_of = found[operator]
        text = reader.text(node_of, operator)
        match = _NAME.fullmatch(text)
        if (
            match is None
            or Var(match[1]) not in of.terms
            or (self.sound and match[1] in self.types)
        ):
            if text:
                message = f"'{operator}' takes a variable that stands under 'of' alone"
                reader.problem(node_of, message, "as in {sum: $amount, of: ...}")
            return None
        slots = self.words.templates[of.template].slots.values()
        slot = next(s for s, term in zip(slots, of.terms, strict=True) if term == Var(match[1]))
        if slot.kind != "number" and not (slot.kind == "date" and operator != "sum"):
            reader.problem(node_of, f"${match[1]} is no number", "only numbers and dates go in")
            return None
        made = Aggregate(operator=operator, variable=Var(match[1]), of=of)
        return self._made(name, key, made, slot)

    def _made(self, name: str, key: Scalar, of: Aggregate, slot: SlotType) -> Let:
        return _let(name, of, slot, self.reader.where(key))

    def _check_local(self, of: Pattern, later: Sequence[str]) -> None:
        """What a pattern takes from the rule has a type that fits, and is computed before."""
        slots = self.words.templates[of.template].slots
        node = Scalar(of.template, True, of.where.line, of.where.column)
        for term, (slot, slot_type) in zip(of.terms, slots.items(), strict=True):
            if not isinstance(term, Var):
                continue
            if term.name in later:
                message = f"${term.name} is computed, and not yet here"
                self.reader.problem(node, message, "give it another name, or compute it before")
            bound = self.types.get(term.name)
            if bound is not None and common(bound, slot_type) is None:
                message = f"${term.name} stands for two types, also in slot '{slot}'"
                self.reader.problem(node, message, unlike(bound, slot_type))

    def side(self, node: Scalar, text: str, offset: int) -> Var | Value | None:
        """An expression on one side of a comparison; None if it is not well formed."""
        try:
            typed = read_expression(text, self.types)
            if not [*mentioned(typed.of)]:
                return value_of(typed.of, {})
        except Wrong as wrong:
            self.reader.problem(node, wrong.message, wrong.hint, offset + wrong.at)
            return None
        except Undefined as undefined:
            self.reader.problem(node, f"'{text}' has no value: {undefined}", None, offset)
            return None
        if isinstance(typed.of, Var):
            return typed.of
        name = spelled(typed.of, written_leaf)
        if name not in {let.name for let in self.found}:
            where = self.reader.where(node)
            self.found.append(_let(name, typed.of, typed.type, where))
            self.types[name] = typed.type
        return Var(name)

    def check_used(self, rule: Rule) -> None:
        """What is computed and used for nothing is a problem."""
        used = {test for each in rule.comparisons for test in each.variables()}
        patterns = [*rule.conclusions, *rule.exceptions, *(c.of for c in rule.counts())]
        patterns += [of.of for of in rule.aggregates()]
        used |= {name for each in patterns for name in each.variables()}
        used |= {part.slot for part in rule.because or () if not isinstance(part, str)}
        for let in rule.lets:
            if not isinstance(let.of, Aggregate):
                used |= {*mentioned(let.of)}
        if not self.sound or self.reader.problems.since(self._before):
            return
        for let in rule.lets:
            if let.name not in used:
                node = Scalar(let.name, True, let.where.line, let.where.column)
                hint = "conclude it, compare it, or take it out"
                self.reader.problem(node, f"${let.name} is computed and used for nothing", hint)


def _let(name: str, of: Expression | Aggregate, slot: SlotType | None, where: Location) -> Let:
    day = slot is not None and slot.kind == "date"
    unit = None if slot is None else slot.unit
    return Let(name=name, of=of, kind="date" if day else "number", unit=unit, where=where)


def is_expression(text: str) -> bool:
    """Whether a side of a comparison is more than a variable or a value."""
    return _SIMPLE.fullmatch(text) is None
