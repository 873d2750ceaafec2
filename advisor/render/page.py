"""Lines of text wrapped to a width, with colour where there is any: what a terminal view writes."""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text


class Page:
    """Lines of text, wrapped to a width; text is data and never markup."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.text = Text()

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

    def heading(self, text: str) -> None:
        """A heading with space above."""
        self.line()
        self.line(text, "bold")

    def print(self, console: Console) -> None:
        """Put the lines on a console as they are."""
        console.print(self.text, soft_wrap=True, end="")


def wrapped(text: str, first: int, rest: int) -> list[str]:
    """The text in lines of at most `first`, then `rest` cells; a longer word is folded."""
    lines = [""]
    room = max(first, 8)
    used = 0
    for word in text.split(" "):
        size = cell_len(word)
        if used and used + 1 + size > room:
            lines.append("")
            room, used = max(rest, 8), 0
        while size > room:
            head, word = _cut(word, room - used)  # noqa: PLW2901 - what is left of it
            lines[-1] += head
            lines.append("")
            room, used, size = max(rest, 8), 0, cell_len(word)
        lines[-1] += (" " if used else "") + word
        used += size + (1 if used else 0)
    return lines


def _cut(word: str, cells: int) -> tuple[str, str]:
    """The word in two, the first part at most so many cells wide."""
    end, used = 0, 0
    for char in word:
        used += cell_len(char)
        if used > cells and end:
            break
        end += 1
    return word[:end], word[end:]
