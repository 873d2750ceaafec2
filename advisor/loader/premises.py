"""Reads what must hold for a rule: premises, and the alternatives under `any` among them."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from advisor.loader import keys
from advisor.loader.fields import Fields, fields
from advisor.loader.instances import pattern_over
from advisor.loader.reader import Reader
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Mapping, Node, Scalar, Sequence
from advisor.model.background import type_template
from advisor.model.english import listing
from advisor.model.records import AtLeast, Pattern, Var

MOST_ALTERNATIVES: Final = 100  # of one rule, all together
_MENTION: Final = re.compile(r"\$([\w-]+)")
EVERY: Final = "every "
_TYPED: Final = re.compile(rf"every\s+({keys.TYPE})\s+\$({keys.SLOT})")
_GAP: Final = re.compile(r"\{([\w-]+)")

ParsedPremise = Pattern | AtLeast


class Alternative(NamedTuple):
    """What is chosen of an `any`, or a premise that is no choice."""

    premises: tuple[ParsedPremise, ...]
    node: Node
    chosen: bool = False

    def variables(self) -> set[str]:
        """The variables that it binds."""
        patterns = (premise for premise in self.premises if isinstance(premise, Pattern))
        return {name for pattern in patterns for name in pattern.variables()}


def alternatives(rule: Fields, words: Vocabulary) -> list[tuple[Alternative, ...]]:
    """All ways to choose among the alternatives of a rule, each with the premises beside them."""
    parts = [_part(rule.reader, item, words) for item in rule.items("if")]
    number = math.prod(map(len, parts))
    if number > MOST_ALTERNATIVES:
        message = f"'any' makes {number} rules of this one, and {MOST_ALTERNATIVES} are allowed"
        rule.reader.problem(rule["if"], message, "conclude a helper fact from each list")
        parts = [part[:1] for part in parts]
    _check_binding(rule, [part for part in parts if len(part) > 1], parts)
    return list(itertools.product(*parts))


def written(node: Node | None) -> list[str]:
    """The variables written anywhere below a node."""
    found, waiting = [], [] if node is None else [node]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Scalar):
            found += _MENTION.findall(inner.text)
        elif isinstance(inner, Mapping):
            waiting += [value for _, value in inner.entries]
        else:
            waiting += inner.items
    return found


def _part(reader: Reader, node: Node, words: Vocabulary) -> list[Alternative]:
    """The alternatives at an item of the `if`: one, but for `any`."""
    listed = under(node, "any")
    if listed is None:
        return [Alternative(tuple(some(reader, [node], words)), node)]
    if not isinstance(listed, Sequence) or len(listed.items) < 2:
        reader.problem(listed, "'any' is a list of two alternatives or more")
        return [Alternative((), node)]
    found = []
    for item in listed.items:
        together = isinstance(item, Sequence)
        within = reader.items(item, "an alternative") if together else [item]
        found.append(Alternative(tuple(some(reader, within, words)), item, chosen=True))
    return found


def under(node: Node, word: str) -> Node | None:
    """What stands under a word of the format that is the only key there."""
    if isinstance(node, Mapping) and [key.text for key, _ in node.entries] == [word]:
        return node.entries[0][1]
    return None


def some(reader: Reader, nodes: Iterable[Node], words: Vocabulary) -> Iterator[ParsedPremise]:
    """The premises, or counts, at some nodes, none of which is a choice."""
    for node in nodes:
        counted = under(node, "at-least")
        premise: ParsedPremise | None = None
        if counted is not None:
            premise = at_least(reader, counted, words)
        elif (inner := under(node, "any")) is not None:
            hint = "list the alternatives of both in one"
            reader.problem(inner, "'any' has no place within an alternative of another", hint)
        elif isinstance(node, Scalar) and node.text.startswith(EVERY):
            premise = _every(reader, node, words)
        elif (typed := _type_as_key(node, words)) is not None:
            message = f"'{typed.text}' is no template"
            reader.problem(typed, message, "for every entity of a type: every State $client")
        else:
            premise = pattern_over(reader, node, words, "a premise")
        if premise is not None:
            yield premise


def _type_as_key(node: Node, words: Vocabulary) -> Scalar | None:
    """The type, or the word `every`, that stands where a template does."""
    key = node.entries[0][0] if isinstance(node, Mapping) and len(node.entries) == 1 else None
    if key is None or key.text in words.templates or key.text not in {*words.types, EVERY.strip()}:
        return None
    return key


def _every(reader: Reader, node: Scalar, words: Vocabulary) -> Pattern | None:
    """The premise that a variable stands for an entity of a type."""
    match = _TYPED.fullmatch(node.text)
    if match is None:
        message = f"'{node.text}' names no type and variable"
        reader.problem(node, message, "as in every State $client")
        return None
    name, variable = match[1], match[2]
    if name not in words.types:
        reader.unknown(node, "type", name, words.types)
        return None
    words.templates.setdefault(name, type_template(name, reader.where(node)))
    return Pattern(template=name, terms=(Var(variable),), where=reader.where(node))


def at_least(reader: Reader, node: Node, words: Vocabulary) -> AtLeast | None:
    """The count under `at-least`."""
    found = fields(reader, node, keys.AT_LEAST)
    of = pattern_over(reader, found["of"], words, "of") if "of" in found else None
    count = reader.count(found.get("count"), "count")
    return AtLeast(count=count, of=of) if of is not None else None


def _check_binding(
    rule: Fields, choices: list[list[Alternative]], parts: list[list[Alternative]]
) -> None:
    """Each alternative binds all of what the rest of the rule takes from one of them."""
    if not choices:
        return
    used = {name for key in ("where", "unless", "then") for name in written(rule.get(key))}
    because = rule.get("because")
    used |= set(_GAP.findall(because.text)) if isinstance(because, Scalar) else set()
    for choice in choices:
        others = [part for part in parts if part is not choice]
        sure = [
            set.intersection(*(alternative.variables() for alternative in part)) for part in others
        ]
        wanted = used.union(*(alternative.variables() for part in others for alternative in part))
        offered = set[str]().union(*(alternative.variables() for alternative in choice))
        for alternative in choice:
            lacking = (offered & wanted) - alternative.variables() - set().union(*sure)
            if lacking:
                named = listing(f"${name}" for name in sorted(lacking))
                message = f"this alternative does not bind {named}, which the rest of the rule uses"
                hint = "bind it in every alternative, or in a premise beside 'any'"
                rule.reader.problem(alternative.node, message, hint)
