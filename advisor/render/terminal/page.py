"""Lines of text wrapped to a width, with colour where there is any: what a terminal view writes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

from advisor.model.errors import Location, cleaned
from advisor.render.terminal.quoted import lines_of, quoted
from advisor.render.terminal.width import ENDLESS


class Page:
    """Lines of text, wrapped to a width; text is data and never markup."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.plain = width >= ENDLESS  # for a pipe or a screen reader: lists, and no columns
        self.text = Text()
        self._files: dict[str, list[str]] = {}  # that findings point into

    @contextlib.contextmanager
    def indented(self, by: int) -> Iterator[None]:
        """Write what belongs to the line above: deeper, and in what is left of the width."""
        start = len(self.text)
        self.width -= by
        yield
        self.width += by
        text, self.text = self.text[start:], self.text[:start]
        for line in text.split("\n", allow_blank=False):
            self.text.append(" " * by if line else "")
            self.text.append_text(line)
            self.text.append("\n")

    def line(self, text: str = "", style: str = "") -> None:
        """A paragraph at the margin."""
        self.item("", text, 0, style)

    def item(self, label: str, text: str, indent: int, style: str = "") -> None:
        """A labelled paragraph that hangs under its label."""
        hang = indent + 2 if label else indent
        for number, line in enumerate(
            wrapped(label + text, self.width - indent, self.width - hang)
        ):
            self.text.append(" " * (hang if number else indent))
            start = len(label) if number == 0 else 0
            self.text.append(line[:start], "dim")
            self.text.append(line[start:] + "\n", style)

    def row(self, label: str, text: str, width: int, style: str = "") -> None:
        """A paragraph beside a label in a column of so many cells."""
        for number, line in enumerate(wrapped(text, self.width - width, self.width - width)):
            self.text.append(f"{'' if number else label:<{width}}", "cyan")
            self.text.append(line + "\n", style)

    def place(self, label: str, path: str, indent: int, style: str = "", *, more: str = "") -> None:
        """A labelled path with more about it; the path stays in one piece, to be clicked on."""
        if " " not in path:
            self.item(label, path + more, indent, style)
            return
        self.text.append(" " * indent)
        self.text.append(label, "dim")
        self.text.append(f"{path}{more}\n", style)

    def finding(
        self, where: Location, label: str, message: str, style: str = "bold", *, quote: bool = True
    ) -> None:
        """What is wrong at a place, as compilers say it: "file:line:column: label message".

        The place stays in one piece, and on a terminal it leads to the file; the line of the file
        is quoted below.
        """
        place = str(where)
        start = len(self.text)
        says = f"{place}: {label} {message}" if label else f"{place}: {message}"
        if " " in place:
            self.text.append(f"{says}\n")
        else:
            self.item("", says, 0)
        link = Style(link=Path(where.file).absolute().as_uri())
        self.text.stylize(link, start, start + len(place))
        found = self.text.plain.find(label, start + len(place))
        self.text.stylize(style, found, found + len(label))
        if quote:
            self._quote(where)

    def _quote(self, where: Location) -> None:
        lines = self._files.get(where.file)
        if lines is None:
            lines = self._files[where.file] = lines_of(where.file)
        if where.column and where.line <= len(lines):
            for line in quoted(lines[where.line - 1], where, self.width):
                self.text.append(f"{line}\n", "dim")

    def code(self, line: str, indent: int) -> None:
        """A line that keeps its own indentation; what does not fit hangs deeper, as YAML allows."""
        text = line.lstrip(" ")
        indent += len(line) - len(text)
        for number, part in enumerate(wrapped(text, self.width - indent, self.width - indent - 4)):
            self.text.append(" " * (indent + (4 if number else 0)) + part + "\n")

    def heading(self, text: str) -> None:
        """A heading with space above."""
        self.line()
        self.line(text, "bold")

    def print(self, console: Console) -> None:
        """Put the lines on a console as they are, but for what could disturb a terminal.

        Colours in the text itself are no better: those of the page are its styles.
        """
        text = self.text
        if cleaned(text.plain) != text.plain:
            parts = text.render(console)
            text = Text.assemble(*((cleaned(part.text), part.style or "") for part in parts))
        console.print(text, soft_wrap=True, end="")


def wrapped(text: str, first: int, rest: int) -> list[str]:
    """The text in lines of at most `first`, then `rest` cells; a longer word is folded.

    A path is not: with a line end within it, it leads nowhere.
    """
    lines = [""]
    room = max(first, 8)
    used = 0
    for word in text.split(" "):
        size = cell_len(word)
        if used and used + 1 + size > room:
            lines.append("")
            room, used = max(rest, 8), 0
        if size > room and not _is_path(word):  # and so begins a line
            lines[-1:] = _folded(word, room, max(rest, 8))
            room, used = max(rest, 8), cell_len(lines[-1])
            continue
        lines[-1] += (" " if used else "") + word
        used += size + (1 if used else 0)
    return lines


def _is_path(word: str) -> bool:
    return "/" in word or os.sep in word


def _folded(word: str, first: int, rest: int) -> list[str]:
    """The word in parts of at most so many cells."""
    parts = []
    begin, used, room = 0, 0, first
    for end, char in enumerate(word):
        size = cell_len(char)
        if used + size > room and end > begin:
            parts.append(word[begin:end])
            begin, used, room = end, 0, rest
        used += size
    return [*parts, word[begin:]]
