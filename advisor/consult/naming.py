"""Finds the options that a text names: whole names first, and only then the parts of a list.

A name is the same however it is typed: in any case, form of Unicode or kind of apostrophe, and
without its accents where it is not another option's name with them. What could be read in two ways
is Unclear, and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from advisor.consult.questions import Question
from advisor.model import english

_SEPARATOR: Final = re.compile(r"\s*(?:[,;&]|\band\b)\s*", re.IGNORECASE)
_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("-_\u2010\u2011\u2012\u2013\u2014\u2212", " "),
    }
)
_STROKES: Final = str.maketrans("\u0142\u00f8\u0111\u0131\u0127\u0167", "lodiht")


class Unclear(Exception):
    """What was typed is no answer; the message says what would be."""


def plain(text: str) -> str:
    """A text without what nobody types: its case, its article, hyphens for blanks."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(_ALIKE).split()).removeprefix("the ")


def bare(text: str) -> str:
    """A text without its accents as well."""
    parts = unicodedata.normalize("NFD", plain(text).translate(_STROKES))
    return "".join(character for character in parts if not unicodedata.combining(character))


class Names:
    """What the options of a question are called."""

    def __init__(self, asked: Question) -> None:
        self.options = asked.options
        called: dict[str, int] = {}
        for number, (label, words) in enumerate(zip(asked.options, asked.words, strict=True)):
            for word in (label, *words):
                called.setdefault(word, number)
        self.forms = [_by_form(called, form) for form in (plain, bare)]

    def whole(self, text: str) -> int | None:
        """The option that has a text for its whole name, counted from 0; raises Unclear."""
        return self._one(text, lambda name, typed: name == typed)

    def begun(self, text: str) -> int | None:
        """The option whose name begins so; raises Unclear."""
        return self._one(text, lambda name, typed: name.startswith(typed))

    def option(self, text: str) -> int | None:
        """The option that has this name, or whose name begins so; raises Unclear."""
        number = self.whole(text)
        return self.begun(text) if number is None else number

    def _one(self, text: str, fits: Callable[[str, str], bool]) -> int | None:
        for form, called in zip((plain, bare), self.forms, strict=True):
            typed = form(text)
            numbers = {n for name, some in called.items() if fits(name, typed) for n in some}
            if typed and numbers:
                return self._only(text, numbers)
        return None

    def _only(self, text: str, numbers: set[int]) -> int:
        if len(numbers) > 1:
            listed = english.listing((self.options[number] for number in sorted(numbers)), "or")
            raise Unclear(f"'{text}' could be {listed}. Write a little more of it, or the number.")
        return numbers.pop()


def _by_form(called: Mapping[str, int], form: Callable[[str], str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for word, number in called.items():
        found.setdefault(form(word), set()).add(number)
    return found


class _Piece(NamedTuple):
    """A stretch of a text between two separators."""

    start: int
    end: int


def items(names: Names, text: str) -> list[str]:
    """The parts of a list, each the name of one option, its beginning, a number or none of these.

    Of all ways to read it, that with the longest names; raises Unclear where two are equally good.
    """
    pieces = _pieces(text)
    ways = _shortest(text, pieces, names.whole)
    if len(ways) == 1 and len(ways[0]) == len(pieces):
        ways += [w for w in _shortest(text, pieces, names.option) if len(w) < len(pieces)]
    read = {tuple(_known(names, item) for item in way): way for way in ways[::-1]}
    sound = [way for known, way in read.items() if None not in known]
    if len(sound) > 1:
        could = english.listing((" + ".join(way) for way in sound[:2]), "or")
        raise Unclear(f"'{text}' could be {could}. Answer with the numbers.")
    return sound[0] if sound else ways[0]


def _known(names: Names, item: str) -> int | str | None:
    """What an item stands for, if it can be told without a doubt."""
    name = item.partition("=")[0].strip()
    if name.isdecimal():
        return f"number {name}"
    try:
        return names.option(name)
    except Unclear:
        return None


def _pieces(text: str) -> list[_Piece]:
    """The parts between commas or "and", and the numbers between blanks."""
    found: list[_Piece] = []
    start = 0
    for end, after in [*(match.span() for match in _SEPARATOR.finditer(text)), (len(text), 0)]:
        numbers = list(re.finditer(r"\S+", text[start:end]))
        if len(numbers) > 1 and all(re.match(r"\d+(=|$)", number[0]) for number in numbers[1:]):
            found += (_Piece(start + number.start(), start + number.end()) for number in numbers)
        elif numbers:
            found.append(_Piece(start + numbers[0].start(), start + numbers[-1].end()))
        start = after
    return found


def _shortest(
    text: str, pieces: Sequence[_Piece], named: Callable[[str], int | None]
) -> list[list[str]]:
    """The ways to read pieces as few items: of several pieces only where they name an option."""
    ways: list[list[list[str]]] = [[[]]]  # for the first so many pieces, at most two ways
    for end in range(1, len(pieces) + 1):
        found: list[list[str]] = []
        for start in range(end):
            item = text[pieces[start].start : pieces[end - 1].end]
            last = pieces[end - 1]
            if end - start == 1 or _names(named, item, text[last.start : last.end]):
                found += ([*way, item] for way in ways[start])
        fewest = min(map(len, found))
        ways.append([way for way in found if len(way) == fewest][:2])
    return ways[-1]


def _names(named: Callable[[str], int | None], item: str, last: str) -> bool:
    """Whether several pieces name an option, the last of them with a likelihood at most."""
    try:
        if "=" in last and named(item.rpartition("=")[0]) is not None:
            return True
        return named(item) is not None
    except Unclear:
        return False
