"""Finds and opens the files of a base."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from advisor.loader import yamlfile
from advisor.loader.reach import out_of_reach, reaches
from advisor.loader.reader import Problems, Reader, is_empty
from advisor.loader.yamlfile import Node
from advisor.model.errors import AdvisorError, Location, Problem, nearest, printable, show_path


def shipped_folder() -> Path:
    """The folder of the base that comes with the program, installed or checked out."""
    package = Path(__file__).parent.parent
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parent


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


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files of a folder and of those below it, in order; nothing hidden.

    Raises AdvisorError for a folder below that cannot be read, and for what may be a link to one:
    its files would be missed.
    """
    found = []
    for at, folders, names in os.walk(folder, onerror=_refuse_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        _refuse_links(Path(at, name) for name in folders)
        _refuse_lost(Path(at, name) for name in names if not name.startswith("."))
        found += [Path(at, name) for name in (*names, *folders) if _is_yaml(name)]
    return sorted(found)


def _is_yaml(name: str) -> bool:
    return not name.startswith(".") and name.lower().endswith((".yaml", ".yml"))


def base_files(base: Path, part: str) -> list[Path]:
    """The YAML files of a base's folder; raises AdvisorError for links that lead out of the base.

    The shipped base is what its installer made of it, links perhaps.
    """
    files = yaml_files(base / part)
    if base != shipped_folder():
        for path in (base / part, *files):
            if path.is_symlink() and not reaches(path, base):
                raise AdvisorError(out_of_reach(path, None))
    return files


def _refuse_links(folders: Iterable[Path]) -> None:
    for path in folders:
        if path.is_symlink():
            message = "this is a link to a folder, whose files would be missed"
            hint = "put the folder itself there, or take the link away"
            raise AdvisorError(Problem(message=message, where=Location(show_path(path)), hint=hint))


def _refuse_lost(paths: Iterable[Path]) -> None:
    """Raise AdvisorError for a link that cannot be followed, and where nothing can be looked at."""
    for path in paths:
        try:
            path.stat()
        except OSError as error:
            if os.path.lexists(path) and _is_yaml(path.name):
                continue  # it is said where it is read
            message = f"this may be a folder, and cannot be read: {error.strerror}"
            hint = "make it readable, or move it out of the base"
            raise AdvisorError(
                Problem(message=message, where=Location(show_path(path)), hint=hint)
            ) from None


def _refuse_unreadable(error: OSError) -> None:
    if isinstance(error, FileNotFoundError):
        return  # a base without facts/
    where = Location(show_path(Path(error.filename)))
    message = f"the folder cannot be read: {error.strerror}"
    hint = "make it readable, or move it out of the base"
    raise AdvisorError(Problem(message=message, where=where, hint=hint)) from None


def fact_files(base: Path) -> list[tuple[str, Path]]:
    """The fact files of a base's folder, each with the name that its scenario goes by."""
    return [(printable(path.stem), path) for path in base_files(base, "facts")]


def no_scenario(named: str, names: Iterable[str], where: Location | None) -> Problem:
    """The problem that none of the scenarios there are has a name."""
    there = sorted(names)
    hint = nearest(named, there) or f"there are: {', '.join(there) or 'none'}"
    return Problem(message=f"there is no scenario '{named}'", where=where, hint=hint)
