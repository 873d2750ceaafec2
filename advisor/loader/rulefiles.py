"""Turns the rule files of a base into rules: written one by one, in tables, or in turn."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from advisor.loader import keys
from advisor.loader.decisions import read_decisions
from advisor.loader.fields import fields
from advisor.loader.firsts import Contender, yielding
from advisor.loader.reader import Reader
from advisor.loader.rows import with_rows
from advisor.loader.rules import read_rule
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Mapping, Node
from advisor.model.authored import authored, is_helper
from advisor.model.decisions import DecisionTable
from advisor.model.records import Rule

RuleFile = tuple[Path, Reader, Node]  # a file, with its root

_TABLE: Final = "table"
_FIRST: Final = "first"


def read_rule_files(
    files: Iterable[RuleFile], base: Path, words: Vocabulary
) -> tuple[list[Rule], list[DecisionTable]]:
    """The rules of the files of a base, in order, and the tables that some of them are rows of."""
    rules, tables = list[Rule](), dict[str, DecisionTable]()
    for path, opened, root in files:
        reader = with_rows(opened, root, path, base)
        for item in reader.items(root, "a rule file", empty=True):
            if _has(item, _TABLE):
                found, table = read_decisions(reader, item, words)
                rules += found
                if table is not None:
                    _take(reader, item, table, tables)
            elif _has(item, _FIRST):
                rules += _in_turn(reader, item, words)
            else:
                rules += read_rule(reader, item, words)
    return rules, list(tables.values())


def _has(item: Node, key: str) -> bool:
    return isinstance(item, Mapping) and any(one.text == key for one, _ in item.entries)


def _take(
    reader: Reader, item: Node, table: DecisionTable, tables: dict[str, DecisionTable]
) -> None:
    other = tables.setdefault(table.id, table)
    if other is not table:
        hint = f"the other stands at {other.where}"
        reader.problem(item, f"there are two tables '{table.id}'", hint)


def _in_turn(reader: Reader, node: Node, words: Vocabulary) -> list[Rule]:
    """The rules of a list of which the first decides."""
    before = len(reader.problems.found)
    found = fields(reader, node, keys.FIRST)
    items = found.items("first")
    if "first" in found and len(items) < 2 and not reader.problems.since(before):
        reader.problem(
            found["first"],
            "here is no second rule that could yield to the first",
            "list two or more",
        )
    read = [read_rule(reader, item, words) for item in items]
    helpers = [rule for some in read for rule in some if is_helper(rule.id)]
    rules = [tuple(rule for rule in some if not is_helper(rule.id)) for some in read]
    if reader.problems.since(before):
        return []
    firsts = [some[0] for some in rules]  # alternatives conclude the same
    shared = [name for name in _concluded(firsts[0]) if all(name in _concluded(r) for r in firsts)]
    choices = [
        Contender(some, authored(some[0].id), f'the rule "{some[0].title}"', item)
        for some, item in zip(rules, items, strict=True)
    ]
    made = yielding(choices, shared, lambda later, earlier: earlier < later, reader, words)
    return [*helpers, *made]


def _concluded(rule: Rule) -> dict[str, None]:
    """The variables of a rule's conclusions that its `if` binds, in order."""
    computed = {let.name for let in rule.lets}
    names = (name for conclusion in rule.conclusions for name in conclusion.variables())
    return {name: None for name in names if name not in computed}
