"""Turns the rule files of a base into rules, and checks what a rule must keep to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from advisor.errors import nearest
from advisor.loader.instances import Mismatch, pattern_over, value_of, variable
from advisor.loader.reader import Reader, as_date, as_number
from advisor.loader.vocabulary import Vocabulary, likelihood
from advisor.model import (
    AtLeast,
    Comparison,
    Pattern,
    Rule,
    SlotType,
    Value,
    Var,
)
from advisor.yamlfile import Mapping, Node, Scalar, Sequence

_KEYS: Final = (
    *("id", "title", "if", "where", "unless", "then", "strength", "advances", "strains"),
    *("basis", "because", "sources", "otherwise", "note", "audit"),
)
_COMPARISON: Final = re.compile(r"\s*(\S+)\s*(!=|<=|>=|=|<|>)\s*(\S+)\s*")
_ORDERED: Final = frozenset({"<", "<=", ">", ">="})

Types = dict[str, SlotType]  # of variables


def read_rules(reader: Reader, root: Node, words: Vocabulary) -> list[Rule]:
    """The rules of one file, in file order."""
    return [_rule(reader, item, words) for item in reader.items(root, "a rule file")]


def _rule(reader: Reader, node: Node, words: Vocabulary) -> Rule:
    fields = reader.fields(node, "a rule", _KEYS, ("id", "title", "then"))
    name = reader.identifier(fields["id"], "a rule") if "id" in fields else ""
    premises = _premises(reader, fields.get("if"), words)
    types: Types = {}
    for premise in premises:
        if isinstance(premise, Pattern):
            _take_types(reader, node, premise, types, words)
    comparisons = _comparisons(reader, fields.get("where"), types, words)
    exceptions = _patterns(reader, fields.get("unless"), "an exception", words)
    rule = Rule(
        id=name,
        title=reader.text(fields.get("title"), "title"),
        premises=tuple(premises),
        comparisons=tuple(comparisons),
        exceptions=tuple(exceptions),
        conclusions=tuple(_patterns(reader, fields.get("then"), "a conclusion", words)),
        strength=likelihood(reader, fields.get("strength"), "likelihood", 8),
        advances=_interests(reader, fields.get("advances"), words),
        strains=_interests(reader, fields.get("strains"), words),
        basis=reader.choice(fields.get("basis"), "basis", ("recommended", "inferred"), "inferred"),  # type: ignore[arg-type]
        because=reader.phrase(fields.get("because"), "because", types) or None,
        citations=reader.citations(fields.get("sources"), words.sources),
        otherwise=reader.boolean(fields.get("otherwise"), "otherwise"),
        note=reader.optional(fields.get("note"), "note"),
        allow=_allowed(reader, fields.get("audit")),
        where=reader.where(fields.get("id", node)),
    )
    _check_conclusions(reader, fields, rule, types, words)
    _check_bound(reader, rule.exceptions, "exception", types, words)
    _check_caveats(reader, rule, words)
    return rule


def _premises(reader: Reader, node: Node | None, words: Vocabulary) -> list[Pattern | AtLeast]:
    found: list[Pattern | AtLeast] = []
    for item in reader.items(node, "if"):
        if isinstance(item, Mapping) and [key.text for key, _ in item.entries] == ["at-least"]:
            premise: Pattern | AtLeast | None = _at_least(reader, item.entries[0][1], words)
        else:
            premise = pattern_over(reader, item, words, "a premise")
        if premise is not None:
            found.append(premise)
    return found


def _at_least(reader: Reader, node: Node, words: Vocabulary) -> AtLeast | None:
    fields = reader.fields(node, "at-least", ("count", "of"), ("count", "of"))
    of = pattern_over(reader, fields["of"], words, "of") if "of" in fields else None
    count = reader.count(fields.get("count"), "count")
    return AtLeast(count=count, of=of) if of is not None else None


def _patterns(
    reader: Reader, node: Node | None, what: str, words: Vocabulary
) -> list[Pattern]:
    found = (pattern_over(reader, item, words, what) for item in reader.items(node, what))
    return [pattern for pattern in found if pattern is not None]


def _take_types(
    reader: Reader, node: Node, pattern: Pattern, types: Types, words: Vocabulary
) -> None:
    """Note the type of each variable; two uses of one variable must be able to meet."""
    slots = words.templates[pattern.template].slots
    for term, (slot, slot_type) in zip(pattern.terms, slots.items(), strict=True):
        if not isinstance(term, Var):
            continue
        first = types.setdefault(term.name, slot_type)
        if not _meet(first, slot_type):
            reader.problem(node, f"${term.name} stands for two types, also in slot '{slot}'")


def _meet(one: SlotType, other: SlotType) -> bool:
    if one.kind != other.kind:
        return False
    if one.kind == "entity":
        return bool(set(one.types) & set(other.types))
    return one.kind != "values" or bool(set(one.values) & set(other.values))


def _comparisons(
    reader: Reader, node: Node | None, types: Types, words: Vocabulary
) -> list[Comparison]:
    if node is None:
        return []
    nodes = node.items if isinstance(node, Sequence) else [node]
    found = (_comparison(reader, item, types, words) for item in nodes)
    return [comparison for comparison in found if comparison is not None]


def _comparison(
    reader: Reader, node: Node, types: Types, words: Vocabulary
) -> Comparison | None:
    text = reader.text(node, "where")
    match = _COMPARISON.fullmatch(text)
    if match is None or not isinstance(node, Scalar):
        if text:
            hint = "as in $client != $partner, with = != < <= > >="
            reader.problem(node, f"'{text}' is no comparison", hint)
        return None
    left, operator, right = match.groups()
    slot_type = next((types[s[1:]] for s in (left, right) if s[1:] in types), None)
    sides = [
        _side(reader, node, side, start, slot_type, (types, words))
        for side, start in ((left, match.start(1)), (right, match.start(3)))
    ]
    if None in sides:
        return None
    kinds = {types[side.name].kind for side in sides if isinstance(side, Var)}
    if not kinds:
        reader.problem(node, f"'{text}' compares no variable")
    elif len(kinds) > 1:
        reader.problem(node, f"'{text}' compares two different types")
    elif operator in _ORDERED and kinds & {"entity", "values", "boolean"}:
        reader.problem(node, f"'{text}' puts into order what has none", "only = and != fit here")
    return Comparison(
        left=sides[0], operator=operator, right=sides[1], where=reader.where(node)  # type: ignore[arg-type]
    )


def _side(
    reader: Reader,
    node: Scalar,
    text: str,
    offset: int,
    slot_type: SlotType | None,
    context: tuple[Types, Vocabulary],
) -> Value | Var | None:
    types, words = context
    if text.startswith("$"):
        var = variable(reader, Scalar(text, True, node.line, node.column + offset))
        if var.name in types:
            return var
        hint = nearest(var.name, types) or "only variables of the 'if' can be compared"
        reader.problem(node, f"${var.name} is not bound by the 'if'", hint, offset)
        return None
    if slot_type is None:
        return as_number(text) or as_date(text) or text
    try:
        return value_of(text, "compared", slot_type, words)
    except Mismatch as mismatch:
        reader.problem(node, mismatch.message, mismatch.hint, offset)
        return None


def _interests(reader: Reader, node: Node | None, words: Vocabulary) -> tuple[str, ...]:
    names = []
    for item in reader.items(node, "interests"):
        name = reader.text(item, "an interest")
        if name not in words.interests:
            reader.unknown(item, "interest", name, words.interests)
        names.append(name)
    return tuple(dict.fromkeys(names))


def _allowed(reader: Reader, node: Node | None) -> dict[str, str]:
    if node is None:
        return {}
    fields = reader.fields(node, "audit", ("allow",), ("allow",))
    return {
        key.text: reader.text(value, "the reason")
        for key, value in reader.entries(fields.get("allow"), "allow")
    }


def _check_conclusions(
    reader: Reader, fields: dict[str, Node], rule: Rule, types: Types, words: Vocabulary
) -> None:
    for conclusion, node in zip(rule.conclusions, _nodes(rule.conclusions), strict=True):
        template = words.templates[conclusion.template]
        for term, slot in zip(conclusion.terms, template.slots, strict=True):
            if term is None or not isinstance(term, Var | Value):
                message = f"the conclusion leaves slot '{slot}' of '{template.id}' open"
                reader.problem(node, message, "fill it with a variable of the 'if', or a value")
        if template.asks:
            message = f"'{template.id}' is concluded here, so it cannot be asked for"
            reader.problem(node, message, f"take 'asks' out at {template.where}")
        if template.key:
            message = f"'{template.id}' has a key, and only given facts can replace one another"
            reader.problem(node, message, f"take 'key' out at {template.where}")
    if not rule.conclusions and "then" in fields:
        reader.problem(fields["then"], "the rule concludes nothing")
    _check_bound(reader, rule.conclusions, "conclusion", types, words)
    advises = [words.templates[c.template].advice for c in rule.conclusions]
    if "basis" in fields and not any(advises) and not any(
        words.templates[c.template].caveat for c in rule.conclusions
    ):
        reader.problem(fields["basis"], "'basis' is for rules that conclude advice or a caveat")
    if not any(advises):
        for key in ("advances", "strains", "otherwise"):
            if key in fields:
                reader.problem(fields[key], f"'{key}' is for rules that conclude advice")
    elif rule.otherwise and not all(advises):
        reader.problem(fields["otherwise"], "a default rule concludes advice and nothing else")


def _check_bound(
    reader: Reader,
    patterns: tuple[Pattern, ...],
    what: str,
    types: Types,
    words: Vocabulary,
) -> None:
    """Each variable of these patterns must be bound by the `if`, to a type that fits."""
    for pattern, at in zip(patterns, _nodes(patterns), strict=True):
        slots = words.templates[pattern.template].slots
        for term, (slot, slot_type) in zip(pattern.terms, slots.items(), strict=True):
            if not isinstance(term, Var):
                continue
            if term.name not in types:
                hint = nearest(term.name, types) or "bind it in a premise, or leave the slot out"
                message = f"${term.name} in the {what} is not bound by the 'if'"
                reader.problem(at, message, hint)
            elif not _meet(types[term.name], slot_type):
                reader.problem(at, f"${term.name} cannot stand in slot '{slot}' of the {what}")


def _nodes(patterns: Iterable[Pattern]) -> list[Node]:
    """Where each pattern stands, for messages."""
    return [
        Scalar(pattern.template, True, pattern.where.line, pattern.where.column)
        for pattern in patterns
    ]


def _check_caveats(reader: Reader, rule: Rule, words: Vocabulary) -> None:
    """Caveats qualify the advice of exactly one premise and stand in no condition."""
    conditions = [*rule.patterns(), *(p.of for p in rule.counts()), *rule.exceptions]
    for pattern, node in zip(conditions, _nodes(conditions), strict=True):
        if words.templates[pattern.template].caveat:
            reader.problem(node, f"the caveat '{pattern.template}' cannot be a condition")
    advised = sum(words.templates[p.template].advice for p in rule.patterns())
    for pattern, node in zip(rule.conclusions, _nodes(rule.conclusions), strict=True):
        if words.templates[pattern.template].caveat and advised != 1:
            message = f"a caveat needs exactly one advice premise, and here are {advised}"
            reader.problem(node, message, "it qualifies the advice of that premise")
