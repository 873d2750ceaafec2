"""Turns a survey into a document: on a screen its first rows; on a page a map, and all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from advisor import __version__
from advisor.answers.survey import AdviceCell as Given
from advisor.answers.survey import AdviceColumn, Survey, Surveyed, SurveyLine
from advisor.model import english, plurals
from advisor.render.report import world
from advisor.render.report.document import (
    Block,
    Bullets,
    Cell,
    Document,
    Fold,
    HeatMap,
    Link,
    Map,
    MapPlace,
    Paragraph,
    Section,
    Shade,
    Table,
    TreeNode,
    text,
)

_ROWS: Final = 10  # of a screen
_NAME: Final = 24  # cells for a name on it
_CELL: Final = 6  # and for a column
_LONGEST: Final = 3  # kinds or reasons that a row names
_DEPTHS: Final = {"low": 1, "moderate": 3, "high": 5}
_STEPS: Final = (1, 2, 4, 7, 11)  # kinds of advice from which a colour is deeper


def screen(result: Survey, width: int | None, *, long: bool) -> Document:
    """What a terminal of so many columns has; of no width, an outline. `long`: every client."""
    given = [client for client in result.clients if client.cells]
    shown = given if long else given[:_ROWS]
    blocks: list[Block] = [_matrix(result, shown, width) if width else _outline(shown, long)]
    if long and width:
        blocks.append(_outline(shown, long))
    left = len(given) - len(shown)
    if left:
        more = english.counted(left, f"more {result.kind}")
        blocks.append(
            Paragraph(text(f"And {more}: --long. One in full: advisor advise --for ID"), "aside")
        )
    return Document(
        title=_title(result),
        subtitle=f"{result.title}: {_lead(result)}.",
        opening=(*_order(result), *(blocks if given else ())),
        sections=(),
        colophon="",
    )


def page(result: Survey) -> Document:
    """The whole survey, with a map on which a client opens its advice."""
    given = [client for client in result.clients if client.cells]
    sections = [_map(result)] if any(world.has(surveyed.code) for surveyed in given) else []
    of_map = " The map is Natural Earth's." if sections else ""
    if given:
        matrix = _heat_map(result, given, result.columns, links=True)
        sections.append(Section("matrix", f"{_many(result)} by advice".capitalize(), (matrix,)))
        sections.append(_kinds(result))
        folds = tuple(map(_fold, given))
        sections.append(Section("clients", f"What each {result.kind} is given", folds))
    return Document(
        title=_title(result),
        subtitle=result.title,
        opening=(
            Paragraph(text(english.sentence(_lead(result))), "lead"),
            *_order(result),
        ),
        sections=tuple(sections),
        colophon=f"Made by advisor {__version__}.{of_map}",
    )


def _many(result: Survey) -> str:
    return plurals.plural(result.kind)


def _title(result: Survey) -> str:
    return f"A survey of {english.counted(len(result.clients), result.kind)}"


def _lead(result: Survey) -> str:
    """How many are given advice, and of how many kinds."""
    given = [client for client in result.clients if client.cells]
    if not given:
        return "none is given any advice"
    pieces = sum(len(cell.pieces) for surveyed in given for cell in surveyed.cells)
    kinds = english.counted(len(result.columns), "kind")
    are = "is" if len(given) == 1 else "are"
    amount = english.counted(pieces, "piece")
    return f"{len(given):,} {are} given {amount} of advice, of {kinds}"


def _order(result: Survey) -> Iterator[Paragraph]:
    """By what the rows are ordered, and with whom each is compared, where there are several."""
    says = f"First comes what few of the {_many(result)} are given."
    if result.alike:
        said = english.listing(f"“{one}”" for one in result.alike)
        says = (
            f"First comes what few {_many(result)} like it are given: those of which {said} tells "
            "the same, or all where there is no other."
        )
    if sum(bool(client.cells) for client in result.clients) > 1:
        yield Paragraph(text(says), "aside")


def _matrix(result: Survey, shown: Sequence[Surveyed], width: int) -> HeatMap:
    """As many kinds of advice as there is room for: what is most unusual in the rows."""
    most = max((width - _NAME) // _CELL - 1, 1)
    ranked = sorted(
        (
            (place, number, cell.advice)
            for number, row in enumerate(shown)
            for place, cell in enumerate(row.cells)
        )
    )
    kinds = list(dict.fromkeys(advice for *_, advice in ranked))[:most]
    columns = sorted(
        (column for column in result.columns if column.advice in kinds),
        key=lambda column: kinds.index(column.advice),
    )
    return _heat_map(result, shown, columns, links=False)


def _heat_map(
    result: Survey, shown: Sequence[Surveyed], columns: Sequence[AdviceColumn], *, links: bool
) -> HeatMap:
    """The rows shown, with a letter for the confidence and how many pieces there are."""
    kinds = {column.advice for column in columns}
    beyond = any(cell.advice not in kinds for row in shown for cell in row.cells)
    rows = []
    for row in shown:
        cells = {cell.advice: cell for cell in row.cells}
        shades = [_shade(cells.get(column.advice)) for column in columns]
        if beyond:
            more = sum(cell.advice not in kinds for cell in row.cells)
            shades.append(Shade(f"+{more}" if more else "", more, "plain", 0))
        name = Link(row.name, f"client-{row.client}") if links else row.name
        rows.append((text(name), tuple(shades)))
    told = "; ".join(f"{_head(n)} {column.advice}" for n, column in enumerate(columns))
    caption = f"H high, M moderate, L low confidence; a number: so many pieces. {told}"
    heads = [(_head(n), f"{column.says} ({column.advice})") for n, column in enumerate(columns)]
    more_heads = [("more", "further kinds")] if beyond else []
    return HeatMap("survey", caption, result.kind, (*heads, *more_heads), tuple(rows))


def _head(place: int) -> str:
    """a, b, ... z, aa, ab, ..."""
    rest, last = divmod(place, 26)
    return (_head(rest - 1) if rest else "") + chr(ord("a") + last)


def _shade(cell: Given | None) -> Shade:
    if cell is None:
        return Shade("", 0, "plain", 0)
    letter, count = cell.confidence[0].upper(), len(cell.pieces)
    depth = _DEPTHS[cell.confidence]
    return Shade(letter if count == 1 else f"{letter}{count}", depth + count / 1000, "gives", depth)


def _outline(shown: Sequence[Surveyed], long: bool) -> Bullets:
    """A line for each client: what is most unusual, or all of it with every line of advice."""
    return Bullets(tuple(text(f"{row.name}: {_told(row, long)}") for row in shown))


def _told(row: Surveyed, long: bool) -> str:
    if long:
        return " ".join(
            f"{line.says} ({line.confidence}; {_rarity(row, cell)})"
            for cell in row.cells
            for line in cell.lines
        )
    cells = row.cells[:_LONGEST]
    told = [f"{cell.advice} ({cell.confidence}, {_rarity(row, cell)})" for cell in cells]
    left = len(row.cells) - len(cells)
    return "; ".join([*told, *([f"{left} more"] if left else [])])


def _rarity(row: Surveyed, cell: Given) -> str:
    """How many others are given this too."""
    others = "like it" if row.alike else "others"
    return f"so {'is' if cell.given == 1 else 'are'} {cell.given} of {cell.among} {others}"


def _map(result: Survey) -> Section:
    """The map: the more kinds of advice, the deeper the colour; of one kind, by confidence."""
    one_kind = len(result.columns) == 1
    said = {}
    for row in result.clients:
        if row.code is None or not world.has(row.code):
            continue
        label = f"{row.name}: {_summed(row)}"
        depth = _depth(row, one_kind=one_kind)
        to = f"client-{row.client}" if row.cells else ""
        said[row.code] = MapPlace("", (0, 0), label, to, depth)
    if one_kind:
        legend = tuple((depth, f"{name} confidence") for name, depth in _DEPTHS.items())
    else:
        ends = [*(following - 1 for following in _STEPS[1:]), None]
        legend = tuple(
            (depth, f"{_range(first, last)} of advice")
            for depth, (first, last) in enumerate(zip(_STEPS, ends, strict=True), 1)
        )
    without = [row.name for row in result.clients if row.cells and not world.has(row.code)]
    missing = f" Not on it, for want of a code: {english.listing(without)}." if without else ""
    description = (
        f"Grey {_many(result)} are given no advice. What is too small for an outline is a dot. "
        f"A {result.kind} that is given advice leads to it, below, in words.{missing}"
    )
    title = "A map of who is given advice"
    drawn = Map("world", title, description, world.SIZE, world.places(said), legend)
    return Section("map", "On the map", (drawn,))


def _range(first: int, last: int | None) -> str:
    if last is None:
        return f"{first} kinds or more"
    return english.counted(first, "kind") if first == last else f"{first} to {last} kinds"


def _depth(row: Surveyed, *, one_kind: bool) -> int:
    if one_kind:
        return max((_DEPTHS[cell.confidence] for cell in row.cells), default=0)
    return sum(len(row.cells) >= step for step in _STEPS)


def _summed(row: Surveyed) -> str:
    if not row.cells:
        return "no advice"
    pieces = sum(len(cell.pieces) for cell in row.cells)
    return f"{english.counted(pieces, 'piece')} of advice"


def _kinds(result: Survey) -> Section:
    rows = tuple(
        (
            Cell(text(f"{english.sentence(column.says)}")),
            Cell(text(f"{_head(number)} {column.advice}"), number),
            Cell(text(str(column.clients)), column.clients),
        )
        for number, column in enumerate(result.columns)
    )
    heads = ("What it says", "Column", english.sentence(_many(result)).rstrip("."))
    table = Table(
        "kinds-table", "The kinds of advice, that which most are given first", heads, rows
    )
    return Section("kinds", "The kinds of advice", (table,))


def _fold(row: Surveyed) -> Fold:
    nodes = tuple(
        TreeNode(
            text(line.says),
            text(f"({line.confidence} confidence; {_rarity(row, cell)})"),
            tuple(_because(line)),
        )
        for cell in row.cells
        for line in cell.lines
    )
    return Fold(f"{row.name}: {_summed(row)}", nodes, f"client-{row.client}")


def _because(line: SurveyLine) -> Iterator[TreeNode]:
    """Why, of the first few pieces."""
    reasons = list(dict.fromkeys(piece.because for piece in line.pieces))
    for reason in reasons[:_LONGEST]:
        yield TreeNode(text(f"because {reason}"))
    if len(reasons) > _LONGEST:
        yield TreeNode(text(f"and for {len(reasons) - _LONGEST:,} more reasons like these"))
