"""Turns a document into text for a terminal or a pipe: plain lines, wrapped, nothing cropped."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from rich.cells import cell_len
from rich.console import Console

from advisor.render.report.document import (
    Block,
    Bullets,
    Chart,
    Code,
    Diagram,
    Document,
    Fold,
    Form,
    Graph,
    HeatMap,
    Map,
    Notice,
    Paragraph,
    Section,
    Table,
    Terms,
    Text,
    TreeNode,
)
from advisor.render.terminal.page import Page, wrapped

_STYLES: Final = {"lead": "bold", "aside": "dim", "plain": "bold", "digest": "", "": ""}
_KINDS: Final = {"error": "bold red", "warning": "bold yellow"}
_HEADINGS: Final = ("bold", "cyan", "dim")
_WIDEST_LABEL: Final = 12
_LABEL: Final = 40  # of a row in a table of signs
_NARROWEST: Final = 20
_CELL: Final = 2  # between its columns
_DEEPEST: Final = 10  # levels of a tree that are told apart


def document(console: Console, report: Document) -> None:
    """The whole document on a screen."""
    page = Page(console.width)
    page.line(report.title, "bold")
    page.line(report.subtitle)
    for block in report.opening:
        _block(page, block)
    for section in report.sections:
        _section(page, section, 0)
    if report.annex:
        page.heading("ANNEX")
    for section in report.annex:
        _section(page, section, 0)
    if report.colophon:
        page.line()
        page.line(report.colophon, "dim")
    page.print(console)


def _section(page: Page, section: Section, level: int) -> None:
    page.line()
    page.line(section.title, _HEADINGS[min(level, len(_HEADINGS) - 1)])
    for block in section.blocks:
        _block(page, block)
    for part in section.parts:
        _section(page, part, level + 1)


def _block(page: Page, block: Block) -> None:
    _BLOCKS[type(block)](page, block)


def _plain(of: Text) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in of).strip()


def _paragraph(page: Page, paragraph: Paragraph) -> None:
    page.line(_plain(paragraph.text), _STYLES[paragraph.role])


def _bullets(page: Page, bullets: Bullets) -> None:
    for place, item in enumerate(bullets.items):
        mark = "- " if bullets.start is None else f"{bullets.start + place}. "
        page.item(mark, _plain(item), 0)


def _terms(page: Page, terms: Terms) -> None:
    width = max((cell_len(label) for label, _ in terms.pairs), default=0) + 2
    for label, texts in terms.pairs:
        for place, each in enumerate(texts):
            if width <= _WIDEST_LABEL:
                page.row("" if place else label, _plain(each), width)
            elif len(texts) == 1:
                page.item(f"{label}: ", _plain(each), 0)
            else:
                if not place:
                    page.line(f"{label}:", "dim")
                page.item("- ", _plain(each), 2)


def _table(page: Page, table: Table) -> None:
    page.line(table.caption, "dim")
    for first, *rest in table.rows:
        page.item("- ", _plain(first.text), 0)
        for head, cell in zip(table.heads[1:], rest, strict=True):
            page.item(f"{head}: ", _plain(cell.text), 2)


def _heat_map(page: Page, heat_map: HeatMap) -> None:
    """An aligned table; where the screen is too narrow for it, a list of what is not plain."""
    heads = [short for short, _ in heat_map.columns]
    texts = [heads, *([shade.text for shade in shades] for _, shades in heat_map.rows)]
    widths = [max(map(cell_len, each)) + _CELL for each in zip(*texts, strict=True)]
    names = [_plain(name) for name, _ in heat_map.rows]
    longest = max((cell_len(name) for name in (*names, heat_map.corner)), default=0)
    label = min(longest, page.width - sum(widths), _LABEL)
    page.line(heat_map.caption, "dim")
    if page.plain or label < min(longest, _NARROWEST):
        for name, (_, shades) in zip(names, heat_map.rows, strict=True):
            pairs = zip(heads, shades, strict=True)
            told = [f"{shade.text} {head}" for head, shade in pairs if shade.hue != "plain"]
            page.item(f"{name}: ", "; ".join(told), 0)
        return
    cells = "".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True))
    *above, last = wrapped(heat_map.corner, label, label)
    for part in above:
        page.line(part, "dim")
    page.text.append(f"{last:<{label}}{cells}\n", "dim")
    for name, (_, shades) in zip(names, heat_map.rows, strict=True):
        *above, last = wrapped(name, label, label)
        for part in above:
            page.line(part)
        row = "".join(f"{s.text:>{width}}" for s, width in zip(shades, widths, strict=True))
        page.text.append(f"{last}{' ' * (label - cell_len(last))}{row}\n")


def _picture(page: Page, picture: Chart | Graph | Diagram | Map) -> None:
    page.line(picture.title, "dim")
    page.line(picture.description)


def _fold(page: Page, fold: Fold) -> None:
    page.line(f"{fold.summary}:", "dim")
    for node in fold.nodes:
        _node(page, node, 0)


def _node(page: Page, node: TreeNode, depth: int) -> None:
    remark = f" {_plain(node.remark)}" if node.remark else ""
    page.item("- ", _plain(node.text) + remark, 2 * min(depth, _DEEPEST))
    for child in node.children:
        _node(page, child, depth + 1)


def _code(page: Page, code: Code) -> None:
    for line in code.text.rstrip("\n").split("\n"):
        page.code(line, 4)


def _notice(page: Page, notice: Notice) -> None:
    style = _KINDS.get(notice.kind, "bold")
    page.finding(notice.where, notice.label, _plain(notice.text), style)
    with page.indented(2) if notice.more else contextlib.nullcontext():
        for block in notice.more:
            _block(page, block)


def _form(page: Page, form: Form) -> None:
    page.line(f"{form.caption}: {', '.join(form.labels)}.")


_BLOCKS: Final[Mapping[type, Callable[[Page, Any], None]]] = {
    Paragraph: _paragraph,
    Bullets: _bullets,
    Terms: _terms,
    Table: _table,
    Fold: _fold,
    Chart: _picture,
    Graph: _picture,
    Diagram: _picture,
    Map: _picture,
    Code: _code,
    HeatMap: _heat_map,
    Notice: _notice,
    Form: _form,
}
