"""Quotes the line that a place of a file is in, with a mark under it, as compilers do."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

from advisor.model.errors import Location, printable

_WIDEST: Final = 96


def quoted(line: str, where: Location, width: int = _WIDEST) -> list[str]:
    """The line that a place is in, cut to fit around the place, with a mark under that."""
    room = min(width - 4, _WIDEST)
    column = max(where.column - 1, 0)
    start = max(0, column - room // 2) if len(line) > room else 0
    shown = printable(line[start : start + room].replace("\t", " "))
    mark = len(printable(line[start:column].replace("\t", " ")))
    return [f"  | {shown}", f"  | {' ' * mark}^"]


def lines_of(file: str) -> list[str]:
    """The lines of a file of a base as they stand now; none where they cannot be read any more."""
    path = Path(file)
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if path.is_file():
            return path.read_text(encoding="utf-8-sig").splitlines()
    return []
