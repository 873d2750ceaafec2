"""Turns paths into the files of a base that would look otherwise in the canonical layout."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from advisor import loader
from advisor.authoring.layout.text import laid_out
from advisor.loader.disk import yaml_files
from advisor.model.errors import AdvisorError, Location, Problem, show_path


class Laid(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it is and as the canonical layout has it."""

    path: Path
    shown: str  # its path in messages
    before: str
    after: str

    @property
    def changes(self) -> bool:
        """Whether it looks otherwise."""
        return self.before != self.after


def lay_out(paths: Sequence[str], base: Path | None) -> list[Laid]:
    """Files, folders, or all of a base, laid out; raises AdvisorError if any does not load."""
    files = _files(paths, base)
    _check(files, base)
    return [_laid(path) for path in files]


def _laid(path: Path) -> Laid:
    data = path.read_bytes()
    shown = show_path(path)
    before = data.decode("utf-8", errors="surrogateescape")
    return Laid(path=path, shown=shown, before=before, after=laid_out(data, shown))


def _files(paths: Sequence[str], base: Path | None) -> list[Path]:
    """The files meant, each once, in order."""
    if not paths and base is None:
        hint = "name files or folders, or a base with --base"
        raise AdvisorError(Problem(message="there is nothing to lay out", hint=hint))
    found: list[Path] = []
    for path in map(Path, paths or [str(base)]):
        if not os.path.isdir(path):  # noqa: PTH112 - no error for a name too long
            found.append(path)
            continue
        folders = [path / name for name in ("rules", "facts") if (path / name).is_dir()]
        within = [file for folder in folders or [path] for file in yaml_files(folder)]
        if not within:
            where = Location(show_path(path))
            raise AdvisorError(Problem(message="this folder has no YAML file", where=where))
        found += within
    return list(dict.fromkeys(found))


def _check(files: Iterable[Path], base: Path | None) -> None:
    """Load every base that the files belong to, and every fact file among them."""
    homes: dict[Path | None, list[str]] = {}
    for path in files:
        home, is_fact = _home(path)
        facts = homes.setdefault(home or base, [])
        if is_fact:
            facts.append(str(path))
    problems: list[Problem] = []
    for home, facts in homes.items():
        try:
            loaded = loader.load_base(home)
            if facts:
                loader.load_with_parents(loaded, facts)
        except AdvisorError as error:
            problems += error.problems
    if problems:
        raise AdvisorError(*dict.fromkeys(problems))


def _home(path: Path) -> tuple[Path | None, bool]:
    """The base that a file lies in, if it does, and whether the file holds facts."""
    for parent in path.absolute().parents:
        if parent.name in {"rules", "facts"} and (parent.parent / "rules" / "base.yaml").exists():
            return parent.parent, parent.name == "facts"
    return None, True
