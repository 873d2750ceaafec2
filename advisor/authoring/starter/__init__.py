"""Turns an empty folder into a small working base that an author can change into another."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from advisor import loader
from advisor.authoring import schema
from advisor.model import writing
from advisor.model.errors import AdvisorError, Location, Problem

_BASE: Final = Path(__file__).parent / "base"


def make(folder: Path) -> int:
    """Write the base into a new or empty folder, whole or not at all; gives the number of files.

    Raises AdvisorError for a folder that holds something, and OSError where it cannot be written.
    """
    _refuse_taken(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.absolute().parent / f".{folder.absolute().name}.{os.getpid()}.part"
    try:
        shutil.copytree(_BASE, part)
        _write_schemas(part)
        number = sum(path.is_file() for path in part.rglob("*"))
        _move(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return number


def _refuse_taken(folder: Path) -> None:
    if not os.path.lexists(folder):
        return
    where = Location(str(folder))
    if not folder.is_dir():
        message, hint = "this is no folder", "name a folder that is new or empty"
    elif any(folder.iterdir()):
        message, hint = "this folder is not empty", "name one that is, or a new one"
    else:
        return
    raise AdvisorError(Problem(message=message, where=where, hint=hint))


def _write_schemas(base: Path) -> None:
    (base / "schemas").mkdir()
    for name, content in schema.schemas(loader.load_base(base)).items():
        path = base / "schemas" / f"{name}.schema.json"
        writing.put(path, schema.written(content))


def _move(part: Path, folder: Path) -> None:
    """Put what was made in its place: the folder itself, or what is in it if it was there."""
    if not folder.exists():
        part.rename(folder)
        return
    moved: list[Path] = []
    try:
        for path in sorted(part.iterdir()):
            moved.append(path.rename(folder / path.name))
    except OSError:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
