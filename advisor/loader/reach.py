"""Says how far the files of a stranger may lead: which folders `extends` and links reach.

A file that somebody names on the command line may be anywhere. What such a file names in turn, or
a base does, lies in the base, in the folder of the file that was named, or where the user allows.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from pathlib import Path

from advisor.loader.kept import look
from advisor.model.errors import Location, Problem, in_shell, printable

_allowed: ContextVar[tuple[str, ...]] = ContextVar("allowed", default=())


@contextlib.contextmanager
def allowing(folders: Iterable[str | Path]) -> Iterator[None]:
    """Let the files read in a block of work reach these folders too, and what is below them."""
    before = _allowed.set(tuple(str(folder) for folder in folders))
    try:
        yield
    finally:
        _allowed.reset(before)


@look
def reaches(path: Path, *folders: Path) -> bool:
    """Whether a path, its links followed, lies in or below one of these folders, or one allowed."""
    real = Path(os.path.realpath(path))
    roots = [*map(str, folders), *_allowed.get()]
    return any(real.is_relative_to(os.path.realpath(root)) for root in roots)


def out_of_reach(path: Path, where: Location | None) -> Problem:
    """The problem that a file leads elsewhere."""
    folder = os.path.dirname(os.path.realpath(path))  # noqa: PTH120
    return Problem(
        message=f"{printable(str(path))} lies outside of the base and of the file's own folder",
        where=where,
        hint=f"if you trust the file, allow it with --allow-path {in_shell(folder)}",
    )
