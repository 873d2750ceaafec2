"""Turns the rule files of a base into rules, and checks what a rule must keep to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Mapping_
from typing import Final, NamedTuple

import msgspec

from advisor.loader import keys
from advisor.loader.allowances import allowances
from advisor.loader.exceptions import exceptions
from advisor.loader.fields import Fields, fields
from advisor.loader.instances import pattern_over, variable
from advisor.loader.lets import Lets, is_expression
from advisor.loader.premises import ParsedPremise, alternatives, written
from advisor.loader.reader import Reader
from advisor.loader.texts import Mismatch, value_of
from advisor.loader.types import Types, common, narrowed, node_of, types_of, unlike
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Node, Scalar, Sequence
from advisor.model.allowances import Allowance
from advisor.model.authored import authored
from advisor.model.errors import nearest
from advisor.model.records import (
    AnyOf,
    Comparison,
    Pattern,
    Rule,
    SlotType,
    Template,
    Var,
)
from advisor.model.values import Value

_COMPARISON: Final = re.compile(keys.COMPARISON)
_NONE: Final[Mapping_[str, SlotType]] = {}
_ORDERED: Final = frozenset({"<", "<=", ">", ">="})


def read_rule(reader: Reader, node: Node, words: Vocabulary) -> list[Rule]:
    """The rule at a node: with alternatives one for each choice, and with its helpers."""
    before = len(reader.problems.found)
    return rules_of(fields(reader, node, keys.RULE), (node, before), words)


def rules_of(
    found: Fields,
    begun: tuple[Node, int],
    words: Vocabulary,
    beside: Mapping_[str, SlotType] = _NONE,
) -> list[Rule]:
    """The rules of a record begun at a node after so many problems; `beside` the `if` are types."""
    reader, (node, before) = found.reader, begun
    name = reader.identifier(found["id"], "a rule") if "id" in found else ""
    choices = alternatives(found, words)
    rules = list[Rule]()
    for number, choice in enumerate(choices, 1):
        chosen = [alternative.node for alternative in choice if alternative.chosen]
        place = chosen[-1] if chosen else found.get("id") or node
        premises = tuple(premise for each in choice for premise in each.premises)
        unsure = written(node) if reader.problems.since(before) else None
        head = RuleHead(f"{name}/{number}" if chosen else name, place, premises, unsure, beside)
        rules += [rule for rule in _rule(found, head, words) if rule not in rules]
        if reader.problems.since(before):
            break  # the others would say the same
    return rules


class RuleHead(NamedTuple):
    """What tells a rule from others that are written with it."""

    id: str
    node: Node  # where it stands
    premises: tuple[ParsedPremise, ...]
    unsure: list[str] | None  # variables that may be of any type, where a problem hides it
    beside: Mapping_[str, SlotType]  # types of variables that the `if` does not bind


def _rule(found: Fields, head: RuleHead, words: Vocabulary) -> list[Rule]:
    """The rule with these premises, and its helpers."""
    reader, unsure = found.reader, head.unsure
    before = len(reader.problems.found)
    types: Types = {**head.beside, **types_of(reader, head.premises, words)}
    if unsure is None and reader.problems.since(before):
        unsure = [name for node in found.nodes.values() for name in written(node)]
    sound = unsure is None
    if unsure is not None:
        types = dict.fromkeys(unsure)
    lets = Lets(reader, types, words, sound=sound)
    lets.read(found)
    comparisons = _comparisons(reader, found.get("where"), lets)
    excepted = exceptions(found, authored(head.id), types, words, sound=sound)
    rule = Rule(
        id=head.id,
        title=found.text("title"),
        premises=head.premises,
        comparisons=tuple(comparisons),
        lets=tuple(lets.found),
        exceptions=tuple(excepted.patterns),
        conclusions=tuple(_conclusions(found, narrowed(types, comparisons), words)),
        strength=found.likelihood("strength"),
        advances=_interests(reader, found.get("advances"), words),
        strains=_interests(reader, found.get("strains"), words),
        because=reader.phrase(found.get("because"), "because", types if sound else None) or None,
        citations=found.citations(words.sources),
        inferred=_inferred(found),
        otherwise=found.boolean("otherwise"),
        note=found.optional("note"),
        allow=_allowed(reader, found.get("audit"), head.id),
        where=reader.where(head.node),
    )
    if head.beside is _NONE:  # of a table it is its rows that use them
        lets.check_used(rule)
    _check_fitting(reader, rule, types, words)
    _check_caveats(reader, rule, words)
    return [rule, *(_helping(helper, rule) for helper in excepted.helpers)]


def _helping(helper: Rule, rule: Rule) -> Rule:
    """A rule for a helper fact, which reasons as the rule does that it belongs to."""
    return msgspec.structs.replace(helper, citations=rule.citations, inferred=rule.inferred)


def _inferred(rule: Fields) -> bool:
    """Whether the reasoning is our reading of the rule's sources, and not what they state."""
    if "reading" in rule and "sources" not in rule:
        message = "'reading' says how a rule comes from its sources, and here are none"
        hint = "a rule without sources is ours: take 'reading' out"
        rule.reader.problem(rule["reading"], message, hint)
    return rule.choice("reading", "stated") == "inferred"


def _comparisons(reader: Reader, node: Node | None, lets: Lets) -> list[Comparison]:
    if node is None:
        return []
    nodes = reader.items(node, "where") if isinstance(node, Sequence) else [node]
    found = (_comparison(reader, item, lets) for item in nodes)
    return [comparison for comparison in found if comparison is not None]


def _comparison(reader: Reader, node: Node, lets: Lets) -> Comparison | None:
    text = reader.text(node, "where")
    match = _COMPARISON.fullmatch(text)
    if match is None or not isinstance(node, Scalar):
        if text:
            hint = "as in $client != $partner or $use - $own > 20, with = != < <= > >="
            reader.problem(node, f"'{text}' is no comparison", hint)
        return None
    types, operator = lets.types, match[2]
    one, other = _sides(reader, node, match, lets)
    if one is None or other is None:
        return None
    compared = [types[side.name] for side in (one, other) if isinstance(side, Var)]
    typed = [slot_type for slot_type in compared if slot_type is not None]
    kinds = {slot_type.kind for slot_type in typed}
    order = _order(operator, typed)
    if not compared:
        reader.problem(node, f"'{text}' compares no variable")
    elif isinstance(one, Var) and one == other:
        always = "always" if operator in {"=", "<=", ">="} else "never"
        reader.problem(node, f"'{text}' compares ${one.name} with itself", f"it is {always} so")
    elif len(typed) > 1 and common(*typed) is None:
        units = unlike(*typed)
        what = "numbers of unlike units" if units else "two different types"
        reader.problem(node, f"'{text}' compares {what}", units)
    elif operator in _ORDERED and not order and kinds & {"entity", "values", "boolean"}:
        hint = "only = and != fit here"
        if kinds == {"values"}:
            hint += ", or 'ordered: true' beside the values in the template, the least first"
        reader.problem(node, f"'{text}' puts into order what has none", hint)
    where = reader.where(node)
    return Comparison(left=one, operator=operator, right=other, order=order, where=where)


def _sides(
    reader: Reader, node: Scalar, match: re.Match[str], lets: Lets
) -> Iterator[Value | Var | None]:
    """The sides of a comparison; a value is one of the type that the other side has."""
    types, places = lets.types, {match.start(group): match[group] for group in (1, 3)}
    found = {at: lets.side(node, side, at) for at, side in places.items() if is_expression(side)}
    named = [side.name for side in found.values() if isinstance(side, Var)]
    named += [side[1:] for side in places.values() if side[0] == "$"]
    known = next((name for name in named if types.get(name)), None)
    for at, side in places.items():
        if at in found:
            yield found[at]
        else:
            yield _side(reader, node, side, at, known, (types, lets.words))


def _order(operator: str, types: list[SlotType]) -> tuple[str, ...]:
    """The values by which an operator compares what has these types, if one scale has them all."""
    scale = max(types, key=lambda one: len(one.values), default=None)
    if scale is None or operator not in _ORDERED:
        return ()
    shared = [common(scale, slot_type) for slot_type in types]
    ordered = all(one is not None and one.ordered for one in shared)
    whole = all(slot_type.values.keys() <= scale.values.keys() for slot_type in types)
    return tuple(scale.values) if ordered and whole else ()


def _side(
    reader: Reader,
    node: Scalar,
    text: str,
    offset: int,
    known: str | None,
    context: tuple[Types, Vocabulary],
) -> Value | Var | None:
    """One side of a comparison; `known` is a variable in it whose type is known."""
    types, words = context
    if text.startswith("$"):
        var = variable(reader, Scalar(text, True, node.line, node.column + offset))
        if var is None or var.name in types:
            return var
        hint = nearest(var.name, types) or "only variables of the 'if' can be compared"
        reader.problem(node, f"${var.name} is not bound by the 'if'", hint, offset)
        return None
    slot_type = types[known] if known is not None else None
    if slot_type is None:
        return text
    try:
        return value_of(text, f"${known}", slot_type, words)
    except Mismatch as mismatch:
        reader.problem(node, mismatch.message, mismatch.hint, offset)
        return None


def _interests(reader: Reader, node: Node | None, words: Vocabulary) -> tuple[str, ...]:
    names = []
    for item in reader.items(node, "interests"):
        name = reader.text(item, "an interest")
        if name and name not in words.interests:
            reader.unknown(item, "interest", name, words.interests)
        names.append(name)
    return tuple(dict.fromkeys(names))


def _allowed(reader: Reader, node: Node | None, rule: str) -> tuple[Allowance, ...]:
    if node is None:
        return ()
    by_check = fields(reader, node, keys.ALLOWED).entries("allow")
    return tuple(
        allowance
        for check, value in by_check
        for allowance in allowances(reader, check.text, (rule, reader.where(check)), value)
    )


def _conclusions(rule: Fields, types: Types, words: Vocabulary) -> list[Pattern]:
    """What a rule concludes, every slot filled with what the `if` binds or with a value."""
    reader, found = rule.reader, []
    before = len(reader.problems.found)
    for item in rule.items("then"):
        count = len(reader.problems.found)
        conclusion = pattern_over(reader, item, words, "a conclusion")
        if conclusion is None:
            continue
        found.append(conclusion)
        if not reader.problems.since(count):
            _check_filled(reader, conclusion, words)
    check_bound(reader, found, "conclusion", types, words)
    if not reader.problems.since(before):
        if not found and "then" in rule:
            reader.problem(rule["then"], "the rule concludes nothing")
        else:
            _check_kind(rule, [words.templates[pattern.template] for pattern in found])
            _check_default(reader, rule.get("otherwise"), found, words)
    return found


def _check_filled(reader: Reader, conclusion: Pattern, words: Vocabulary) -> None:
    slots = words.templates[conclusion.template].slots
    for term, slot in zip(conclusion.terms, slots, strict=True):
        if term is None or isinstance(term, AnyOf):
            message = f"the conclusion leaves slot '{slot}' of '{conclusion.template}' open"
            hint = "fill it with a variable of the 'if', or a value"
            reader.problem(node_of(conclusion), message, hint)


def _check_kind(rule: Fields, concluded: list[Template]) -> None:
    """Some keys are only for rules that conclude advice."""
    problem = rule.reader.problem
    advises = [template.advice for template in concluded]
    if not any(advises):
        for key in ("advances", "strains", "otherwise"):
            if key == "advances" and any(template.caveat for template in concluded):
                continue
            if key in rule:
                what = "advice or a caveat" if key == "advances" else "advice"
                problem(rule[key], f"'{key}' is for rules that conclude {what}")
    elif "otherwise" in rule and not all(advises):
        problem(rule["otherwise"], "a default rule concludes advice and nothing else")


def _check_default(
    reader: Reader, node: Node | None, found: list[Pattern], words: Vocabulary
) -> None:
    """A default gives way to other advice to its client, so that it must have just one."""
    clients = {
        term
        for conclusion in found
        for slot, term in zip(
            words.templates[conclusion.template].slots, conclusion.terms, strict=True
        )
        if slot == "client"
    }
    if isinstance(node, Scalar) and node.text == "true" and len(clients) > 1:
        reader.problem(node, "a default rule advises one client, and here are more")


def check_bound(
    reader: Reader,
    patterns: Iterable[Pattern],
    what: str,
    types: Types,
    words: Vocabulary,
) -> None:
    """Each variable of these patterns must be bound by the `if`, to a type that fits."""
    for pattern in patterns:
        slots = words.templates[pattern.template].slots
        for term, (slot, slot_type) in zip(pattern.terms, slots.items(), strict=True):
            if not isinstance(term, Var):
                continue
            bound = types.get(term.name)
            if term.name not in types:
                hint = nearest(term.name, types) or "bind it in a premise, or leave the slot out"
                message = f"${term.name} in the {what} is not bound by the 'if'"
                reader.problem(node_of(pattern), message, hint)
            elif bound is None or pattern.template in words.spoilt:
                continue
            elif not _fits(bound, slot_type, whole=what == "conclusion"):
                message = f"${term.name} cannot stand in slot '{slot}' of the {what}"
                reader.problem(node_of(pattern), message, unlike(bound, slot_type))


def _check_fitting(reader: Reader, rule: Rule, types: Types, words: Vocabulary) -> None:
    """A variable in a count or an exception has one type there, which fits what the `if` binds."""
    for of in [*(count.of for count in rule.counts()), *rule.exceptions]:
        if of.template in words.spoilt:
            continue
        what = "the exception" if of in rule.exceptions else ""
        local = dict(types)
        slots = words.templates[of.template].slots
        for term, (slot, slot_type) in zip(of.terms, slots.items(), strict=True):
            if not isinstance(term, Var) or (term.name in types and types[term.name] is None):
                continue
            shared = common(local.get(term.name), slot_type)
            if shared is None:
                message = f"${term.name} stands for two types, also in slot '{slot}'"
                if what and term.name in types:
                    message = f"${term.name} cannot stand in slot '{slot}' of {what}"
                hint = unlike(local[term.name], slot_type)
                reader.problem(node_of(of), message, hint)
            local[term.name] = shared


def _fits(bound: SlotType, slot_type: SlotType, *, whole: bool) -> bool:
    """Whether what a variable holds may stand in a slot: all of it, or some of it."""
    shared = common(bound, slot_type)
    if whole and bound.kind != "number":
        values = shared is not None and (shared.values, shared.types)
        return values == (bound.values, bound.types)
    return shared is not None


def _check_caveats(reader: Reader, rule: Rule, words: Vocabulary) -> None:
    """Caveats qualify the advice of exactly one premise and stand in no condition."""
    for pattern in [*rule.patterns(), *(p.of for p in rule.counts()), *rule.exceptions]:
        if words.templates[pattern.template].caveat:
            message = f"the caveat '{pattern.template}' cannot be a condition"
            reader.problem(node_of(pattern), message)
    advice = [words.templates[p.template] for p in rule.patterns()]
    advised = sum(template.advice or template.kind for template in advice)
    concluded = [words.templates[conclusion.template] for conclusion in rule.conclusions]
    for pattern in rule.conditions():
        if words.templates[pattern.template].kind and not (
            pattern in rule.patterns() and concluded and all(t.caveat for t in concluded)
        ):
            message = f"'{pattern.template}' is a kind of advice, whose place is the 'if' of a rule"
            hint = "of one that concludes caveats and nothing else"
            reader.problem(node_of(pattern), message, hint)
    for pattern in rule.conclusions:
        if words.templates[pattern.template].kind:
            message = f"'{pattern.template}' is a kind of advice, which no rule concludes"
            reader.problem(node_of(pattern), message, "conclude advice that belongs to it")
        if words.templates[pattern.template].caveat and advised != 1:
            message = f"a caveat needs exactly one advice premise, and here are {advised}"
            reader.problem(node_of(pattern), message, "it qualifies the advice of that premise")
