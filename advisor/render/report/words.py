"""Turns numbers, confidence, grades of sources and ages into the words of a report."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Final

from advisor.model import plurals

_NUMBERS: Final = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
RELIABILITY: Final = {  # Admiralty code
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "of a reliability that cannot be judged",
}
CREDIBILITY: Final = {
    1: "confirmed by other sources",
    2: "probably true",
    3: "possibly true",
    4: "doubtful",
    5: "improbable",
    6: "of a truth that cannot be judged",
}


def number(count: int) -> str:
    """A count in words up to twelve, in digits beyond."""
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def numbers(counts: Sequence[int]) -> list[str]:
    """Counts that stand in one sentence: all in words, or all in digits."""
    in_words = max(counts, default=0) < len(_NUMBERS)
    return [number(count) if in_words else f"{count:,}" for count in counts]


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "no recommendation", "one fact", "19 facts"."""
    return f"{number(count)} {noun if count < 2 else plural or plurals.plural(noun)}"


def share(some: int, total: int) -> str:
    """A part of so many: "all of it", "3 of 8"."""
    return "all of it" if some == total else f"{some} of {total}"


def day(iso: str) -> str:
    """A date as it reads: "22 November 2026"."""
    date = datetime.date.fromisoformat(iso)
    return f"{date.day} {date:%B %Y}"


def age(days: int) -> str:
    """An age in the unit that fits it: days, months or years."""
    if days < 60:
        return counted(days, "day")
    if days < 730:
        return counted(round(days / 30.4375), "month")
    return counted(round(days / 365.25), "year")


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as runs from first to last, in order."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def spans(numbers: Iterable[int]) -> str:
    """Numbers with the runs among them as their ends: "1–3, 7"."""
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in ranges(numbers))


def capital(says: str) -> str:
    """A clause with a capital letter, the rest as it is."""
    return says[:1].upper() + says[1:]


def inner(sentence: str) -> str:
    """A sentence after a colon: "There is no ..." begins small, a name does not."""
    return sentence[:1].lower() + sentence[1:] if sentence.startswith("There ") else sentence
