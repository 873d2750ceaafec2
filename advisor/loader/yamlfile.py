"""Turns a YAML file into nodes that know where they stand; the only importer of yaml.

Nodes are built straight from the parser's event stream, iteratively: nothing is composed,
resolved or constructed by PyYAML, so no depth, alias or tag in a file can reach that code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from advisor.loader.disk import bytes_of, whole
from advisor.model import budget
from advisor.model.errors import AdvisorError, Location, Problem, unprintable

MAX_DEPTH = 100
MAX_NODES = 300_000  # counted with every alias written out
_TOO_DEEP: Final = f"this is nested over {MAX_DEPTH} deep"

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NO_TAGS = frozenset({None, "!"})
_SIGNS: Final = ("\t", "@", "`", "%")  # nothing in YAML begins with one

# What opens and closes brackets, and what may hold them as text: quotes and comments.
_BRACKETS: Final = re.compile(r"""'(?:[^']|'')*+'?|"(?:[^"\\]|\\[\s\S])*+"?|(?<!\S)\#.*|[\[\]{}]""")


class Scalar(msgspec.Struct, gc=False):
    """A single text; `plain` is true when it was written without quotes."""

    text: str
    plain: bool
    line: int
    column: int


class Sequence(msgspec.Struct):
    """A list of nodes."""

    items: list[Node]
    line: int
    column: int


class Mapping(msgspec.Struct):
    """Keys with their nodes, in file order; keys are unique."""

    entries: list[tuple[Scalar, Node]]
    line: int
    column: int


Node = Scalar | Sequence | Mapping


class YamlDocument(msgspec.Struct, frozen=True):
    """One file's text and its root node; `root` is None for a file that says nothing."""

    file: str
    lines: list[str]
    root: Node | None
    data: bytes = b""  # as it was read
    tables: dict[str, YamlDocument] = {}  # that it names, by the names; they have no nodes

    def where(self, node: Node) -> Location:
        """The place of a node."""
        return Location(self.file, node.line, node.column)

    def quoted(self, line: int) -> str | None:
        """The text of a line, counted from one."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else None


def read(path: Path, shown_as: str | None = None) -> YamlDocument:
    """The document in a file; raises AdvisorError for whatever keeps it from being one."""
    name = shown_as or str(path)
    return parse(bytes_of(path, name), name)


def parse(data: bytes, file: str) -> YamlDocument:
    """The document in these bytes; `file` names them in messages."""
    document, text = unparsed(data, file)
    return msgspec.structs.replace(document, root=_NodeBuilder(document).build(text))


def unparsed(data: bytes, file: str) -> tuple[YamlDocument, str]:
    """The document in these bytes without its nodes, and its text."""
    if len(data) > budget.MAX_BYTES:
        raise whole(file, "the file is over 5 MB", "split it, or check that it is the right one")
    budget.has_read(file, len(data))
    text = _decoded(data, file)
    document = YamlDocument(file, text.splitlines(), None, data)
    _refuse_control_characters(text, document)
    return document, text


def events(text: str) -> Iterator[Any]:
    """The parser's events, with marks, of a text that `parse` has accepted."""
    parser = _LOADER(text)
    try:
        while (event := parser.get_event()) is not None:
            yield event
    finally:
        parser.dispose()


def _at(
    document: YamlDocument, line: int, column: int, message: str, hint: str | None
) -> AdvisorError:
    where = Location(document.file, line, column)
    return AdvisorError(
        Problem(message=message, where=where, quoted=document.quoted(line), hint=hint)
    )


def _decoded(data: bytes, file: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise whole(file, "the file is in UTF-16", "save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        problem = Problem(
            message=f"the file is not UTF-8: byte 0x{data[error.start]:02x}",
            where=Location(file, line, column),
            hint="save it as UTF-8",
        )
        raise AdvisorError(problem) from None


def _refuse_control_characters(text: str, document: YamlDocument) -> None:
    """Refuse characters that could disturb a terminal; ends of line are fine as they are."""
    if text.replace("\n", "").isprintable():
        return
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        index = unprintable(line)
        if index is not None:
            message = f"a character is not allowed here: U+{ord(line[index]):04X}"
            raise _at(document, number, index + 1, message, "take it out")


def _place_of(event: yaml.Event) -> tuple[int, int]:
    """The line and column where an event begins, counted from one."""
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1


class _NodeBuilder:
    """Builds nodes from events, on a stack of its own."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document
        self.stack: list[Sequence | Mapping] = []
        self.keys: list[Scalar | None] = []  # the key that waits for its value, per open node
        self.seen: list[set[str]] = []  # the keys so far, per open node
        self.anchors: dict[str, tuple[Node, int]] = {}  # a finished node, with its size
        self.open_anchors: list[tuple[str | None, int]] = []  # name, nodes before it began
        self.root: Node | None = None
        self.nodes = 0
        self.read_to: Any = None  # the mark where the last event ended

    def build(self, text: str) -> Node | None:
        """The root node of the only document in the text."""
        parser = _LOADER(text)
        take: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._begin,
        }
        try:
            while (event := parser.get_event()) is not None:
                taken = take.get(type(event))
                if taken is not None:
                    taken(event)
                self.read_to = event.end_mark
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error) from None
        except yaml.YAMLError as error:
            raise whole(self.document.file, f"this is not YAML: {error}") from None
        finally:
            parser.dispose()
        return self.root

    def _not_yaml(self, error: yaml.MarkedYAMLError) -> AdvisorError:
        lines = self.document.lines
        mark = error.problem_mark or error.context_mark
        if mark and (place := self._too_deep(mark.line, mark.column)) is not None:
            return _at(self.document, *place, _TOO_DEEP, None)
        if mark and error.context_mark and mark.line >= len(lines):
            mark = error.context_mark  # what the end of the file leaves open begins here
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        if line > len(lines) > 0:
            line, column = len(lines), len(lines[-1]) + 1
        message = f"this is not YAML: {error.problem or error.context}"
        hint = None
        if (found := self.document.quoted(line)) and found[column - 1 :][:1] in _SIGNS:
            hint = "indent with spaces, and quote text that begins with a sign"
        return _at(self.document, line, column, message, hint)

    def _too_deep(self, line: int, column: int) -> tuple[int, int] | None:
        """Where our own limit is passed in what was read ahead, up to where the parser gave up.

        Parsers look far ahead of their events, and some have a limit of their own.
        """
        depth = len(self.stack)
        read_to = self.read_to
        first, start = (read_to.line, read_to.column) if read_to is not None else (0, 0)
        for number in range(first, min(line + 1, len(self.document.lines))):
            begin = start if number == first else 0
            end = column if number == line else None
            text = self.document.lines[number][begin:end]
            for bracket in _BRACKETS.finditer(text):
                depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(bracket[0], 0)
                if depth > MAX_DEPTH:
                    return number + 1, begin + bracket.start() + 1
        return None

    def fail(self, event: yaml.Event, message: str, hint: str | None = None) -> AdvisorError:
        """The error for something that YAML allows and this format does not."""
        return _at(self.document, *_place_of(event), message, hint)

    def _begin(self, event: yaml.DocumentStartEvent) -> None:
        if self.root is not None:
            raise self.fail(event, "a second document begins here", "keep one document per file")

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        mark: Any = event.start_mark
        node = Scalar(event.value, not event.style, mark.line + 1, mark.column + 1)
        if event.tag not in _NO_TAGS:
            raise self.fail(event, "tags are not allowed", "values are data: take the tag out")
        if event.style == '"' and unprintable(event.value) is not None:
            raise self.fail(event, "an escape here makes a control character", "take it out")
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._count(event, 0)
        if event.anchor:
            self.anchors[event.anchor] = (node, 1)
        self._place(event, node)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        if event.tag not in _NO_TAGS:
            raise self.fail(event, "tags are not allowed", "values are data: take the tag out")
        if len(self.stack) >= MAX_DEPTH:
            raise self.fail(event, _TOO_DEEP)
        line, column = _place_of(event)
        node: Sequence | Mapping
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        node = Mapping([], line, column) if is_mapping else Sequence([], line, column)
        self._place(event, node)
        self.open_anchors.append((event.anchor, self.nodes))
        self._count(event, 1)
        self.stack.append(node)
        self.keys.append(None)
        self.seen.append(set())

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        node = self.stack.pop()
        self.keys.pop()
        self.seen.pop()
        anchor, before = self.open_anchors.pop()
        if anchor:
            self.anchors[anchor] = (node, self.nodes - before)

    def _alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self.anchors:
            raise self.fail(event, f"*{event.anchor} stands for nothing complete yet")
        node, size = self.anchors[event.anchor]
        self._count(event, size)
        self._place(event, node)

    def _count(self, event: yaml.Event, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self.fail(event, "the file says too much, its aliases written out")

    def _place(self, event: yaml.Event, node: Node) -> None:
        """Put a node where the next one belongs: the root, a list, a key or a key's value."""
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self.keys[-1]
        if key is not None:
            parent.entries.append((key, node))
            self.keys[-1] = None
        elif not isinstance(node, Scalar):
            raise self.fail(event, "a key must be a single text")
        elif node.text in self.seen[-1]:
            raise self.fail(event, f"the key '{node.text}' stands here twice", "keep one of them")
        else:
            self.seen[-1].add(node.text)
            self.keys[-1] = node
