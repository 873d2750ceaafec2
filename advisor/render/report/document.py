"""What a document is made of, before it is Markdown or HTML: sections of blocks of text.

A report is composed once, as a document; each writer spells the same sentences in its own markup.
All text is data: a writer escapes it, and the only links there are lead to an anchor of the same
document.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from advisor.model.errors import Location


class Link(NamedTuple):
    """A piece of text that leads to an anchor of the document."""

    text: str
    to: str  # an anchor: letters, digits and hyphens
    label: str = ""  # what a screen reader says for it, where the text is too short to tell


class Strong(NamedTuple):
    """A piece of text that stands out."""

    text: str


Inline = str | Link | Strong
Text = tuple[Inline, ...]


class Paragraph(NamedTuple):
    """A paragraph; its role is one of "", "lead", "aside", "plain" and "digest"."""

    text: Text
    role: str = ""


class Bullets(NamedTuple):
    """A list, numbered if it has a number to start from; anchors, if any, are one for each item."""

    items: tuple[Text, ...]
    start: int | None = None
    anchors: tuple[str, ...] = ()


class Terms(NamedTuple):
    """Labels with what is said under each: one text, or several as a list."""

    pairs: tuple[tuple[str, tuple[Text, ...]], ...]


class Cell(NamedTuple):
    """A cell of a table, with what it is sorted by: a number, or its own text if None."""

    text: Text
    key: float | None = None


class Table(NamedTuple):
    """A table that can be sorted by each column; the first cell of a row is its heading."""

    anchor: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    anchors: tuple[str, ...] = ()  # one for each row, if any


class TreeNode(NamedTuple):
    """A statement in a tree, with what is said about it, and what it rests on."""

    text: Text
    remark: Text = ()
    children: tuple[TreeNode, ...] = ()


class Fold(NamedTuple):
    """A tree that stays closed until it is asked for, as by a link to its anchor."""

    summary: str
    nodes: tuple[TreeNode, ...]
    anchor: str = ""


class Bar(NamedTuple):
    """A bar of a chart, with its length as a share of the whole."""

    label: str
    share: float
    value: str


class Chart(NamedTuple):
    """A picture of bars, and the same in words."""

    anchor: str
    title: str
    description: str
    bars: tuple[Bar, ...]


class Code(NamedTuple):
    """A file, or a piece of one, line by line."""

    text: str
    label: str  # what it is, for a screen reader


class Shade(NamedTuple):
    """A coloured cell with its number in it."""

    text: str
    key: float  # what it is sorted by
    hue: str  # a class of the style: "plain", "gives", "takes" or "both"
    depth: int  # of the colour, from 0 to 5


class HeatMap(NamedTuple):
    """A table of numbers with coloured cells; columns have a short name and a full one."""

    anchor: str
    caption: str
    corner: str  # what the rows are
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Text, tuple[Shade, ...]], ...]


class Box(NamedTuple):
    """A box of a picture; in a graph to walk in, it leads to an anchor of the document."""

    anchor: str
    to: str
    lines: tuple[str, ...]  # what stands in it
    label: str  # what a screen reader says for it, and a pointer shows
    kind: str  # a class of the style
    middle: tuple[float, float]
    size: tuple[float, float]
    marked: bool = False  # there is a finding about it


class Arrow(NamedTuple):
    """An arrow from one box to another, by their places."""

    tail: int
    head: int
    label: str
    curve: tuple[tuple[float, float], ...]  # the points of Bezier curves, end to end
    dashed: bool


class Graph(NamedTuple):
    """A picture of boxes and arrows, and the same in words."""

    anchor: str
    title: str
    description: str
    size: tuple[float, float]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    legend: tuple[tuple[str, str], ...]  # kinds of boxes, with what they are
    folded: bool = False  # closed until it is asked for


class Diagram(NamedTuple):
    """A still picture of boxes and arrows, and the same in words."""

    anchor: str
    title: str
    description: str
    size: tuple[float, float]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


class MapPlace(NamedTuple):
    """A place on a map, by an outline or, where it is too small for one, by a dot."""

    outline: str  # an SVG path; empty for a dot
    dot: tuple[int, int]
    label: str = ""  # what a screen reader says for it, and a pointer shows; none for mere land
    to: str = ""  # an anchor, if it leads to one
    depth: int = 0  # of the colour, from 0 to 5


class Map(NamedTuple):
    """A map whose places lead to anchors of the document, and the same in words."""

    anchor: str
    title: str
    description: str
    size: tuple[int, int]
    places: tuple[MapPlace, ...]
    legend: tuple[tuple[int, str], ...]  # depths of colour, with what they stand for


class Notice(NamedTuple):
    """Something said of a place in a line, with blocks that open below it."""

    anchor: str
    where: Location
    label: str  # what stands out: "error[check]"
    kind: str  # a class of the style: a severity, or "allowed"
    text: Text
    more: tuple[Block, ...] = ()


class Form(NamedTuple):
    """A table to be filled in by hand: heads of columns, and labels of rows."""

    anchor: str
    caption: str
    heads: tuple[str, ...]
    labels: tuple[str, ...]


class Section(NamedTuple):
    """A heading with blocks under it, and further sections within."""

    anchor: str
    title: str
    blocks: tuple[Block, ...] = ()
    parts: tuple[Section, ...] = ()


Block = (
    Paragraph
    | Bullets
    | Terms
    | Table
    | Fold
    | Chart
    | Code
    | HeatMap
    | Graph
    | Diagram
    | Map
    | Notice
    | Form
)


class Document(NamedTuple):
    """A whole document."""

    title: str
    subtitle: str
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    colophon: str
    annex: tuple[Section, ...] = ()  # begins on a page of its own
    contents: bool = True  # whether it is so long that a list of its sections helps


def text(*parts: Inline | Text) -> Text:
    """One text from pieces and texts, the empty ones left out."""
    found: list[Inline] = []
    for part in parts:
        if isinstance(part, str | Link | Strong):
            found += [part] if part else []
        else:
            found += part
    return tuple(found)


def joined(texts: Iterable[Text], between: str = " ") -> Text:
    """The texts as one, with something between each two."""
    found: list[Inline] = []
    for part in texts:
        if part:
            found += [between, *part] if found else part
    return tuple(found)
