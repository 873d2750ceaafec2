"""Turns a document into a Word file (Office Open XML), to be edited.

Needs python-docx, the extra `docx`. Pictures are told in words; the same document gives the same
bytes.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from advisor.model.errors import AdvisorError, Problem, cleaned
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
    Strong,
    Table,
    Terms,
    Text,
    TreeNode,
)

try:
    import docx
    from docx.document import Document as File
    from docx.enum.text import WD_BREAK
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as Written
except ImportError as missing:
    raise AdvisorError(
        Problem(
            message=f"a Word file needs the package python-docx: {missing}",
            hint="install this program with its extra 'docx', as its README tells",
        )
    ) from None

_DATED: Final = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)  # the first that a ZIP can hold
_SOFT: Final = RGBColor(0x4D, 0x56, 0x61)
_SHADES: Final = {"gives": "C3DBF3", "takes": "F9CFAE", "both": "D9CBEC"}
_MARGIN: Final = Mm(17)
_LABEL: Final = Mm(17)  # a handle
_WIDE_LABEL: Final = Mm(36)
_SHORT: Final = 10  # characters of a label that is a handle or the like
_INDENT: Final = Mm(5)
_FILLED_IN: Final = Mm(8)  # room to write in a form by hand
_DEEPEST: Final = 8  # levels of a tree that are told apart
_LEVELS: Final = 9  # of headings
_FONT: Final = "Calibri"
_HEADINGS: Final = {
    "Title": (20, 0),
    "Heading 1": (13, 9),
    "Heading 2": (11, 6),
    "Heading 3": (10, 5),
}
_WIDE: Final = Mm(176)  # of a table: the page between its margins
_LONGEST: Final = 50  # characters of a cell beyond which its column grows no wider
_ROOM: Final = 3  # characters that a cell's margins take


def document(report: Document) -> bytes:
    """The whole document."""
    file = _blank(report)
    file.add_heading(cleaned(report.title), 0)
    _paragraph(file, Paragraph((report.subtitle,), "aside"))
    for block in report.opening:
        _block(file, block)
    for section in report.sections:
        _section(file, section, 1)
    if report.annex:
        file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        file.add_heading("Annex", 0)
    for section in report.annex:
        _section(file, section, 1)
    _paragraph(file, Paragraph((report.colophon,), "aside"))
    return _packed(file)


def _blank(report: Document) -> File:
    """An empty file of A4, without a date or an author of its own."""
    file = docx.Document()
    for page in file.sections:
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = _MARGIN
        page.top_margin = page.bottom_margin = _MARGIN
    normal: Any = file.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(10)
    normal.paragraph_format.space_after = Pt(3)
    normal.paragraph_format.line_spacing = 1.0
    for name, (size, before) in _HEADINGS.items():
        heading: Any = file.styles[name]
        heading.font.size = Pt(size)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = (
            Pt(before),
            Pt(3),
        )
    about = file.core_properties
    about.title = cleaned(report.title)
    about.author = about.comments = ""
    about.created = about.modified = _DATED
    return file


def _packed(file: File) -> bytes:
    """The bytes of a file, whose parts bear no time of day."""
    written, packed = io.BytesIO(), io.BytesIO()
    file.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(packed, "w") as out:
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name, _DATED.timetuple()[:6])
            out.writestr(entry, parts.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _section(file: File, section: Section, level: int) -> None:
    file.add_heading(cleaned(section.title), min(level, _LEVELS))
    for block in section.blocks:
        _block(file, block)
    for part in section.parts:
        _section(file, part, level + 1)


def _block(file: File, block: Block) -> None:
    _BLOCKS[type(block)](file, block)


def _said(part: Any) -> str:
    """The words of a part of a text."""
    return cleaned(part if isinstance(part, str) else part.text)


def _runs(to: Written, of: Text) -> Written:
    """Adds a text to a paragraph."""
    for part in of:
        run = to.add_run(_said(part))
        run.bold = True if isinstance(part, Strong) else None
    return to


def _paragraph(file: File, paragraph: Paragraph) -> None:
    written = _runs(file.add_paragraph(), paragraph.text)
    for run in written.runs:
        if paragraph.role == "lead":
            run.font.size = Pt(12)
        if paragraph.role == "aside":
            run.font.color.rgb = _SOFT


def _bullets(file: File, bullets: Bullets) -> None:
    for place, item in enumerate(bullets.items):
        if bullets.start is None:
            _runs(file.add_paragraph(style="List Bullet"), item)
        else:
            _labelled(file, f"{bullets.start + place}.", item, _LABEL)


def _labelled(file: File, label: str, of: Text, width: int) -> None:
    """A text that hangs beside its label."""
    written = file.add_paragraph()
    form = written.paragraph_format
    form.left_indent, form.first_line_indent = width, -width
    form.tab_stops.add_tab_stop(width)
    written.add_run(f"{cleaned(label)}\t").bold = True
    _runs(written, of)


def _terms(file: File, terms: Terms) -> None:
    short = all(len(label) <= _SHORT for label, _ in terms.pairs)
    for label, texts in terms.pairs:
        for place, each in enumerate(texts):
            named = "" if place else label
            _labelled(file, named, each, _LABEL if short else _WIDE_LABEL)


def _grid(
    file: File, caption: str, heads: Sequence[str], rows: Iterable[Sequence[Text]]
) -> list[Sequence[_Cell]]:
    """A table under its caption, whose head is said again on each page; gives the cells."""
    title = _runs(file.add_paragraph(), (Strong(caption),))
    title.paragraph_format.keep_with_next = True
    said = [tuple((Strong(head),) for head in heads), *map(tuple, rows)]
    table = file.add_table(rows=len(said), cols=len(heads), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _widths(said), strict=True):
        column.width = width
    found = []
    for row, texts in zip(table.rows, said, strict=True):
        _set(row, "w:cantSplit")
        found.append(row.cells)
        for cell, of, column in zip(row.cells, texts, table.columns, strict=True):
            cell.width = column.width
            _runs(cell.paragraphs[0], of).paragraph_format.space_after = 0
    _set(table.rows[0], "w:tblHeader")
    file.add_paragraph().paragraph_format.space_after = 0
    return found[1:]


def _set(row: Any, property_: str) -> None:
    """Says of a row that it is not split over pages, or that it is said again on each."""
    element = OxmlElement(property_)
    element.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(element)


def _widths(rows: Sequence[Sequence[Text]]) -> list[int]:
    """How wide each column is: as its texts ask for on average, and so that no word is parted."""
    asked = []
    for column in zip(*rows, strict=True):
        texts = ["".join(map(_said, text)) for text in column]
        words = max(len(word) for text in texts for word in text.split() or ("",))
        asked.append(max(_ROOM + words, min(_LONGEST, sum(map(len, texts)) / len(texts))))
    return [int(_WIDE * each / sum(asked)) for each in asked]


def _table(file: File, table: Table) -> None:
    _grid(file, table.caption, table.heads, ([cell.text for cell in row] for row in table.rows))


def _heat_map(file: File, heat_map: HeatMap) -> None:
    heads = (heat_map.corner, *(short for short, _ in heat_map.columns))
    texts = [(name, *((shade.text,) for shade in shades)) for name, shades in heat_map.rows]
    cells = _grid(file, heat_map.caption, heads, texts)
    for (_, *row), (_, shades) in zip(cells, heat_map.rows, strict=True):
        for cell, shade in zip(row, shades, strict=True):
            if shade.hue in _SHADES:
                colour = OxmlElement("w:shd")
                colour.set(qn("w:val"), "clear")
                colour.set(qn("w:fill"), _SHADES[shade.hue])
                cell._tc.get_or_add_tcPr().append(colour)


def _picture(file: File, picture: Chart | Graph | Diagram | Map) -> None:
    title = _runs(file.add_paragraph(), (Strong(picture.title),))
    title.paragraph_format.keep_with_next = True
    _runs(file.add_paragraph(), (picture.description,))


def _fold(file: File, fold: Fold) -> None:
    _runs(file.add_paragraph(), (Strong(fold.summary),))
    for node in fold.nodes:
        _node(file, node, 0)


def _node(file: File, node: TreeNode, depth: int) -> None:
    remark = (" ", *node.remark) if node.remark else ()
    written = _runs(file.add_paragraph(style="List Bullet"), (*node.text, *remark))
    written.paragraph_format.left_indent = _INDENT * (1 + min(depth, _DEEPEST))
    for child in node.children:
        _node(file, child, depth + 1)


def _code(file: File, code: Code) -> None:
    for line in code.text.rstrip("\n").split("\n"):
        _runs(file.add_paragraph(style="No Spacing"), (line,))


def _notice(file: File, notice: Notice) -> None:
    said = (f"{notice.where}: ", Strong(notice.label), " ", *notice.text)
    _runs(file.add_paragraph(style="List Bullet"), said)
    for block in notice.more:
        _block(file, block)


def _form(file: File, form: Form) -> None:
    empty = [((label,), *(("",) for _ in form.heads[1:])) for label in form.labels]
    for cells in _grid(file, form.caption, form.heads, empty):
        cells[0].paragraphs[0].paragraph_format.space_after = _FILLED_IN


_BLOCKS: Final[Mapping[type, Callable[[File, Any], None]]] = {
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
