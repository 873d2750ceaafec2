"""Turns CSV files into facts of one template, each row as a fact file would spell it.

A row becomes the nodes of a fact in the long form, each at the place of its cell: so it is read,
checked and reported by what reads facts anyway. Cells are parted as RFC 4180 has it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from advisor.loader.disk import bytes_of, exists
from advisor.loader.fields import Fields
from advisor.loader.instances import template_at
from advisor.loader.keys import TABLE
from advisor.loader.reader import Reader
from advisor.loader.texts import Words
from advisor.loader.yamlfile import Mapping as MappingNode
from advisor.loader.yamlfile import Node, Scalar, Sequence, YamlDocument, unparsed
from advisor.model import english
from advisor.model.errors import AdvisorError, Location, Problem, nearest, show_path
from advisor.model.records import Template

_BESIDE: Final = TABLE.names
MAX_ROWS: Final = 50_000  # of a table
_CELL: Final = re.compile(r'"((?:[^"]|"")*+)"|([^,"\r\n]*+)')
_END: Final = re.compile(r"\r?\n")
_QUOTE: Final = 'put all of the cell in quotes, and write a quote in it twice: ""'

CsvRow = list[Scalar]


class NamedTable(NamedTuple):
    """A table as a fact file names it."""

    template: Scalar
    file: Scalar  # the path from the folder of the fact file


def named_tables(found: Fields) -> Iterator[NamedTable]:
    """The tables that a fact file names under `tables`; what is no file's name is a problem."""
    reader = found.reader
    for template, value in found.entries("tables"):
        listed = isinstance(value, Sequence)
        for item in reader.items(value, "the list of files") if listed else [value]:
            if reader.text(item, "a table's file") and isinstance(item, Scalar):
                yield NamedTable(template, item)


def read_table(path: Path, named: str, where: Location) -> YamlDocument:
    """The text of a table, which a line of a fact file names; raises AdvisorError."""
    if path.suffix.lower() != ".csv":
        message, hint = f"'{named}' is no CSV file", "the name of a table ends in .csv"
        raise AdvisorError(Problem(message=message, where=where, hint=hint))
    if not exists(str(path)):
        message, hint = f"there is no file '{named}'", "a path goes from the folder of this file"
        raise AdvisorError(Problem(message=message, where=where, hint=hint))
    shown = show_path(path)
    try:
        return unparsed(bytes_of(path, shown, "a CSV file"), shown)[0]
    except AdvisorError as error:
        raise error.unquoted() from None  # it may be no table at all


def facts_of(
    table: NamedTable, reader: Reader, document: YamlDocument, words: Words, *, narrow: bool = False
) -> list[Node]:
    """The facts of a table, as nodes of its own document; `narrow`: those of known entities.

    Nothing of a file is told unless its first line names the slots: only then it is a table.
    """
    template = template_at(reader, table.template, words)
    if template is None:
        return []
    slots = tuple(template.slots)
    if not slots:
        reader.problem(table.template, f"'{template.id}' has no slots, and so no table")
        return []
    rows = cells(document)
    head = _head(rows)
    names = [cell.text.strip() for cell in head]
    if not {*slots} <= {*names}:
        lacks = english.listing([f"'{slot}'" for slot in slots if slot not in names])
        message = f"the first line of '{table.file.text}' does not name {lacks}"
        hint = f"a table of '{template.id}' has a column for each slot"
        reader.problem(table.file, message, hint)
        return []
    own = Reader(document, reader.problems)
    if not knows(own, head, slots, _BESIDE):
        return []
    columns = {name: place for place, name in enumerate(names)}
    found = []
    try:
        full = full_rows(own, len(head), rows)
        for row in _known(full, template, columns, words) if narrow else full:
            blank = [slot for slot in slots if not row[columns[slot]].text.strip()]
            for slot in blank:
                own.problem(row[columns[slot]], f"the column '{slot}' has no value here")
            if not blank:
                found.append(_fact(own, template, columns, row))
    except AdvisorError as error:
        reader.problems.found += error.problems
    return found


def _head(rows: Iterator[CsvRow]) -> CsvRow:
    """The first of the rows; an empty one if it cannot be read."""
    with contextlib.suppress(AdvisorError):
        return next(rows, [])
    return []


def _known(
    rows: Iterable[CsvRow], template: Template, columns: Mapping[str, int], words: Words
) -> Iterator[CsvRow]:
    """The rows that name no entity which nobody declared."""
    named = [columns[slot] for slot, type_ in template.slots.items() if type_.kind == "entity"]
    for row in rows:
        said = {row[at].text.strip() for at in named} - {""}
        if said <= words.entities.keys():
            yield row


def knows(reader: Reader, head: CsvRow, own: Collection[str], beside: Collection[str]) -> bool:
    """Whether every column is one of its own or one that any table may have, and stands once."""
    known = (*own, *beside)
    names = [cell.text.strip() for cell in head]
    before = len(reader.problems.found)
    for place, (cell, name) in enumerate(zip(head, names, strict=True)):
        if name in names[:place]:
            reader.problem(cell, f"the column '{name}' stands here twice", "keep one of them")
        elif name not in known:
            shown = f"no column '{name}'" if name else "no column without a name"
            hint = nearest(name, known) or f"columns here: {', '.join(known)}"
            reader.problem(cell, f"this table has {shown}", hint)
        elif name == "locator" and name not in own and "source" not in names:
            reader.problem(cell, "a locator is a place of a source", "add the column 'source'")
    return not reader.problems.since(before)


def full_rows(reader: Reader, width: int, rows: Iterator[CsvRow]) -> Iterator[CsvRow]:
    """The rows with a cell for each column; blank ones are passed over."""
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS:
            message = f"the table has over {MAX_ROWS:,} rows"
            reader.problem(row[0], message, "split it, or check that it is the right one")
            return
        if len(row) == width:
            if any(cell.text.strip() for cell in row):
                yield row
        elif len(row) > 1 or row[0].text.strip():
            astray, hint = row[-1], "an empty cell needs its comma too"
            if len(row) > width:
                astray, hint = row[width], "put a cell that has a comma in it in quotes"
            has = english.counted(len(row), "cell")
            reader.problem(astray, f"the row has {has}, and the first line has {width}", hint)


def _fact(reader: Reader, template: Template, columns: Mapping[str, int], row: CsvRow) -> Node:
    """A row as a fact in the long form."""
    values = [(slot, row[columns[slot]]) for slot in template.slots]
    filled: list[tuple[Scalar, Node]] = [(_key(slot, value), value) for slot, value in values]
    beside = {
        name: row[columns[name]]
        for name in _BESIDE
        if name in columns and name not in template.slots and row[columns[name]].text.strip()
    }
    first = row[0]
    whole = MappingNode(filled, first.line, first.column)
    entries: list[tuple[Scalar, Node]] = [(_key(template.id, first), whole)]
    source, locator = beside.pop("source", None), beside.pop("locator", None)
    cited = cited_at(reader, source, locator)
    if cited is not None:
        entries.append((_key("sources", cited), cited))
    entries += [(_key(name.replace("_", "-"), cell), cell) for name, cell in beside.items()]
    return MappingNode(entries, first.line, first.column)


def cited_at(reader: Reader, source: Scalar | None, locator: Scalar | None) -> Node | None:
    """What the cells of a source and of a place in it cite, as a file would spell it."""
    if source is None:
        if locator is not None:
            reader.problem(locator, "a locator is a place of a source, and here is none")
        return None
    if locator is None:
        return Sequence([source], source.line, source.column)
    return MappingNode([(source, locator)], source.line, source.column)


def _key(name: str, cell: Node) -> Scalar:
    return Scalar(name, True, cell.line, cell.column)


def cells(document: YamlDocument) -> Iterator[CsvRow]:
    """The rows of a table, each cell with its place; raises AdvisorError for a quote astray.

    What follows the last end of a line is no row if there is nothing.
    """
    text = document.data.decode("utf-8-sig")
    line, start, at = 1, 0, 0  # `start` is where the line begins
    row: CsvRow = []
    while at < len(text) or row:
        match = _CELL.match(text, at)
        inside, plain = match.groups() if match else (None, "")
        said = plain if inside is None else inside.replace('""', '"')
        row.append(Scalar(said, True, line, at - start + 1))
        at = match.end() if match else at
        if inside is not None and "\n" in inside:
            line += inside.count("\n")
            start = text.rfind("\n", 0, at) + 1
        if text.startswith(",", at):
            at += 1
            continue
        ended = _END.match(text, at)
        if ended is None and at < len(text):
            raise _astray(document, text, at, Location(document.file, line, at - start + 1))
        yield row
        row = []
        if ended is not None:
            line, start, at = line + 1, ended.end(), ended.end()


def _astray(document: YamlDocument, text: str, at: int, where: Location) -> AdvisorError:
    """The problem of a quote that stands within a cell, or is never closed."""
    if text[at] != '"':
        message = "something follows the quote that closes this cell"
    elif at == 0 or text[at - 1] in ",\n":
        message = "this quote is never closed"
    else:
        message = "a quote stands within this cell"
    quoted = document.quoted(where.line)
    return AdvisorError(Problem(message=message, where=where, quoted=quoted, hint=_QUOTE))
