"""Where a problem is, what it is, and what to do about it.

Bad input raises `AdvisorError`, nothing else does, and only the command line catches it.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import msgspec

MAX_PROBLEMS: Final = 2_000  # of one load; there reading stops


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

    def unquoted(self) -> AdvisorError:
        """The same, telling no line of any file."""
        hidden = (msgspec.structs.replace(problem, quoted=None) for problem in self.problems)
        return AdvisorError(*hidden)


Hint = str | Callable[[], str | None] | None  # or what computes it, once somebody will read it

_LONGEST: Final = 200  # characters of a word that are compared
_ALIKE: Final = 1_000  # words that are looked at for one most like another


def told(hint: Hint) -> str | None:
    """A hint in words."""
    return hint() if callable(hint) else hint


def nearest(word: str, known: Iterable[str]) -> str | None:
    """A hint naming the known word most like this one, or None if none is like it.

    Of thousands, only those that begin most alike are looked at.
    """
    import difflib  # noqa: PLC0415 - only errors need it

    words = sorted(known)
    if len(words) > _ALIKE:
        at = max(bisect_left(words, word) - _ALIKE // 2, 0)
        words = words[at : at + _ALIKE]
    close = difflib.get_close_matches(word[:_LONGEST], words, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else None


def printable(text: str) -> str:
    """The text with whatever could disturb a terminal spelled out as an escape."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or _belongs(text, index) else _spelled(char)
        for index, char in enumerate(text)
    )


def show_path(path: Path) -> str:
    """A path as messages and results show it: relative if it lies below here, and harmless."""
    text = os.path.normpath(path)
    with contextlib.suppress(OSError):  # the working folder may be gone
        relative = os.path.relpath(path)
        text = text if relative.startswith("..") else relative
    return printable(text)


def in_shell(word: str) -> str:
    """The word as a shell takes it for one: quoted where it must be, in harmless characters."""
    import shlex  # noqa: PLC0415 - only suggestions need it

    if word.isprintable():
        return shlex.quote(word)
    return "$'" + "".join(map(_escaped, word)) + "'"


def _escaped(char: str) -> str:
    if char in "'\\":
        return f"\\{char}"
    if char.isprintable():
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file's name that is no text
        return f"\\x{code - 0xDC00:02x}"
    return f"\\U{code:08x}"


_DISTURBING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _spelled(char: str) -> str:
    return char.encode("unicode_escape").decode()


def unprintable(text: str) -> int | None:
    """Index of the first character that could disturb a terminal, or None.

    New lines and tabs pass, and so does what a word or a picture is spelled with; other control,
    format, surrogate and private characters do not, nor do Unicode's own ends of line, which
    editors count and terminals do not.
    """
    if text.isprintable():
        return None
    for index, char in enumerate(text):
        if char in "\n\t" or unicodedata.category(char) not in _DISTURBING:
            continue
        if not _belongs(text, index):
            return index
    return None


def cleaned(text: str, spelled: Callable[[str], str] = _spelled) -> str:
    """The text with every character spelled out that could disturb a terminal.

    What is accepted in files stays as it is: see `unprintable`.
    """
    if text.replace("\n", "").isprintable():
        return text
    lines = (line if line.isprintable() else _clean(line, spelled) for line in text.split("\n"))
    return "\n".join(lines)


def _clean(line: str, spelled: Callable[[str], str]) -> str:
    body, end = (line[:-1], "\r") if line.endswith("\r") else (line, "")
    harmless = (_is_harmless(body, index) for index in range(len(body)))
    return "".join(c if ok else spelled(c) for c, ok in zip(body, harmless, strict=True)) + end


def _is_harmless(text: str, index: int) -> bool:
    char = text[index]
    if char == "\t" or unicodedata.category(char) not in _DISTURBING:
        return True
    return _belongs(text, index)


# Signs that are seen, although Unicode counts them as format characters: they enclose a number.
_SIGNS: Final = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd"
)
_JOINERS: Final = frozenset("\u200c\u200d")  # keep letters apart, or draw them together
_SPELLED: Final = ("L", "M", "N", "S")  # what they stand between; their categories begin so
_CURSIVE: Final = ("ARABIC", "SYRIAC", "MONGOLIAN", "NKO", "MANDAIC", "ADLAM", "HANIFI")
_UNSPACED: Final = ("THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "TAI", "NEW TAI")
_BREAK: Final = "\u200b"  # where a line may end, in scripts without blanks
_VOWEL: Final = "\u180e"  # parts a Mongolian word from its last vowel
_FLAG: Final = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")


def _belongs(text: str, index: int) -> bool:
    """Whether a character that is not seen by itself is part of the spelling where it stands."""
    char = text[index]
    if char in _SIGNS or "\U0001f000" <= char <= "\U0001faff":  # pictures newer than this Python
        return True
    if "\U000e0020" <= char <= "\U000e007f":  # the letters of a flag
        return any(found.start() < index < found.end() for found in _FLAG.finditer(text))
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    script = unicodedata.name(before, "") if before else ""
    if char in _JOINERS and before:
        if unicodedata.category(before)[0] not in _SPELLED:
            return False
        inside = bool(after) and unicodedata.category(after)[0] in _SPELLED
        return inside or unicodedata.category(before)[0] == "M" or script.startswith(_CURSIVE)
    if char == _BREAK:
        return script.startswith(_UNSPACED)
    return char == _VOWEL and script.startswith("MONGOLIAN")
