"""Turns a revision of a git repository into a base in a temporary folder.

The working tree and the index stay as they are: what was committed is read from the repository.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from advisor.model import english
from advisor.model.errors import AdvisorError, Location, Problem, printable, show_path

_PARTS: Final = ("rules", "facts")
_WHERE: Final = ("--show-toplevel", "--show-prefix")
_HINT: Final = "name a folder with rules/ and facts/, or a commit, tag or branch of its repository"

_NAMED: Final = 3  # bases of a repository, where none is at its top


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A base as it is on the disk, and how its places are called."""

    folder: Path
    name: str  # of the base, as whoever asked for it knows it
    shown: str | None = None  # what stands for the folder in places; None if they are real

    def place(self, where: Location) -> Location:
        """A place as it is told."""
        if self.shown is None:
            return where
        return msgspec.structs.replace(where, file=self.text(where.file))

    def text(self, text: str) -> str:
        """A text in which places stand, as it is told."""
        if self.shown is None:
            return text
        return text.replace(f"{show_path(self.folder)}/", self.shown)

    def problem(self, problem: Problem) -> Problem:
        """A problem with its place as it is told."""
        hint = problem.hint and self.text(problem.hint)
        where = problem.where and self.place(problem.where)
        return msgspec.structs.replace(problem, where=where, hint=hint)


@contextlib.contextmanager
def written(old: Path, beside: Path) -> Iterator[Written]:
    """A base in a folder, or as it was in a revision of the repository that another base is in.

    AdvisorError if it is neither.
    """
    if old.exists() or not beside.is_dir():
        yield Written(folder=old, name=show_path(old))
        return
    revision = str(old)
    commit = _commit(revision, beside)
    top, within = (_git(beside, "rev-parse", one).decode().strip("\n") for one in _WHERE)
    with tempfile.TemporaryDirectory(prefix="advisor-") as name:
        folder = Path(name)
        _unpack(revision, f"{commit}:{within.rstrip('/')}", Path(top), folder)
        told = printable(revision)
        yield Written(folder=folder, name=told, shown=f"{told}:{printable(within)}")


def _commit(revision: str, beside: Path) -> str:
    """The commit of a revision; AdvisorError if there is none."""
    missing = f"there is no folder '{printable(revision)}'"
    try:
        _git(beside, "rev-parse", "--show-toplevel")
    except FileNotFoundError:
        raise _refused(f"{missing}, and no git here to look for a revision") from None
    except _GitError as error:
        said = str(error).partition("\n")[0]
        if "not a git repository" not in said:
            raise _refused(f"{missing}, and git says: {printable(said)}") from None
        where = show_path(beside)
        raise _refused(f"{missing}, and '{where}' is in no git repository") from None
    try:
        asked = ("--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return _git(beside, "rev-parse", *asked).decode().strip()
    except _GitError:
        where = show_path(beside)
        raise _refused(f"{missing}, and no such revision in the repository of '{where}'") from None


def _unpack(revision: str, tree: str, top: Path, folder: Path) -> None:
    """Write the base of a commit into a folder; AdvisorError if there is none in it."""
    try:
        there = _git(top, "ls-tree", "--name-only", tree).decode().splitlines()
    except _GitError:  # the folder was not there yet
        there = []
    if "rules" not in there:
        within = printable(tree.partition(":")[2])
        where = f"in '{within}'" if within else "at the top of its repository"
        hint = _HINT if within else _below(tree, top)
        raise _refused(f"the revision '{printable(revision)}' has no base {where}", hint)
    packed = _git(top, "archive", "--format=tar", tree, *(p for p in _PARTS if p in there))
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def _below(tree: str, top: Path) -> str:
    """What to name instead of the top of a repository that has its bases in folders."""
    folders = _git(top, "ls-tree", "-rdz", "--name-only", tree).decode().split("\0")
    bases = [folder.removesuffix("/rules") for folder in folders if folder.endswith("/rules")]
    named = english.listing((f"'{show_path(top / base)}'" for base in bases[:_NAMED]), "or")
    return f"name the folder of the base as NEW: {named}" if bases else _HINT


class _GitError(Exception):
    """What git complains of."""


def _git(folder: Path, *arguments: str) -> bytes:
    """What a git command says; FileNotFoundError where there is no git."""
    pipe = subprocess.PIPE
    command = ["git", "-C", str(folder), *arguments]
    plain = {**os.environ, "LC_ALL": "C"}  # its complaints in English
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=plain) as running:
        said, complaint = running.communicate()
    if running.returncode:
        raise _GitError(complaint.decode(errors="replace").strip())
    return said


def _refused(message: str, hint: str = _HINT) -> AdvisorError:
    return AdvisorError(Problem(message=message, hint=hint))
