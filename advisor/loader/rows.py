"""Finds the rows of a decision table: in its CSV file, or written in the rule file itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from advisor.loader import keys
from advisor.loader.fields import Fields
from advisor.loader.reach import reaches
from advisor.loader.reader import Reader, is_empty
from advisor.loader.tables import cells, full_rows, knows, read_table
from advisor.loader.yamlfile import Mapping as MappingNode
from advisor.loader.yamlfile import Node, Scalar, Sequence
from advisor.model import english
from advisor.model.authored import is_helper
from advisor.model.errors import AdvisorError

_BESIDE = keys.ROW.names


class RowNode(NamedTuple):
    """A row as it is written: its cells by column, those of conditions and conclusions apart."""

    name: str
    cells: Mapping[str, Scalar]
    beside: Mapping[str, Scalar]  # those that any table may have
    node: Node  # where it begins
    reader: Reader  # of the file that it stands in


def with_rows(reader: Reader, root: Node, path: Path, base: Path) -> Reader:
    """The reader of a rule file, with the CSV files that its tables name."""
    tables = {}
    for item in root.items if isinstance(root, Sequence) else ():
        entries = item.entries if isinstance(item, MappingNode) else []
        named = {key.text: value for key, value in entries}
        file = named.get("rows") if "table" in named else None
        if not isinstance(file, Scalar) or is_empty(file):
            continue
        where = reader.where(file)
        if not reaches(path.parent / file.text, base):
            message = f"'{file.text}' lies outside of the base"
            reader.problem(file, message, "put the table beside the rule file")
            continue
        try:
            tables[file.text] = read_table(path.parent / file.text, file.text, where)
        except AdvisorError as error:
            reader.problems.found += error.problems
    if not tables:
        return reader
    return Reader(msgspec.structs.replace(reader.document, tables=tables), reader.problems)


def rows_of(
    found: Fields, conditions: Collection[str], results: Collection[str]
) -> Iterator[RowNode]:
    """The rows under `rows`, each with a name of its own; what is wrong with one is told."""
    node = found["rows"]
    if isinstance(node, Scalar):
        rows = _of_file(found, node, conditions, results)
    else:
        rows = _inline(found, conditions, results)
    taken: dict[str, Node] = {}
    for number, (reader, at, named) in enumerate(rows, 1):
        cells = {name: cell for name, cell in named.items() if _own(name, conditions, results)}
        beside = {name: cell for name, cell in named.items() if name not in cells and cell.text}
        name = _name(reader, beside, number)
        if name in taken:
            message = f"there are two rows '{name}'"
            reader.problem(
                beside.get("row", at), message, f"the other is in line {taken[name].line}"
            )
        taken[name] = at
        yield RowNode(name, cells, beside, at, reader)


def _own(name: str, conditions: Collection[str], results: Collection[str]) -> bool:
    return name in conditions or name in results


def _name(reader: Reader, beside: Mapping[str, Scalar], number: int) -> str:
    cell = beside.get("row")
    if cell is None:
        return str(number)
    name = cell.text.strip()
    if re.fullmatch(keys.ROW.key("row").form, name) is None:
        message = f"'{cell.text}' cannot name a row"
        reader.problem(cell, message, "names here are lower case, words-with-hyphens, or a number")
    elif is_helper(f"/{name}"):
        message = f"'{name}' cannot name a row: rules that are made of a table are called so"
        reader.problem(cell, message, "give it another name")
    return name


FoundRow = tuple[Reader, Node, dict[str, Scalar]]


def _of_file(
    found: Fields, node: Scalar, conditions: Collection[str], results: Collection[str]
) -> Iterator[FoundRow]:
    """The rows of a CSV file."""
    reader = found.reader
    document = reader.document.tables.get(node.text)
    if document is None:
        reader.text(node, "rows")  # else it could not be read, which is told
        return
    own = Reader(document, reader.problems)
    rows = cells(document)
    try:
        head = next(rows, [])
        names = [cell.text.strip() for cell in head]
        lacking = [f"'{name}'" for name in results if name not in names]
        if lacking:
            message = f"the first line of '{node.text}' does not name {english.listing(lacking)}"
            reader.problem(node, message, "a table has a column for each of its conclusions")
        elif knows(own, head, (*conditions, *results), _BESIDE):
            for row in full_rows(own, len(head), rows):
                yield own, row[0], dict(zip(names, row, strict=True))
    except AdvisorError as error:
        reader.problems.found += error.problems


def _inline(
    found: Fields, conditions: Collection[str], results: Collection[str]
) -> Iterator[FoundRow]:
    """The rows that stand in the rule file."""
    reader = found.reader
    known = (*conditions, *results, *_BESIDE)
    for item in found.items("rows"):
        entries = reader.fields(item, "a row", known)
        row = {}
        for name, cell in entries.items():
            one = _cell(reader, name, cell)
            if one is not None:
                row[name] = one
        yield reader, item, row


def _cell(reader: Reader, name: str, node: Node) -> Scalar | None:
    """A cell; a list of values is as one with commas."""
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Sequence) and all(isinstance(one, Scalar) for one in node.items):
        text = ", ".join(scalar.text for scalar in node.items if isinstance(scalar, Scalar))
        return Scalar(text, True, node.line, node.column)
    reader.problem(node, f"'{name}' must be a value or a list of values")
    return None
