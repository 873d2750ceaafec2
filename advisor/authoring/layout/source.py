"""Turns the text of a YAML file into pieces that keep how they were written, and its comments.

The loader's nodes say what a file means; these say how it looks: quotes, braces, anchors, and the
text of each scalar as it stands. Comments are whatever begins with # outside every scalar.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from advisor.loader import yamlfile

_PROPERTIES: Final = re.compile(r"(?:[ \n]|#[^\n]*|&[\w-]+|![ \n])*")
_BEFORE_OWN: Final = re.compile(
    r"[\s\-?:]*([&!][\w-]*\s*)*"
)  # what may precede a comment's own line


class Comment(msgspec.Struct):
    """A comment, from its # on."""

    text: str
    index: int
    column: int
    own: bool  # nothing but dashes and the like stands before it on its line
    blank: bool  # the line above is blank
    header: bool = False  # stands behind the | or > of a block of text


class SourcePiece(msgspec.Struct):
    """A scalar, an alias or a collection, as it was written."""

    kind: str  # "scalar", "alias", "mapping" or "list"
    start: int
    end: int
    column: int
    raw: str = ""  # of a scalar or an alias
    value: str = ""  # of a scalar, what it means
    style: str = ""  # of a scalar: its quote, | or >, or nothing
    anchor: str | None = None
    flow: bool = False
    one_line: bool = True
    commented: bool = False  # a flow collection with a comment in it
    entries: list[Entry] = []
    tail: list[Comment] = []  # after the last entry
    owner: Entry | None = None  # whose value this is


class Entry(msgspec.Struct):
    """An item of a list, or a key with its value."""

    home: SourcePiece
    value: SourcePiece
    key: SourcePiece | None = None
    blank: bool = False  # the line above is blank
    lead: list[Comment] = []
    trailing: Comment | None = None

    @property
    def begin(self) -> int:
        """Where its key or its value begins."""
        return (self.key or self.value).start


class ParsedFile(msgspec.Struct):
    """A file as pieces and comments, neither attached to the other yet."""

    root: SourcePiece | None
    comments: list[Comment]
    entries: list[Entry]  # in order of place


def read(text: str) -> ParsedFile:
    """The pieces and comments of a text that the loader has accepted."""
    return _PieceBuilder(text).build()


class _PieceBuilder:
    """Builds pieces from the parser's events, on a stack of its own."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = _starts(text)
        self.spans: list[tuple[int, int, bool]] = []  # of scalars; true for a block of text
        self.stack: list[SourcePiece] = []
        self.keys: list[SourcePiece | None] = []
        self.entries: list[Entry] = []
        self.root: SourcePiece | None = None

    def build(self) -> ParsedFile:
        """Everything in the text."""
        for event in yamlfile.events(self.text):
            name = type(event).__name__
            if name in {"ScalarEvent", "AliasEvent"}:
                self._place(self._leaf(event, "scalar" if name == "ScalarEvent" else "alias"))
            elif name in {"MappingStartEvent", "SequenceStartEvent"}:
                piece = self._collection(event, "mapping" if name[0] == "M" else "list")
                self._place(piece)
                self.stack.append(piece)
                self.keys.append(None)
            elif name in {"MappingEndEvent", "SequenceEndEvent"}:
                self._close(event)
        self.entries.sort(key=lambda entry: entry.begin)
        return ParsedFile(self.root, self._comments(), self.entries)

    def _piece(self, event: Any, kind: str) -> SourcePiece:
        start = event.start_mark.index
        if kind != "alias" and (event.anchor or event.tag):
            match = _PROPERTIES.match(self.text, start)
            start = min(match.end(), max(event.end_mark.index, start)) if match else start
            if kind in {"mapping", "list"}:
                start = match.end() if match else start
        end = max(event.end_mark.index, start)
        column = start - self.starts[self._line(start)]
        anchor = event.anchor if kind != "alias" else None
        return SourcePiece(kind, start, end, column, anchor=anchor)

    def _leaf(self, event: Any, kind: str) -> SourcePiece:
        piece = self._piece(event, kind)
        piece.raw = self.text[piece.start : piece.end]
        if kind == "scalar":
            piece.value = event.value
            piece.style = event.style or ""
            self.spans.append((piece.start, piece.end, piece.style in "|>" and piece.style != ""))
        piece.one_line = "\n" not in piece.raw
        return piece

    def _collection(self, event: Any, kind: str) -> SourcePiece:
        piece = self._piece(event, kind)
        piece.flow = bool(event.flow_style)
        return piece

    def _close(self, event: Any) -> None:
        piece = self.stack.pop()
        self.keys.pop()
        piece.end = event.end_mark.index
        piece.one_line = self._line(piece.start) == self._line(max(piece.end - 1, piece.start))

    def _line(self, index: int) -> int:
        """The number of the line that a place is on, from 0."""
        low, high = 0, len(self.starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.starts[middle] <= index else (low, middle)
        return low

    def _place(self, piece: SourcePiece) -> None:
        if not self.stack:
            self.root = piece
            return
        home = self.stack[-1]
        if home.kind == "mapping" and self.keys[-1] is None:
            self.keys[-1] = piece
            return
        entry = Entry(home, piece, self.keys[-1])
        entry.blank = self._blank_above(self._line(entry.begin))
        self.keys[-1] = None
        piece.owner = entry
        home.entries.append(entry)
        self.entries.append(entry)

    def _blank_above(self, line: int) -> bool:
        return line > 0 and not self.lines[line - 1].strip()

    def _comments(self) -> list[Comment]:
        """All comments: from a # outside of scalars to the end of its line."""
        found = []
        place = 0
        for start, end, block in [*sorted(self.spans), (len(self.text), len(self.text), False)]:
            while (index := self.text.find("#", place, start)) >= 0:
                place = self._end_of_line(index)
                if not self._is_directive(index):
                    found.append(self._comment(index, place))
            if block and (index := self.text.find("#", start, self._end_of_line(start))) >= 0:
                comment = self._comment(index, self._end_of_line(index))
                comment.header = True
                found.append(comment)
            place = max(place, end)
        return found

    def _end_of_line(self, index: int) -> int:
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end

    def _is_directive(self, index: int) -> bool:
        """Whether a # stands in a line such as %TAG, and is no comment there."""
        line = self._line(index)
        before = self.text[index - 1 : index]
        return self.lines[line].startswith("%") and before not in {" ", ""}

    def _comment(self, index: int, end: int) -> Comment:
        line = self._line(index)
        column = index - self.starts[line]
        own = bool(_BEFORE_OWN.fullmatch(self.lines[line][:column]))
        text = self.text[index:end].rstrip()
        return Comment(text, index, column, own, self._blank_above(line))


def _starts(text: str) -> list[int]:
    """Where each line begins."""
    return [0, *(match.end() for match in re.finditer("\n", text))]
