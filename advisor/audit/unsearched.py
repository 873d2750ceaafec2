"""Keeps what the searches of an audit left out, so that its report can say so.

A search that reaches a bound notes it here, and goes on; nobody has to hand a list down to it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

import msgspec


class Unsearched(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """What a search left out."""

    search: str  # what was looked for: "conflicts of opposed advice"
    why: str  # the bound that it reached
    about: tuple[str, ...]  # where it did: rules, pieces of advice; in order


_notes: ContextVar[dict[tuple[str, str], dict[str, None]] | None] = ContextVar(
    "unsearched", default=None
)


def leave(search: str, why: str, about: str) -> None:
    """Note that a search reached a bound; without effect where nobody keeps notes."""
    notes = _notes.get()
    if notes is not None:
        notes.setdefault((search, why), {})[about] = None


@contextlib.contextmanager
def keeping() -> Iterator[list[Unsearched]]:
    """The notes of a block of work: an empty list, which has them when the block ends."""
    found: list[Unsearched] = []
    before = _notes.set({})
    try:
        yield found
        notes = _notes.get() or {}
        found += sorted(
            Unsearched(search=search, why=why, about=tuple(sorted(about)))
            for (search, why), about in notes.items()
        )
    finally:
        _notes.reset(before)
