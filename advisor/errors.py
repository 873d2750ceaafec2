"""Where a problem is, what it is, and what to do about it.

Bad input raises `AdvisorError`, nothing else does, and only the command line catches it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import msgspec


class Location(msgspec.Struct, frozen=True, order=True):
    """A place in a file; lines and columns count from one, 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """The form that editors and terminals turn into a link: `file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong."""

    message: str  # what is wrong, one sentence without its full stop
    where: Location | None = None
    quoted: str | None = None  # the line that `where` points into
    hint: str | None = None  # what to do about it


class AdvisorError(Exception):
    """Input that cannot be used; carries every problem found, in order of place."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def nearest(word: str, known: Iterable[str]) -> str | None:
    """A hint naming the known word most like this one, or None if none is like it."""
    import difflib  # noqa: PLC0415 - only errors need it

    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else None


def printable(text: str) -> str:
    """The text with every control or direction-changing character spelled out as an escape."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


_DISTURBING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def unprintable(text: str) -> int | None:
    """Index of the first character that could disturb a terminal, or None.

    New lines and tabs pass; control, format, surrogate and private characters do not, nor do
    Unicode's own ends of line, which editors count and terminals do not.
    """
    if text.isprintable():
        return None
    for index, char in enumerate(text):
        if char not in "\n\t" and unicodedata.category(char) in _DISTURBING:
            return index
    return None
