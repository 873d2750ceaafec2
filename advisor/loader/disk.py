"""Looks at the disk: which files are in a folder, and what is in a file.

A folder may hold thousands: they are looked at by their names, as text.
"""
# ruff: noqa: PTH116, PTH118, PTH119, PTH114 - see above

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from advisor.loader.kept import look
from advisor.loader.reach import out_of_reach, reaches
from advisor.model import budget
from advisor.model.errors import AdvisorError, Location, Problem, show_path


@look
def bytes_of(path: Path, name: str, wanted: str = "a YAML file, or - for stdin") -> bytes:
    """The file's bytes, at most one more than allowed; never waits on a pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise whole(name, "this is not a regular file", f"give {wanted}")
            data = stream.read(budget.MAX_BYTES + 1)
    except FileNotFoundError:
        raise whole(name, "there is no such file") from None
    except IsADirectoryError:
        raise whole(name, "this is a folder, not a file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise whole(name, f"the file cannot be read: {reason}") from None
    budget.has_read(name, len(data))
    return data


@look
def exists(path: str) -> bool:
    """Whether there is something at a path; a name too long is nothing's."""
    return os.path.exists(path)  # noqa: PTH110 - no error for a name too long


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files of a folder and of those below it, in order; nothing hidden.

    Raises AdvisorError for a folder below that cannot be read, and for what may be a link to one:
    its files would be missed.
    """
    found = []
    for at, folders, names in os.walk(folder, onerror=_refuse_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        _refuse_links(os.path.join(at, name) for name in folders)
        _refuse_lost(os.path.join(at, name) for name in names if not name.startswith("."))
        found += [os.path.join(at, name) for name in (*names, *folders) if _is_yaml(name)]
    return sorted(map(Path, found))


def _is_yaml(name: str) -> bool:
    return not name.startswith(".") and name.lower().endswith((".yaml", ".yml"))


def _refuse_links(paths: Iterable[str]) -> None:
    for path in paths:
        if os.path.islink(path):
            message = "this is a link to a folder, whose files would be missed"
            hint = "put the folder itself there, or take the link away"
            where = Location(show_path(Path(path)))
            raise AdvisorError(Problem(message=message, where=where, hint=hint))


def _refuse_lost(paths: Iterable[str]) -> None:
    """Raise AdvisorError for a link that cannot be followed, and where nothing can be looked at."""
    for path in paths:
        try:
            os.stat(path)
        except OSError as error:
            if os.path.lexists(path) and _is_yaml(os.path.basename(path)):
                continue  # it is said where it is read
            message = f"this may be a folder, and cannot be read: {error.strerror}"
            hint = "make it readable, or move it out of the base"
            where = Location(show_path(Path(path)))
            raise AdvisorError(Problem(message=message, where=where, hint=hint)) from None


def _refuse_unreadable(error: OSError) -> None:
    if isinstance(error, FileNotFoundError):
        return  # a base without facts/
    where = Location(show_path(Path(error.filename)))
    message = f"the folder cannot be read: {error.strerror}"
    hint = "make it readable, or move it out of the base"
    raise AdvisorError(Problem(message=message, where=where, hint=hint)) from None


def shipped_folder() -> Path:
    """The folder of the base that comes with the program, installed or checked out."""
    package = Path(__file__).parent.parent
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parent


@look
def base_files(base: Path, part: str) -> list[Path]:
    """The YAML files of a base's folder; raises AdvisorError for links that lead out of the base.

    The shipped base is what its installer made of it, links perhaps.
    """
    files = yaml_files(base / part)
    if base != shipped_folder():
        for path in (base / part, *files):
            if os.path.islink(path) and not reaches(path, base):
                raise AdvisorError(out_of_reach(path, None))
    return files


def whole(file: str, message: str, hint: str | None = None) -> AdvisorError:
    """The error that something is wrong with a file as a whole."""
    return AdvisorError(Problem(message=message, where=Location(file), hint=hint))
