"""Finds the fact files that a scenario is made of: its own, and those that it extends."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from advisor.loader import yamlfile
from advisor.loader.cases import cases_of, named_cases
from advisor.loader.disk import exists, shipped_folder
from advisor.loader.fields import Fields
from advisor.loader.files import fact_files, no_scenario, open_file
from advisor.loader.keys import SCENARIO
from advisor.loader.reach import out_of_reach, reaches
from advisor.loader.reader import Problems, Reader, is_empty
from advisor.loader.tables import named_tables, read_table
from advisor.loader.yamlfile import Scalar, YamlDocument
from advisor.model.errors import AdvisorError, Location, Problem, printable, show_path, unprintable
from advisor.model.records import KnowledgeBase

Chain = list[tuple[str, YamlDocument]]  # by the names that the scenarios go by, extended ones first


def scenario_names(base: KnowledgeBase) -> dict[str, Path]:
    """The scenarios of a base by name; raises AdvisorError where two files share one."""
    found: dict[str, Path] = {}
    for name, path in fact_files(base.folder):
        other = found.setdefault(name, path)
        if other is not path:
            message = f"two scenarios are called '{path.stem}'"
            where = Location(show_path(path))
            hint = f"the other is {show_path(other)}"
            raise AdvisorError(Problem(message=message, where=where, hint=hint))
    return found


def own_scenarios(base: KnowledgeBase) -> dict[str, Path]:
    """Those of them that are scenarios by themselves: no background, nor only there to extend."""
    own = {name: path for name, path in scenario_names(base).items() if name != base.grounds}
    return {name: path for name, path in own.items() if not _to_extend(path)}


def _to_extend(path: Path) -> bool:
    """Whether a fact file says so; one that cannot be read does not."""
    opened = None
    with contextlib.suppress(OSError):  # it is said where it is read
        if b"to-extend" in path.read_bytes():
            opened = open_file(path, Problems())
    if opened is None or not isinstance(opened[1], yamlfile.Mapping):
        return False
    said = {key.text: value for key, value in opened[1].entries}.get("to-extend")
    return isinstance(said, Scalar) and said.plain and said.text == "true"


def nameable(base: KnowledgeBase, facts: str | None) -> str | None:
    """A scenario as any fact file can name it: by its name, or by its whole path.

    Raises AdvisorError for a path that none can name.
    """
    if facts is None or facts in scenario_names(base):
        return facts
    path = str(Path(facts).resolve())
    if unprintable(path) is not None:
        message = f"'{printable(path)}' has a character that no fact file may hold"
        hint = "what is saved would name it: rename it, or the folder that it is in"
        raise AdvisorError(Problem(message=message, hint=hint))
    return path


class _Named(NamedTuple):
    """A fact file as it is named: by the user, or by a file that extends it."""

    name: str
    own: Path | None = None  # the folder of the file that the user named
    folder: Path | None = None  # of the file that extends
    where: Location | None = None  # of the line that does


class _Found(NamedTuple):
    """A fact file that was named, and the one that it extends."""

    name: str
    document: YamlDocument
    extended: _Named | None
    problems: list[Problem]  # with what it says of the one that it extends


class Chains:
    """The chains of fact files of a base; a file that many extend is looked for and read once."""

    def __init__(self, base: KnowledgeBase, stdin: bytes | None = None) -> None:
        self._base, self._stdin = base, stdin
        self._found: dict[_Named, _Found] = {}

    @functools.cached_property
    def _names(self) -> dict[str, Path]:
        """The scenarios of the base by name, once one is named: stdin need name none."""
        return scenario_names(self._base)

    def of(self, named: str | None, problems: Problems) -> Chain:
        """The documents of a scenario, from the one that all start from to the one that is named.

        Without a name, of the base's own default scenario; "-" reads the bytes of stdin.
        """
        if named is not None and (whole := self._of_case(named)) is not None:
            return self._case(whole, named, problems)
        this: _Named | None = _Named(_default(self._base, self._names) if named is None else named)
        chain: dict[str, tuple[str, YamlDocument]] = {}  # by file
        while this is not None:
            if this not in self._found:
                self._found[this] = self._find(this, problems)
            name, document, extended, wrong = self._found[this]
            if document.file in chain:
                circle = " extends ".join([*(earlier for earlier, _ in chain.values()), name])
                message = f"scenarios extend in a circle: {circle}"
                problems.found.append(Problem(message=message, where=this.where))
                problems.raise_any()
            chain[document.file] = name, document
            problems.documents[document.file] = document
            problems.found += wrong
            this = extended
        return [*chain.values()][::-1]

    def _of_case(self, named: str) -> str | None:
        """The scenario that a case is one of, as its name tells; None if it is no case's name."""
        whole = named.rpartition("/")[0]
        return whole if whole and whole in self._names and not exists(named) else None

    def _case(self, whole: str, named: str, problems: Problems) -> Chain:
        chain = self.of(whole, problems)
        cases = self.cases(chain, problems)
        for case in cases:
            if case[0] == named:
                return [*chain, case]
        names = [name for name, _ in cases] or self._names
        problems.found.append(no_scenario(named, names, None))
        problems.raise_any()
        return chain

    def cases(self, chain: Chain, problems: Problems) -> list[tuple[str, YamlDocument]]:
        """The test cases of the scenario that a chain ends in, each to be put at its end."""
        name, document = chain[-1]
        root = document.root
        entries = root.entries if isinstance(root, yamlfile.Mapping) else []
        found = Fields(Reader(document, problems), SCENARIO, {k.text: v for k, v in entries})
        if "cases" not in found:
            return []
        cases = list(cases_of(name, found, found.text("title"), self._base.templates))
        for _, case in cases:
            problems.documents[case.file] = case
        return cases

    def _find(self, this: _Named, problems: Problems) -> _Found:
        """The file that is named; raises AdvisorError if there is none, or it is out of reach."""
        named, own, folder, where = this
        if named == "-" and self._stdin is not None and folder is None:
            document, name, folder = yamlfile.parse(self._stdin, "<stdin>"), "stdin", Path()
        else:
            if named not in self._names and not _is_path(named, folder):
                problems.found.append(no_scenario(named, self._names, where))
                problems.raise_any()
            if own is not None:
                path = self._names.get(named) or (folder or own) / named
                _refuse_elsewhere(self._base, path, own, where, problems)
            document, name, folder = _found(named, self._names, folder)
        wrong = Problems()
        document = self._with_tables(document, folder, own or folder, wrong)
        extended, where = _extended(document, wrong)
        below = None if extended is None else _Named(extended, own or folder, folder, where)
        return _Found(name, document, below, wrong.found)

    def _with_tables(
        self, document: YamlDocument, folder: Path, own: Path, problems: Problems
    ) -> YamlDocument:
        """A fact file with the tables that it names, as far as they can be read."""
        root = document.root
        entries = root.entries if isinstance(root, yamlfile.Mapping) else []
        reader = Reader(document, Problems())  # what is wrong with the names is told later
        nodes = {key.text: value for key, value in entries if key.text in {"tables", "cases"}}
        said = Fields(reader, SCENARIO, nodes)
        files = [*(table.file for table in named_tables(said)), *named_cases(said)]
        found = {}
        for file in files:
            path, where = folder / file.text, document.where(file)
            if not (reaches(path, self._base.folder, own) or _is_linked(self._base, path)):
                problems.found.append(out_of_reach(path, where))
                continue
            try:
                found[file.text] = read_table(path, file.text, where)
            except AdvisorError as error:
                problems.found += error.problems
        return msgspec.structs.replace(document, tables=found) if found else document


def _is_path(named: str, folder: Path | None) -> bool:
    """Whether what is no scenario's name is meant as a path."""
    path = (folder or Path()) / named
    if path.suffix.lower() in {".yaml", ".yml"} or "/" in named:
        return True
    return exists(str(path))


def _found(
    named: str, names: Mapping[str, Path], folder: Path | None
) -> tuple[YamlDocument, str, Path]:
    """The document that a name or path stands for; a path in a file is relative to that file."""
    path = names.get(named) or (folder or Path()) / named
    shown = show_path(path)
    document = yamlfile.read(path, shown) if folder is None else _read_unquoted(path, shown)
    return document, printable(path.stem), path.parent


def _read_unquoted(path: Path, shown: str) -> YamlDocument:
    """A file that another one names; unless it is a scenario, no message tells what is in it."""
    try:
        document = yamlfile.read(path, shown)
    except AdvisorError as error:
        raise error.unquoted() from None
    root = document.root
    if root is None or is_empty(root):
        return document
    if isinstance(root, yamlfile.Mapping):
        if any(key.text == "title" for key, _ in root.entries):
            return document
        message = "this is no scenario: it needs 'title'"
    else:
        message = "this is no scenario, which must be keys and values"
    raise AdvisorError(Problem(message=message, where=Location(shown)))


def _refuse_elsewhere(
    base: KnowledgeBase, path: Path, own: Path, where: Location | None, problems: Problems
) -> None:
    """Raise for a file that another one names and that neither may reach."""
    if not reaches(path, base.folder, own) and not _is_linked(base, path):
        problems.found.append(out_of_reach(path, where))
        problems.raise_any()


def _is_linked(base: KnowledgeBase, path: Path) -> bool:
    """Whether a file is of the shipped base, which an installer may have made of links."""
    return base.folder == shipped_folder() and path.is_relative_to(base.folder)


def _default(base: KnowledgeBase, names: Mapping[str, Path]) -> str:
    """The base's default scenario: a name, or a path that the base may reach."""
    if base.scenario is None:
        message = "the base has no default scenario"
        raise AdvisorError(Problem(message=message, hint="name one, or a fact file"))
    if base.scenario not in names and not reaches(Path(base.scenario), base.folder):
        where = Location(show_path(base.folder / "rules" / "base.yaml"))
        raise AdvisorError(out_of_reach(Path(base.scenario), where))
    return base.scenario


def _extended(document: YamlDocument, problems: Problems) -> tuple[str | None, Location | None]:
    """What a fact file extends, and where it says so."""
    reader = Reader(document, problems)
    root = document.root
    if not isinstance(root, yamlfile.Mapping):
        return None, None
    node = next((value for key, value in root.entries if key.text == "extends"), None)
    if node is None:
        return None, None
    named = reader.text(node, "extends")
    if named and isinstance(node, yamlfile.Scalar):
        named = node.text.strip("\n")  # a path keeps its blanks
    return named or None, reader.where(node)
