"""Turns a document into Markdown; text is data, so its markup is spelled out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from advisor.render.report.document import (
    Bullets,
    Cell,
    Chart,
    Code,
    Document,
    Fold,
    Graph,
    HeatMap,
    Inline,
    Node,
    Paragraph,
    Section,
    Strong,
    Table,
    Terms,
    Text,
)
from advisor.render.report.markdown import plain

_DEEPEST: Final = 6  # a heading
_MOST_INDENT: Final = 20  # levels of a list; deeper ones stand on this


def document(one: Document) -> str:
    """The whole document."""
    lines = [f"# {plain(one.title)}", "", f"**{plain(one.subtitle)}**", ""]
    for paragraph in one.opening:
        lines += _paragraph(paragraph)
    for section in one.sections:
        lines += _section(section, 2)
    return "\n".join([*lines, plain(one.colophon)]) + "\n"


def _section(one: Section, level: int) -> Iterator[str]:
    yield f"{'#' * min(level, _DEEPEST)} {plain(one.title)}"
    yield ""
    for block in one.blocks:
        yield from _BLOCKS[type(block)](block)
    for part in one.parts:
        yield from _section(part, level + 1)


def inline(of: Text) -> str:
    """A text with its markup; what it links to is named by its number."""
    whole = "".join(_marked(part) for part in of).strip()
    return whole.replace("****", "")


def _marked(part: Inline) -> str:
    if isinstance(part, str):
        return _kept(part)
    if isinstance(part, Strong):
        return f"**{plain(part.text)}**"
    return plain(part.text)


def _kept(part: str) -> str:
    """Plain text with the blanks at both ends that part it from its neighbours."""
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() and part.strip() else ""
    return before + plain(part) + after


def _paragraph(one: Paragraph) -> Iterable[str]:
    return (inline(one.text), "")


def _bullets(one: Bullets) -> Iterator[str]:
    for place, item in enumerate(one.items):
        mark = "-" if one.start is None else f"{one.start + place}."
        yield f"{mark} {inline(item)}"
    yield ""


def _terms(one: Terms) -> Iterator[str]:
    for label, texts in one.pairs:
        if len(texts) == 1:
            yield f"- **{plain(label)}.** {inline(texts[0])}"
        else:
            yield f"- **{plain(label)}.**"
            yield from (f"  - {inline(each)}" for each in texts)
    yield ""


def _table(one: Table) -> Iterator[str]:
    yield f"*{plain(one.caption)}*"
    yield ""
    yield f"| {' | '.join(map(plain, one.heads))} |"
    yield "|---" * len(one.heads) + "|"
    for row in one.rows:
        yield f"| {' | '.join(inline(cell.text) for cell in row)} |"
    yield ""


def _fold(one: Fold) -> Iterator[str]:
    yield f"**{plain(one.summary)}**"
    yield ""
    for node in one.nodes:
        yield from _node(node, 0)
    yield ""


def _node(one: Node, depth: int) -> Iterator[str]:
    remark = f" {inline(one.remark)}" if one.remark else ""
    yield f"{'  ' * min(depth, _MOST_INDENT)}- {inline(one.text)}{remark}"
    for child in one.children:
        yield from _node(child, depth + 1)


def _chart(one: Chart | Graph) -> Iterator[str]:
    yield f"*{plain(one.title)}*"
    yield ""
    yield plain(one.description)
    yield ""


def _code(one: Code) -> Iterator[str]:
    yield from (f"    {line}" for line in one.text.rstrip("\n").split("\n"))
    yield ""


def _heat_map(one: HeatMap) -> Iterator[str]:
    rows = tuple(
        (Cell(name), *(Cell((shade.text,), shade.key) for shade in shades))
        for name, shades in one.rows
    )
    heads = (one.corner, *(short for short, _ in one.columns))
    yield from _table(Table(one.anchor, one.caption, heads, rows))


_BLOCKS: Final[Mapping[type, Callable[[Any], Iterable[str]]]] = {
    Paragraph: _paragraph,
    Bullets: _bullets,
    Terms: _terms,
    Table: _table,
    Fold: _fold,
    Chart: _chart,
    Graph: _chart,
    Code: _code,
    HeatMap: _heat_map,
}
