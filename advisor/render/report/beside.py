"""Turns two clients side by side into a document: what both are given, then each alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from advisor.answers.beside import Beside, Shared
from advisor.answers.survey import Surveyed, SurveyLine
from advisor.model import english
from advisor.render.report.document import (
    Block,
    Bullets,
    Document,
    Paragraph,
    Section,
    Text,
    text,
)

_LINES: Final = 3  # of a section on a screen
_TURNED: Final = "; the same the other way round"


def composed(result: Beside, *, long: bool) -> Document:
    """The document; unless `long`, the first few lines of each section."""
    one, other = result.clients
    return Document(
        title=f"{one.name} and {other.name} side by side",
        subtitle=f"{result.title}: {_counts(result)}.",
        opening=(),
        sections=tuple(_sections(result, None if long else _LINES)),
        colophon="",
        contents=False,
    )


def _counts(result: Beside) -> str:
    both, (first, second) = len(result.shared), result.alone
    alone = [sum(len(line.pieces) for line in some) for some in (first, second)]
    names = [row.name for row in result.clients]
    parts = [f"{number} to {name} alone" for number, name in zip(alone, names, strict=True)]
    return f"{english.counted(both, 'piece')} of advice to both, {english.listing(parts)}"


def _sections(result: Beside, most: int | None) -> Iterator[Section]:
    if result.shared:
        items = tuple(_both(shared, result.clients) for shared in result.shared[:most])
        blocks: tuple[Block, ...] = (Bullets(items), *_left(len(result.shared), most))
        yield Section("both", "To both, those first for which the reasons differ", blocks)
    for row, lines in zip(result.clients, result.alone, strict=True):
        items = tuple(_told(line) for line in lines[:most])
        if items:
            blocks = (Bullets(items), *_left(len(lines), most))
            yield Section(f"only-{row.client}", f"To {row.name} alone", blocks)


def _left(count: int, most: int | None) -> Iterator[Paragraph]:
    if most is not None and count > most:
        yield Paragraph(text(f"And {english.counted(count - most, 'more line')}: --long."), "aside")


def _told(line: SurveyLine) -> Text:
    return text(f"{line.says} ({line.confidence})")


def _both(one: Shared, rows: Sequence[Surveyed]) -> Text:
    """What the first is told, how firmly each, and why, as far as that differs."""
    first, second = one.pieces
    turned = (
        "" if first.instance.partition(",")[2] == second.instance.partition(",")[2] else _TURNED
    )
    sides = [
        f"{row.name}: {piece.confidence}{_why(reasons)}"
        for row, piece, reasons in zip(rows, one.pieces, one.reasons, strict=True)
    ]
    same = first.confidence == second.confidence and not any(one.reasons)
    told = f"{first.confidence} for both" if same else "; ".join(sides)
    return text(f"{first.says} ({told}{turned})")


def _why(reasons: Sequence[str]) -> str:
    return f", because {' and because '.join(reasons)}" if reasons else ""
