"""What a text of the Factbook holds: plain words, parts of a list, numbers and years."""

from __future__ import annotations

import html
import re
from typing import Final

_SCALE: Final = {"": 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NUMBER: Final = re.compile(r"(-?)\$?(-?[\d,]*\.?\d+)\s*(thousand|million|billion|trillion)?", re.I)
_YEAR: Final = re.compile(r"\((?:[^()]*?)(\d{4})(?:\s*[-/]\s*(\d{2,4}))?(?:\s*est\.?)?[^()]*\)")


def plain(text: object) -> str:
    """The text without markup, entities, odd blanks and typographic quotes."""
    out = html.unescape(re.sub(r"<br\s*/?>", "; ", str(text)))
    out = html.unescape(re.sub(r"<[^>]+>", "", out))
    out = out.replace("\u2019", "'").replace("\u2018", "'")
    out = out.replace("\u2013", "-").replace("\u2014", "-")
    return re.sub(r"\s+", " ", out).strip(" ;")


def parts(text: str, mark: str = ",") -> list[str]:
    """The parts between marks that stand outside brackets."""
    found, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += letter == "("
        depth -= letter == ")" and depth > 0
        if letter == mark and not depth:
            found.append(text[start:at])
            start = at + 1
    return [part.strip() for part in [*found, text[start:]] if part.strip()]


def number(text: str) -> float | None:
    """The first number before any bracket, its multiplier worked in.

    "undetermined (2014)" holds none.
    """
    match = _NUMBER.search(re.split(r"[(;]", text)[0])
    if match is None:
        return None
    value = float(match[2].replace(",", "")) * _SCALE[(match[3] or "").lower()]
    return -value if match[1] and value > 0 else value


def year(text: str) -> int | None:
    """The year in brackets, the last one of a range."""
    match = _YEAR.search(text)
    if match is None:
        return None
    last = match[2] or match[1]
    return int(last if len(last) == 4 else match[1][:2] + last)
