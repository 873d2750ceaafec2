"""Turns a decision table into rules, one for each row, and into what the audit looks at.

The head of a table reads as a rule does, over variables that the columns are named for. A row puts
what its cells say in their places: values in premises and conclusions, comparisons for the rest.
Every cell is read at its own place, in the rule file or in the CSV file beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from advisor.loader import keys
from advisor.loader.cells import ANYTHING, test_of
from advisor.loader.fields import Fields, fields
from advisor.loader.firsts import Contender, yielding
from advisor.loader.instances import pattern_over
from advisor.loader.reader import Problems, Reader
from advisor.loader.rowrules import Filled, made_of, rules_of_row
from advisor.loader.rows import RowNode, rows_of
from advisor.loader.rules import check_bound, rules_of
from advisor.loader.tables import cited_at
from advisor.loader.texts import Mismatch, value_of
from advisor.loader.types import common, types_of
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Node, Scalar
from advisor.model.authored import is_helper
from advisor.model.decisions import ORDERED, Column, DecisionTable, Hit, Overlaps, TableRow
from advisor.model.english import is_unnamed, row_title
from advisor.model.records import Pattern, Rule, SlotType, Var
from advisor.model.values import Value, value_text

_YES: Final = {"yes": True, "no": False}
_TRUTH: Final = SlotType(kind="boolean")


class _TableHead(NamedTuple):
    """The head of a table: a rule over its columns, and what each column is."""

    id: str
    found: Fields
    words: Vocabulary
    rule: Rule
    helpers: tuple[Rule, ...]  # that conclude some of its exceptions
    bound: Mapping[str, SlotType]  # variables of the `if`: conditions, where they have a column
    results: Mapping[str, SlotType]  # variables of the `then` alone: each has a column
    asked: Mapping[str, Pattern]  # columns that ask yes or no


def read_decisions(
    reader: Reader, node: Node, words: Vocabulary
) -> tuple[list[Rule], DecisionTable | None]:
    """The rules of the table at a node, and the table; nothing where its head is spoilt."""
    head = _head(reader, node, words)
    if head is None:
        return [], None
    rows = list(rows_of(head.found, (*head.bound, *head.asked), head.results))
    filled = [(row, one) for row in rows for one in _filled(head, row)]
    hit: Hit = head.found.choice("hit", "unique", "hit policy")  # type: ignore[assignment]
    if hit == "priority":
        filled = _by_priority(head, filled)
    named = [name for name in (*head.bound, *head.asked) if any(name in r.cells for r in rows)]
    made = [(row, one, rules_of_row(head.rule, one, named, words)) for row, one in filled]
    table = _table(head, hit, named, made)
    rules = [rule for _, _, of_row in made for rule in of_row]
    _check_used(head, rules)
    if hit in ORDERED and not reader.problems.found:
        rules = _in_turn(head, table, made)
    return [*head.helpers, *rules], table


def _head(reader: Reader, node: Node, words: Vocabulary) -> _TableHead | None:
    """The head of a table; None where something is wrong with it."""
    before = len(reader.problems.found)
    found = fields(reader, node, keys.DECISIONS)
    if not {"table", "title", "then", "rows"} <= found.nodes.keys():
        return None
    name = reader.identifier(found["table"], "a table")
    results = _results(found, words)
    as_rule = {key: value for key, value in found.nodes.items() if key in keys.RULE.names}
    made = rules_of(
        Fields(reader, keys.RULE, {**as_rule, "id": found["table"]}), (node, before), words, results
    )
    rule, helpers = made[0], tuple(one for one in made if is_helper(one.id))
    if len(made) - len(helpers) > 1:
        hint = "conclude a fact from the alternatives by a rule, and make that fact a premise here"
        reader.problem(found["if"], "a table has one list of premises, without 'any'", hint)
    bound = {
        name: slot
        for name, slot in types_of(reader, rule.premises, words).items()
        if slot is not None
    }
    asked = _asked(found, bound, words)
    bound |= {let.name: let.type for let in rule.lets if not is_unnamed(let)}
    if reader.problems.since(before):
        return None
    own = {name: slot for name, slot in results.items() if name not in bound}
    return _TableHead(name, found, words, rule, helpers, bound, own, asked)


def _results(found: Fields, words: Vocabulary) -> dict[str, SlotType]:
    """The variables of the conclusions, with what all their slots there have in common.

    What the table computes is none of them: that has a type of its own.
    """
    trial = Reader(found.reader.document, Problems())  # what is wrong is told later
    types: dict[str, SlotType] = {}
    computed = {key.text.removeprefix("$") for key, _ in found.entries("let")}
    for item in trial.items(found.get("then"), "then"):
        concluded = pattern_over(trial, item, words, "a conclusion")
        if concluded is None or concluded.template in words.spoilt:
            continue
        slots = words.templates[concluded.template].slots.values()
        for term, slot in zip(concluded.terms, slots, strict=True):
            if isinstance(term, Var) and term.name not in computed:
                types[term.name] = common(types.get(term.name), slot) or slot
    return types


def _asked(found: Fields, bound: Mapping[str, SlotType], words: Vocabulary) -> dict[str, Pattern]:
    """The columns that ask yes or no, each with its pattern."""
    reader, asked = found.reader, {}
    for key, value in found.entries("columns"):
        reader.identifier(key, "a column", keys.SLOT)
        pattern = pattern_over(reader, value, words, "a column")
        if key.text in bound:
            reader.problem(key, f"${key.text} is a column already", "give this one another name")
        elif pattern is not None:
            asked[key.text] = pattern
    check_bound(reader, asked.values(), "column", dict(bound), words)
    return asked


# ------------------------------------------------------------------ rows


def _filled(head: _TableHead, row: RowNode) -> Iterator[Filled]:
    """What a row says, cell by cell; nothing where a cell is spoilt."""
    reader, words = row.reader, head.words
    before = len(reader.problems.found)
    tests, answers, results = {}, {}, {}
    for name, cell in row.cells.items():
        try:
            if name in head.results:
                if cell.text.strip() not in ANYTHING:
                    results[name] = (_value(cell, name, head.results[name], words), cell)
            elif name in head.asked:
                if cell.text.strip() not in ANYTHING:
                    answers[name] = (head.asked[name], _answer(cell), cell)
            elif (test := test_of(cell.text, name, head.bound[name], words)) is not None:
                tests[name] = (test, cell)
        except Mismatch as mismatch:
            reader.problem(cell, mismatch.message, mismatch.hint)
    if not reader.problems.since(before) and head.results and not results:
        reader.problem(row.node, "the row concludes nothing", "fill a column of its conclusions")
    beside = Fields(reader, keys.ROW, row.beside)
    cited = cited_at(reader, row.beside.get("source"), row.beside.get("locator"))
    types = {**head.bound, **head.results}
    because = reader.phrase(row.beside.get("because"), "because", types)
    filled = Filled(
        name=f"{head.id}/{row.name}",
        title=beside.optional("title") or row_title(head.rule.title, row.name),
        tests=tests,
        answers=answers,
        results=results,
        blank=frozenset(head.results) - results.keys(),
        types=types,
        because=because or head.rule.because,
        strength=beside.likelihood("strength") if "strength" in beside else head.rule.strength,
        citations=reader.citations(cited, words.sources) or head.rule.citations,
        note=beside.optional("note") or head.rule.note,
        where=reader.where(row.node),
        reader=reader,
    )
    if not reader.problems.since(before):
        yield filled


def _value(cell: Scalar, name: str, slot: SlotType, words: Vocabulary) -> Value:
    return value_of(cell.text.strip(), name, slot, words)


def _answer(cell: Scalar) -> bool:
    answer = _YES.get(cell.text.strip())
    if answer is None:
        raise Mismatch(
            f"'{cell.text.strip()}' is neither yes nor no", "write - where it is not asked"
        )
    return answer


def _check_used(head: _TableHead, rules: list[Rule]) -> None:
    """What the table computes and no row uses is a problem."""
    used = {let.where for rule in rules for let in rule.lets}
    for let in head.rule.lets if rules else ():
        if let.where not in used:
            node = Scalar(let.name, True, let.where.line, let.where.column)
            message = f"${let.name} is computed and used for nothing"
            hint = "name a column for it, conclude it, compare it, or take it out"
            head.found.reader.problem(node, message, hint)


Made = list[tuple[RowNode, Filled, list[Rule]]]


def _by_priority(
    head: _TableHead, filled: list[tuple[RowNode, Filled]]
) -> list[tuple[RowNode, Filled]]:
    """The rows, best first, by what their first column of conclusions says."""
    reader = head.found.reader
    column = next(iter(head.results), None)
    if column is None or "order" not in head.found:
        message = "'hit: priority' needs 'order', and a column of conclusions that it puts in order"
        reader.problem(head.found["hit"], message, "as in order: [high, low]")
        return filled
    order = [reader.text(item, "order") for item in head.found.items("order")]
    for _, row in filled:
        value, cell = row.results.get(column, (None, None))
        if value is not None and cell is not None and value_text(value) not in order:
            row.reader.problem(cell, f"'{value_text(value)}' is not in 'order'", "add it there")
    places = {text: place for place, text in enumerate(order)}
    return sorted(filled, key=lambda one: _rank(one[1], column, places))


def _rank(row: Filled, column: str, places: Mapping[str, int]) -> int:
    value = row.results.get(column)
    return len(places) if value is None else places.get(value_text(value[0]), len(places))


def _table(head: _TableHead, hit: Hit, named: list[str], made: Made) -> DecisionTable:
    columns = tuple(
        Column(
            name=name,
            type=head.bound.get(name, _TRUTH),
            exclusive=name in head.asked or _exclusive(head, name, named),
            asks=name in head.asked,
        )
        for name in named
    )
    return DecisionTable(
        id=head.id,
        title=head.rule.title,
        hit=hit,
        columns=columns,
        rows=tuple(_row(row, one, rules) for row, one, rules in made),
        where=head.rule.where,
    )


def _row(row: RowNode, filled: Filled, rules: list[Rule]) -> TableRow:
    return TableRow(
        name=row.name,
        tests=filled.asked(),
        concludes=tuple(
            f"{name} {value_text(value)}" for name, (value, _) in filled.results.items()
        ),
        rules=tuple(rule.id for rule in rules),
        where=filled.where,
    )


def _exclusive(head: _TableHead, name: str, columns: list[str]) -> bool:
    """Whether a column has one value at a time, for what a row decides about."""
    subject = {*_subject(head, columns)}
    for let in head.rule.lets:
        if let.name == name:
            own = [each for each in made_of(let) if each in head.bound]
            return all(each in subject or _exclusive(head, each, columns) for each in own)
    for premise in head.rule.patterns():
        template = head.words.templates[premise.template]
        for at, term in enumerate(premise.terms):
            if isinstance(term, Var) and term.name == name and template.key is not None:
                keyed = [premise.terms[place] for place in template.key]
                if at not in template.key and all(
                    one.name in subject if isinstance(one, Var) else one is not None
                    for one in keyed
                ):
                    return True
    return False


def _subject(head: _TableHead, columns: list[str]) -> list[str]:
    """The variables that all rows decide about: of the conclusions, no columns, nor computed."""
    concluded = (name for pattern in head.rule.conclusions for name in pattern.variables())
    skip = {*columns, *head.results, *(let.name for let in head.rule.lets)}
    return [name for name in dict.fromkeys(concluded) if name not in skip]


def _in_turn(head: _TableHead, table: DecisionTable, made: Made) -> list[Rule]:
    """The rules of the rows, each yielding to those before it that can match as well."""
    exclusive = [column.name for column in table.columns if column.exclusive]
    choices = [
        Contender(
            rules=tuple(rules),
            name=f"{head.id}-{row.name}",
            says=f'row {row.name} of "{head.rule.title}"',
            node=head.found["table"],
        )
        for row, _, rules in made
    ]

    overlaps = Overlaps(table.rows, exclusive)

    def yields(later: int, earlier: int) -> bool:
        one, other = table.rows[later], table.rows[earlier]
        same = table.hit == "priority" and one.concludes[:1] == other.concludes[:1]
        return not same and earlier in overlaps.before(later)

    columns = [column.name for column in table.columns]
    return yielding(choices, _subject(head, columns), yields, head.found.reader, head.words)
