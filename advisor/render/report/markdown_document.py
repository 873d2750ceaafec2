"""Turns a document into Markdown; text is data, so its markup is spelled out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from advisor.render.report.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Code,
    Diagram,
    Document,
    Fold,
    Form,
    Graph,
    HeatMap,
    Inline,
    Map,
    Notice,
    Paragraph,
    Section,
    Strong,
    Table,
    Terms,
    Text,
    TreeNode,
)
from advisor.render.report.markdown import plain

_DEEPEST: Final = 6  # a heading
_MOST_INDENT: Final = 20  # levels of a list; deeper ones stand on this


def document(report: Document) -> str:
    """The whole document."""
    lines = [f"# {plain(report.title)}", "", f"**{plain(report.subtitle)}**", ""]
    lines += _written(report.opening)
    for section in report.sections:
        lines += _section(section, 2)
    if report.annex:
        lines += ["---", "", "# Annex", ""]
    for section in report.annex:
        lines += _section(section, 2)
    return "\n".join([*lines, plain(report.colophon)]).rstrip() + "\n"


def _section(section: Section, level: int) -> Iterator[str]:
    yield f"{'#' * min(level, _DEEPEST)} {plain(section.title)}"
    yield ""
    yield from _written(section.blocks)
    for part in section.parts:
        yield from _section(part, level + 1)


def _written(blocks: Iterable[Block]) -> Iterator[str]:
    """Blocks one after another; notices without more as one list."""
    lines: list[str] = []
    for block in blocks:
        if not isinstance(block, Notice) and lines and lines[-1].startswith("- **"):
            lines.append("")
        lines += _BLOCKS[type(block)](block)
    yield from lines if not lines or not lines[-1] else [*lines, ""]


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


def _paragraph(paragraph: Paragraph) -> Iterable[str]:
    return (inline(paragraph.text), "")


def _bullets(bullets: Bullets) -> Iterator[str]:
    for place, item in enumerate(bullets.items):
        mark = "-" if bullets.start is None else f"{bullets.start + place}."
        yield f"{mark} {inline(item)}"
    yield ""


def _terms(terms: Terms) -> Iterator[str]:
    for label, texts in terms.pairs:
        if len(texts) == 1:
            yield f"- **{plain(label)}.** {inline(texts[0])}"
        else:
            yield f"- **{plain(label)}.**"
            yield from (f"  - {inline(each)}" for each in texts)
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"*{plain(table.caption)}*"
    yield ""
    yield f"| {' | '.join(map(plain, table.heads))} |"
    yield "|---" * len(table.heads) + "|"
    for row in table.rows:
        yield f"| {' | '.join(inline(cell.text) for cell in row)} |"
    yield ""


def _fold(fold: Fold) -> Iterator[str]:
    yield f"**{plain(fold.summary)}**"
    yield ""
    for node in fold.nodes:
        yield from _node(node, 0)
    yield ""


def _node(node: TreeNode, depth: int) -> Iterator[str]:
    remark = f" {inline(node.remark)}" if node.remark else ""
    yield f"{'  ' * min(depth, _MOST_INDENT)}- {inline(node.text)}{remark}"
    for child in node.children:
        yield from _node(child, depth + 1)


def _chart(picture: Chart | Graph | Diagram | Map) -> Iterator[str]:
    yield f"*{plain(picture.title)}*"
    yield ""
    yield plain(picture.description)
    yield ""


def _code(code: Code) -> Iterator[str]:
    yield from (f"    {line}" for line in code.text.rstrip("\n").split("\n"))
    yield ""


def _heat_map(heat_map: HeatMap) -> Iterator[str]:
    rows = tuple(
        (Cell(name), *(Cell((shade.text,), shade.key) for shade in shades))
        for name, shades in heat_map.rows
    )
    heads = (heat_map.corner, *(short for short, _ in heat_map.columns))
    yield from _table(Table(heat_map.anchor, heat_map.caption, heads, rows))


def _notice(notice: Notice) -> Iterator[str]:
    yield f"- **{plain(notice.label)}** {plain(str(notice.where))}: {inline(notice.text)}"
    more = [*_written(notice.more)]
    yield from ["", *(f"  {line}".rstrip() for line in more)] if more else ()


def _form(form: Form) -> Iterator[str]:
    rows = tuple((Cell((label,)), *(Cell(()) for _ in form.heads[1:])) for label in form.labels)
    yield from _table(Table(form.anchor, form.caption, form.heads, rows))


_BLOCKS: Final[Mapping[type, Callable[[Any], Iterable[str]]]] = {
    Paragraph: _paragraph,
    Bullets: _bullets,
    Terms: _terms,
    Table: _table,
    Fold: _fold,
    Chart: _chart,
    Graph: _chart,
    Diagram: _chart,
    Map: _chart,
    Code: _code,
    HeatMap: _heat_map,
    Notice: _notice,
    Form: _form,
}
