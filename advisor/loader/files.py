"""Finds and opens the files of a base."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from advisor.loader import yamlfile
from advisor.loader.disk import base_files
from advisor.loader.reader import Problems, Reader, is_empty
from advisor.loader.yamlfile import Node
from advisor.model.errors import AdvisorError, Location, Problem, nearest, printable, show_path


def open_file(path: Path | None, problems: Problems) -> tuple[Reader, Node] | None:
    """The reader and root of a file, or nothing; what is wrong with the file is recorded."""
    if path is None:
        return None
    try:
        document = yamlfile.read(path, show_path(path))
    except AdvisorError as error:
        problems.found += error.problems
        return None
    if document.root is None or is_empty(document.root):
        return None
    return Reader(document, problems), document.root


def fact_files(base: Path) -> list[tuple[str, Path]]:
    """The fact files of a base's folder, each with the name that its scenario goes by."""
    return [(printable(path.stem), path) for path in base_files(base, "facts")]


def no_scenario(named: str, names: Iterable[str], where: Location | None) -> Problem:
    """The problem that none of the scenarios there are has a name."""
    there = sorted(names)
    hint = nearest(named, there) or f"there are: {', '.join(there) or 'none'}"
    return Problem(message=f"there is no scenario '{named}'", where=where, hint=hint)
