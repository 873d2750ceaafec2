"""Turns the files of places into how a code host calls them: from the root of the repository."""

from __future__ import annotations

import os
from pathlib import Path


def root_of(folder: Path) -> Path:
    """The nearest folder above where a base really is that is a repository; else where we work."""
    above = Path(os.path.realpath(folder))
    within = (folder for folder in (above, *above.parents) if os.path.lexists(folder / ".git"))
    try:
        return next(within, None) or Path.cwd()
    except FileNotFoundError:  # the working folder is gone
        return above


def from_root(file: str, root: Path) -> Path:
    """A file from the root, or in full if it lies elsewhere."""
    folder, name = os.path.split(file)
    path = Path(os.path.realpath(folder), name)  # a repository has a link to a file as a file
    return path.relative_to(root) if path.is_relative_to(root) else path
