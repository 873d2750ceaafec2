"""Turns CSV files of test cases into what-ifs of the fact file that names them, each row one.

The head of a column is a fact or a piece of advice in the one-line form, with `?` for what stands
in its cells, or with none for yes and no. A row becomes the nodes of a fact file, each at the place
of its cell: so it is read, checked and reported by what reads fact files anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from advisor.loader.fields import Fields
from advisor.loader.keys import CASE
from advisor.loader.reader import Reader
from advisor.loader.tables import cells, full_rows
from advisor.loader.yamlfile import Mapping as MappingNode
from advisor.loader.yamlfile import Node, Scalar, Sequence, YamlDocument
from advisor.model.errors import AdvisorError, nearest
from advisor.model.records import Template

_BESIDE: Final = CASE.names
_HOLE: Final = "?"
_HINT: Final = 'as in "temperature(ada, ?)", in quotes for its comma'

CaseDocument = tuple[str, YamlDocument]  # the name it goes by, and what it says


class _Column(NamedTuple):
    """What a column is about."""

    text: str  # as its head has it
    advises: bool


def named_cases(found: Fields) -> Iterator[Scalar]:
    """The files of cases that a fact file names."""
    reader, value = found.reader, found.get("cases")
    listed = isinstance(value, Sequence)
    for item in reader.items(value, "cases") if listed else [value]:
        if item is not None and reader.text(item, "a file of cases") and isinstance(item, Scalar):
            yield item


def cases_of(
    name: str, found: Fields, title: str, templates: Mapping[str, Template]
) -> Iterator[CaseDocument]:
    """The cases of a fact file of this name, in order; what is wrong with a file is told."""
    reader = found.reader
    taken: dict[str, Scalar] = {}
    for file in named_cases(found):
        document = reader.document.tables.get(file.text)
        if document is None:
            continue  # it could not be read, which is told
        own = Reader(document, reader.problems)
        for number, row in enumerate(_rows(own, document, file, templates, reader), 1):
            said = {head.text: cell for head, cell in row}
            case = said.get("case")
            called = case.text.strip() if case is not None and case.text.strip() else str(number)
            first = case or row[0][1]
            if called in taken:
                hint = f"the other is in line {taken[called].line}"
                own.problem(first, f"there are two cases '{called}'", hint)
            taken[called] = first
            yield f"{name}/{called}", _document(document, own, row, f"{title} ({called})")


Cells = list[tuple[_Column, Scalar]]


def _rows(
    own: Reader,
    document: YamlDocument,
    file: Scalar,
    templates: Mapping[str, Template],
    reader: Reader,
) -> Iterator[Cells]:
    """The rows of a file, each cell with its column."""
    rows = cells(document)
    try:
        head = next(rows, [])
        columns = [_column(own, cell, templates) for cell in head]
        if not any(column.advises for column in columns if column):
            message = f"the first line of '{file.text}' names no advice"
            reader.problem(file, message, "a case expects something: add a column of advice")
        elif all(columns):
            for row in full_rows(own, len(head), rows):
                yield [(column, cell) for column, cell in zip(columns, row, strict=True) if column]
    except AdvisorError as error:
        reader.problems.found += error.problems


def _column(own: Reader, cell: Scalar, templates: Mapping[str, Template]) -> _Column | None:
    """What the head of a column names; None where it names nothing."""
    text = cell.text.strip()
    if text in _BESIDE:
        return _Column(text, False)
    template = templates.get(text.partition("(")[0].strip())
    if template is None or text.count(_HOLE) > 1 or not text.endswith(")"):
        near = nearest(text.partition("(")[0], (*templates, *_BESIDE))
        own.problem(cell, f"'{text}' names no fact and no advice", near or _HINT)
        return None
    return _Column(text, template.advice)


def _document(document: YamlDocument, own: Reader, row: Cells, title: str) -> YamlDocument:
    """A row as a fact file."""
    first = row[0][1]
    said: dict[str, list[Node]] = {}
    expected: dict[str, list[Node]] = {}
    for column, cell in row:
        if column.text in _BESIDE or cell.text.strip() in {"", "-"}:
            continue
        key, texts = _said(own, column, cell)
        into = expected if column.advises else said
        nodes = (Scalar(text, True, cell.line, cell.column) for text in texts)
        into.setdefault(key, []).extend(nodes)
    entries: list[tuple[Scalar, Node]] = [(_key("title", first), _at(first, title))]
    entries += [(_key(key, nodes[0]), _list(nodes)) for key, nodes in said.items()]
    if expected:
        kinds: list[tuple[Scalar, Node]] = [
            (_key(key, nodes[0]), _list(nodes)) for key, nodes in expected.items()
        ]
        entries.append((_key("expect", first), MappingNode(kinds, first.line, first.column)))
    root = MappingNode(entries, first.line, first.column)
    return YamlDocument(document.file, document.lines, root, b"")


def _said(own: Reader, column: _Column, cell: Scalar) -> tuple[str, list[str]]:
    """What a cell says of its column: under which key, and in which words."""
    text = cell.text.strip()
    if _HOLE in column.text:
        if column.advises:
            if text == "none":
                return "withheld", [column.text.partition("(")[0].strip()]
            return "exactly", [column.text.replace(_HOLE, one.strip()) for one in text.split(",")]
        value, sign, term = text.partition("=")
        return "assume", [column.text.replace(_HOLE, value.strip()) + sign + term]
    if column.advises:
        kinds = {"yes": "given", "no": "withheld", "open": "open"}
        if text not in kinds:
            message = f"'{text}' is no yes, no or open"
            own.problem(cell, message, "or write - where nothing is expected")
        return kinds.get(text, "given"), [column.text]
    keys = {"yes": "assume", "no": "deny", "unknown": "unknown"}
    said = column.text if text in keys else f"{column.text}={text}"
    return keys.get(text, "assume"), [said]


def _key(name: str, at: Node) -> Scalar:
    return Scalar(name, True, at.line, at.column)


def _at(node: Node, text: str) -> Scalar:
    return Scalar(text, False, node.line, node.column)


def _list(nodes: list[Node]) -> Sequence:
    return Sequence(nodes, nodes[0].line, nodes[0].column)
