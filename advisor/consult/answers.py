"""Turns what somebody types at a question into an answer: what it says of each fact asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from advisor.consult.kind import Question
from advisor.consult.words import Unclear, plain
from advisor.model.errors import Location
from advisor.model.records import KnowledgeBase
from advisor.model.scenarios import Fact

__all__ = ["Answer", "Unclear", "read"]

WHERE: Final = Location("<answer>")

_DASHES: Final = frozenset({"--", "\u2013", "\u2014"})
_PAIR: Final = 2


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered to a question."""

    about: str  # the topic
    text: str  # as typed
    facts: tuple[Fact, ...]


def read(base: KnowledgeBase, asked: Question, text: str, answered: str) -> Answer:
    """The answer that a text gives, at the time `answered`; raises Unclear.

    After a dash between blanks, " -- ", it may name where the answer is from.
    """
    body, note = _noted(asked, text.strip())
    if not body:
        raise Unclear(asked.accepts)
    found = asked.kind.read(base, asked, body)
    facts = (
        Fact(
            instance=instance,
            standing=standing,
            grade=grade,
            origin="answered",
            note=note or None,
            answered=answered,
            where=WHERE,
        )
        for instance, (standing, grade) in found.items()
    )
    return Answer(about=asked.about, text=text.strip(), facts=tuple(facts))


def _noted(asked: Question, text: str) -> tuple[str, str | None]:
    """What is answered, and the note after the first dash that belongs to no option's name."""
    tokens = list(re.finditer(r"\S+", text))
    words = [token[0] for token in tokens]
    every = (label for question in (asked, *asked.parts) for label in question.options)
    names = [label for label in every if not _DASHES.isdisjoint(label.split())]
    for at, word in enumerate(words):
        between = words[at - 1 : at] + words[at + 1 : at + 2]
        counted = asked.kind.listed and len(between) == _PAIR
        counted = counted and all(map(str.isdecimal, between))  # as in 1 - 3
        if word in _DASHES and not counted and not any(_within(n, words, at) for n in names):
            return text[: tokens[at].start()].strip(), text[tokens[at].end() :].strip()
    return text, None


def _within(name: str, words: Sequence[str], at: int) -> bool:
    """Whether a word is one of those that make a name, wherever that begins."""
    size, wanted = len(name.split()), plain(name)
    starts = range(max(0, at - size + 1), at + 1)
    return any(plain(" ".join(words[start : start + size])).startswith(wanted) for start in starts)
