"""Finds the options that a text names: whole names first, and only then the parts of a list.

A name is the same however it is typed: in any case, form of Unicode or kind of apostrophe, and
without its accents where it is not another option's name with them. What could be read in two ways
is Unclear, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from advisor.consult.kind import Question
from advisor.consult.words import Unclear, bare, is_said, plain
from advisor.loader.texts import clipped
from advisor.model import english

_SEPARATOR: Final = re.compile(r"\s*(?:[,;&]|\band\b|\bbut\b(?=\s+not\b))\s*", re.IGNORECASE)
_NUMBER: Final = re.compile(r"#?\s*(\d{1,9})")
_RANGE: Final = re.compile(
    r"#?(\d{1,9})\s*(?:-|\u2013|\u2014|\.\.|\bto\b)\s*#?(\d{1,9})", re.IGNORECASE
)
_COUNTED: Final = re.compile(r"#?\d+(?:[-\u2013]\d+)?(?:=|$)")
_QUOTED: Final = re.compile('["\u201c\u201d](.+)["\u201c\u201d]')
_SHORT: Final = 3  # letters of a code, or of any name that may as well be the beginning of another

_WORDY: Final = 5  # words of a likelihood
_FEW: Final = 6  # pieces between commas, for each option of a question

Forms = list[dict[str, set[int]]]  # options by what they are called, with accents and without


class OptionNames:
    """What the options of a question are called."""

    def __init__(self, asked: Question) -> None:
        self.options = asked.options
        numbered = [*enumerate(zip(asked.options, asked.words, strict=True))]
        self.labels = _forms([(label, n) for n, (label, _) in numbered])
        self.others = _forms([(word, n) for n, (_, words) in numbered for word in words])
        called = [name for label, words in zip(asked.options, asked.words, strict=True)
                  for name in (label, *words)]  # fmt: skip
        self.most = max((len(_SEPARATOR.sub(" , ", name).split()) for name in called), default=1)

    def labelled(self, text: str) -> int | None:
        """The option that reads so, counted from 0; raises Unclear if several do."""
        return self._one(text, _called(self.labels, text, str.__eq__))

    def whole(self, text: str) -> int | None:
        """The option that has a text for its whole name, or for another name; raises Unclear."""
        found = _called(self.labels, text, str.__eq__) or _called(self.others, text, str.__eq__)
        return self._one(text, found)

    def could_be(self, text: str) -> set[int]:
        """The options that a text may mean: by a whole name, or else by how a name begins."""
        found = _called(self.labels, text, str.__eq__)
        if found:
            return found
        found = _called(self.others, text, str.__eq__)
        if found and not is_short(text):
            return found
        return found | (
            _called(self.labels, text, str.startswith) or _called(self.others, text, str.startswith)
        )

    def option(self, text: str) -> int | None:
        """The option of this number or name, or whose name begins so; raises Unclear."""
        quoted = _QUOTED.fullmatch(text.strip())
        if quoted is not None and self.whole(quoted[1]) is not None:
            return self.whole(quoted[1])
        number = self._numbered(text)
        named = self.labelled(text)
        if number is None:
            return named if named is not None else self._one(text, self.could_be(text))
        if named not in {None, number}:
            said = f"'{text}' could be number {number + 1} or the option that is called {text}."
            raise Unclear(f'{said} Write #{number + 1}, or "{text}".')
        return number

    def options_of(self, text: str) -> list[int]:
        """The option that a text names, or those from one number to another; raises Unclear."""
        number = self.option(text)
        if number is not None:
            return [number]
        span = _RANGE.fullmatch(text.strip())
        if span is None:
            return []
        first, last = int(span[1]), int(span[2])
        if not 1 <= first <= last <= len(self.options):
            raise Unclear(f"There are no options from {first} to {last}.")
        return [*range(first - 1, last)]

    def is_option(self, text: str) -> bool:
        """Whether a text names options, or could name several."""
        try:
            return bool(self.options_of(text))
        except Unclear:
            return True

    def _numbered(self, text: str) -> int | None:
        found = _NUMBER.fullmatch(text.strip())
        number = int(found[1]) if found is not None else 0
        return number - 1 if 1 <= number <= len(self.options) else None

    def _one(self, text: str, numbers: set[int]) -> int | None:
        if len(numbers) > 1:
            raise Unclear(self.doubtful(text, numbers))
        return next(iter(numbers), None)

    def doubtful(self, text: str, numbers: set[int], words: Sequence[str] = ()) -> str:
        """The message about a text that could be several options, or words."""
        could = (*words, *(self.options[number] for number in sorted(numbers)))
        listed = english.listing(could, "or")
        return f"'{clipped(text)}' could be {listed}. Write a little more of it, or the number."


def is_short(text: str) -> bool:
    """Whether a text may be a code as well as the beginning of a name."""
    return len(bare(text)) <= _SHORT


def _forms(called: Sequence[tuple[str, int]]) -> Forms:
    found: Forms = []
    for form in (plain, bare):
        by_form: dict[str, set[int]] = {}
        for word, number in called:
            by_form.setdefault(form(word), set()).add(number)
        found.append(by_form)
    return found


def _called(forms: Forms, text: str, fits: Callable[[str, str], bool]) -> set[int]:
    """The options with a name that fits, with its accents or else without."""
    for form, called in zip((plain, bare), forms, strict=True):
        typed = form(text)
        found = {n for name, some in called.items() if typed and fits(name, typed) for n in some}
        if found:
            return found
    return set()


class NamedItem(NamedTuple):
    """An item of a list: what it names, and what it says of that; "" if only that it is so."""

    name: str
    grade: str


def part(names: OptionNames, item: str) -> NamedItem:
    """What an item names and says: "2", "2=likely", "2 likely", "not 2"; raises Unclear."""
    if names.whole(item) is not None:
        return NamedItem(item, "")
    name, equals, grade = item.rpartition("=")
    if equals:
        return NamedItem(name.strip(), grade.strip() or equals)
    ways = [NamedItem(item, "")] if names.is_option(item) else []
    ways += [way for way in _said_of(item) if names.is_option(way.name)][:1]
    if len(ways) > 1:
        raise Unclear(f"'{clipped(item)}' can be read in two ways. Write = before a likelihood.")
    return ways[0] if ways else NamedItem(item, "")


def _said_of(item: str) -> Iterator[NamedItem]:
    """The ways to part an item that has a word for what it says: "2 likely", "2: no", "not 2"."""
    words = item.split()
    for end in range(max(1, len(words) - _WORDY), len(words)):
        name, grade = " ".join(words[:end]).removesuffix(":"), " ".join(words[end:])
        if len(grade) > 1 and is_said(grade) and _SEPARATOR.sub("", name[-1:]):
            yield NamedItem(name, grade)
    if len(words) > 1 and plain(words[0]) == "not":
        yield NamedItem(" ".join(words[1:]), "no")


class _Piece(NamedTuple):
    """A stretch of a text between two separators."""

    start: int
    end: int


def items(names: OptionNames, text: str) -> list[str]:
    """The parts of a list, each with the name of one option, its beginning, a number or none.

    Of all ways to read it, that with the longest names; raises Unclear where two are equally good.
    """
    pieces = _pieces(text)
    if len(pieces) > _FEW + _FEW * len(names.options):
        raise Unclear(f"'{clipped(text)}' is too long a list.")
    ways = _shortest(text, pieces, names.whole, names.most)
    if len(ways) == 1 and len(ways[0]) == len(pieces):
        begun = _shortest(text, pieces, names.option, names.most)
        ways += [way for way in begun if len(way) < len(pieces)]
    read = {tuple(_known(names, item) for item in way): way for way in ways[::-1]}
    sound = [way for known, way in read.items() if None not in known]
    if len(sound) > 1:
        could = english.listing((" + ".join(way) for way in sound[:2]), "or")
        raise Unclear(f"'{clipped(text)}' could be {could}. Answer with the numbers.")
    return sound[0] if sound else ways[0]


def _known(names: OptionNames, item: str) -> tuple[tuple[int, ...], str] | None:
    """What an item stands for, if it can be told without a doubt."""
    try:
        found = part(names, item)
        numbers = tuple(names.options_of(found.name))
    except Unclear:
        return None
    return (numbers, found.grade) if numbers else None


def _pieces(text: str) -> list[_Piece]:
    """The parts between commas or "and", and the numbers between blanks."""
    found: list[_Piece] = []
    start = 0
    for end, after in [*(match.span() for match in _SEPARATOR.finditer(text)), (len(text), 0)]:
        numbers = list(re.finditer(r"\S+", text[start:end]))
        if len(numbers) > 1 and all(_COUNTED.match(number[0]) for number in numbers[1:]):
            found += (_Piece(start + number.start(), start + number.end()) for number in numbers)
        elif numbers:
            found.append(_Piece(start + numbers[0].start(), start + numbers[-1].end()))
        start = after
    return found


def _shortest(
    text: str, pieces: Sequence[_Piece], named: Callable[[str], int | None], most: int
) -> list[list[str]]:
    """The ways to read pieces as few items: of several pieces only where they name an option."""
    ways: list[list[list[str]]] = [[[]]]  # for the first so many pieces, at most two ways
    for end in range(1, len(pieces) + 1):
        found: list[list[str]] = []
        for start in range(max(0, end - most), end):
            item = text[pieces[start].start : pieces[end - 1].end]
            last = pieces[end - 1]
            if end - start == 1 or _names(named, item, text[last.start : last.end]):
                found += ([*way, item] for way in ways[start])
        fewest = min(map(len, found))
        ways.append([way for way in found if len(way) == fewest][:2])
    return ways[-1]


def _names(named: Callable[[str], int | None], item: str, last: str) -> bool:
    """Whether several pieces name an option, with a likelihood behind it or not at most."""
    name = item.rpartition("=")[0] if "=" in last else item
    heads = (name, item, *(way.name for way in _said_of(item)))
    return any(_is_named(named, head) for head in dict.fromkeys(heads))


def _is_named(named: Callable[[str], int | None], name: str) -> bool:
    try:
        return named(name) is not None
    except Unclear:
        return False
