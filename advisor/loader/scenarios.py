"""Turns fact files into scenarios, each with all that it extends folded in."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from advisor.loader import yamlfile
from advisor.loader.fields import Fields, fields
from advisor.loader.files import (
    fact_files,
    no_scenario,
    open_file,
    shipped_folder,
    yaml_files,
)
from advisor.loader.keys import SCENARIO
from advisor.loader.layers import Known, Layer, read_layer, understood
from advisor.loader.reach import out_of_reach, reaches
from advisor.loader.reader import Problems, Reader, is_empty
from advisor.loader.vocabulary import Vocabulary, read_entities, read_sources
from advisor.loader.yamlfile import Document
from advisor.model.changes import fold
from advisor.model.errors import AdvisorError, Location, Problem, printable, show_path
from advisor.model.ordering import gathered, in_order, ordered, over, with_entities
from advisor.model.records import Instance, KnowledgeBase, Recommended, Scenario


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


class ScenarioHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a fact file says of itself."""

    name: str
    title: str
    about: str | None
    extends: str | None
    path: str


def scenario_heads(base: KnowledgeBase) -> tuple[ScenarioHead, ...]:
    """The heads of all scenarios of a base, by name; raises AdvisorError for an unreadable one."""
    problems = Problems()
    heads = []
    for name, path in sorted(scenario_names(base).items()):
        opened = open_file(path, problems)
        if opened is None:
            continue
        reader, root = opened
        says = fields(reader, root, SCENARIO)
        head = ScenarioHead(
            name=name,
            title=says.text("title"),
            about=says.optional("about"),
            extends=says.optional("extends"),
            path=show_path(path),
        )
        heads.append(head)
    problems.raise_any()
    return tuple(heads)


def load_scenario(
    base: KnowledgeBase, named: str | None = None, stdin: bytes | None = None
) -> Scenario:
    """The scenario of a name or path, with all that it extends; "-" reads the bytes of stdin."""
    problems = Problems()
    return _folded(base, documents_of(base, named, stdin, problems), problems)


def load_answers(base: KnowledgeBase, named: str) -> tuple[Scenario, list[str]]:
    """A scenario without the facts that the base does not understand any more, and those.

    Only of one that a consultation has saved is anything left out.
    """
    problems = Problems()
    chain = documents_of(base, named, None, problems)
    dropped: list[str] = []
    return _folded(base, chain, problems, dropped=dropped), dropped


def load_with_parent(
    base: KnowledgeBase, named: str, stdin: bytes | None = None
) -> tuple[Scenario, Scenario | None]:
    """The scenario of a name or path and the one that it extends, if any."""
    problems = Problems()
    chain = documents_of(base, named, stdin, problems)
    scenario = _folded(base, chain, problems)
    return scenario, _folded(base, chain[:-1], problems) if len(chain) > 1 else None


def load_with_parents(
    base: KnowledgeBase, named: Sequence[str] = ()
) -> list[tuple[Scenario, Scenario | None]]:
    """Scenarios, each with the one that it extends: those of names, paths and folders, or all.

    Raises AdvisorError with every problem of all of them.
    """
    problems: list[Problem] = []
    found = []
    names = list(scenario_names(base))
    if named:
        names = [file for name in named for file in _within(name, problems)]
    for name in names:
        try:
            found.append(load_with_parent(base, name))
        except AdvisorError as error:
            problems += error.problems
    if problems:
        raise AdvisorError(*dict.fromkeys(problems))
    return found


def _within(name: str, problems: list[Problem]) -> list[str]:
    """The fact files of a folder, which needs some, or the name itself."""
    if not os.path.isdir(name):  # noqa: PTH112 - no error for a name too long
        return [name]
    files = yaml_files(Path(name))
    if not files:
        where = Location(show_path(Path(name)))
        hint = "fact files are named *.yaml"
        problems.append(Problem(message="this folder has no fact file", where=where, hint=hint))
    return [str(path) for path in files]


def load_what_if(scenario: Scenario, named: str, stdin: bytes | None = None) -> Scenario:
    """What a what-if makes of a scenario: its changes, with those it extends, folded into it.

    Of what the what-if extends, only what the scenario does not hold already is folded in; the
    scenario that all of it starts from gives way to this one. One that extends nothing stays as it
    stands.
    """
    problems = Problems()
    chain = documents_of(scenario.base, named, stdin, problems)
    if len(chain) == 1:
        alone = _folded(_of_rules(scenario.base), chain, problems)
        entities = {**scenario.base.entities, **alone.base.entities}
        return over(alone, with_entities(alone.base, entities))
    chain = chain[_held(scenario, chain) :]
    return _folded(scenario.base, chain, problems, onto=scenario) if chain else scenario


def _of_rules(base: KnowledgeBase) -> KnowledgeBase:
    """The base without what a scenario declares for itself."""
    folder = show_path(base.folder / "rules") + os.sep
    entities = {n: e for n, e in base.entities.items() if e.where.file.startswith(folder)}
    sources = {n: s for n, s in base.sources.items() if s.where.file.startswith(folder)}
    return msgspec.structs.replace(base, entities=entities, sources=sources)


def _held(scenario: Scenario, chain: Sequence[tuple[str, Document]]) -> int:
    """How many documents of a chain a scenario holds already, or stands in for."""
    files = [document.file for _, document in chain]
    if scenario.where.file in files:
        return files.index(scenario.where.file) + 1
    names = [name for name, _ in chain]
    if scenario.name in names:
        return names.index(scenario.name) + 1
    return 1


def change(scenario: Scenario, text: str, shown_as: str) -> Scenario:
    """The scenario with the changes that the text of a fact file makes to it."""
    problems = Problems()
    document = yamlfile.parse(text.encode(), shown_as)
    return _folded(scenario.base, [(shown_as, document)], problems, onto=scenario)


def documents_of(
    base: KnowledgeBase, named: str | None, stdin: bytes | None, problems: Problems
) -> list[tuple[str, Document]]:
    """The documents of a scenario, from the one that all start from to the one that is named.

    Without a name, of the base's own default scenario.
    """
    names = scenario_names(base)
    if named is None:
        named = _default(base, names)
    chain: list[tuple[str, Document]] = []
    own: Path | None = None  # the folder of the file that the user named
    folder: Path | None = None
    where: Location | None = None  # of the line that extends
    while named is not None:
        if named not in names and not _is_path(named, folder, stdin):
            problems.found.append(no_scenario(named, names, where))
            problems.raise_any()
        if own is not None:
            _refuse_elsewhere(
                base, names.get(named) or (folder or own) / named, own, where, problems
            )
        document, name, folder = _found(named, names, folder, stdin)
        own = own or folder
        if any(document.file == earlier.file for _, earlier in chain):
            circle = " extends ".join([*(earlier for earlier, _ in chain), name])
            message = f"scenarios extend in a circle: {circle}"
            problems.found.append(Problem(message=message, where=where))
            problems.raise_any()
        chain.append((name, document))
        named, where = _extended(document, problems)
    return chain[::-1]


def _is_path(named: str, folder: Path | None, stdin: bytes | None) -> bool:
    """Whether what is no scenario's name is meant as a path, or as standard input."""
    if named == "-" and stdin is not None and folder is None:
        return True
    path = (folder or Path()) / named
    if path.suffix.lower() in {".yaml", ".yml"} or "/" in named:
        return True
    return os.path.exists(path)  # noqa: PTH110 - no error for a name too long


def _found(
    named: str, names: Mapping[str, Path], folder: Path | None, stdin: bytes | None
) -> tuple[Document, str, Path]:
    """The document that a name or path stands for; a path in a file is relative to that file."""
    if named == "-" and stdin is not None and folder is None:
        return yamlfile.parse(stdin, "<stdin>"), "stdin", Path()
    path = names.get(named) or (folder or Path()) / named
    shown = show_path(path)
    document = yamlfile.read(path, shown) if folder is None else _read_unquoted(path, shown)
    return document, printable(path.stem), path.parent


def _read_unquoted(path: Path, shown: str) -> Document:
    """A file that another one names; unless it is a scenario, no message tells what is in it."""
    try:
        document = yamlfile.read(path, shown)
    except AdvisorError as error:
        hidden = (msgspec.structs.replace(problem, quoted=None) for problem in error.problems)
        raise AdvisorError(*hidden) from None
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


def _extended(document: Document, problems: Problems) -> tuple[str | None, Location | None]:
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


def _folded(
    base: KnowledgeBase,
    chain: list[tuple[str, Document]],
    problems: Problems,
    onto: Scenario | None = None,
    dropped: list[str] | None = None,
) -> Scenario:
    """The scenarios of a chain folded into one, or onto one, each extending those before it.

    With a list for what is `dropped`, saved answers that the base does not understand go there.
    """
    words, read = _declared(base, chain, problems)
    known = Known(words=words, rules={rule.id: rule for rule in base.rules}, derived=base.derived)
    widened = msgspec.structs.replace(
        base,
        entities=words.entities,
        templates=words.templates,
        sources=in_order(words.sources),
    )
    scenario = onto or Scenario(
        base=widened, name="", title="", client=base.client, where=Location(chain[0][1].file)
    )
    scenario = msgspec.structs.replace(scenario, base=widened)
    for (name, document), says in zip(chain, read, strict=True):
        kept = says
        if dropped is not None and "consulted" in says:
            kept, lost = understood(says, known)
            dropped += lost
        layer = read_layer(kept, known)
        scenario, failed = fold(scenario, layer.changes)
        problems.found += failed
        scenario = _layered(scenario, name, document, layer)
    problems.raise_any()
    return scenario


def _declared(
    base: KnowledgeBase, chain: list[tuple[str, Document]], problems: Problems
) -> tuple[Vocabulary, list[Fields]]:
    """The words of a base with those that the scenarios of a chain declare; and these, to read."""
    words = Vocabulary(
        types={entity.type for entity in base.entities.values()},
        entities=dict(base.entities),
        interests=dict(base.interests),
        sources=dict(base.sources),
        templates=dict(base.templates),
        hedges=dict(base.hedges),
    )
    read = []
    for _, document in chain:
        says = _fields(Reader(document, problems), document)
        if "entities" in says:
            read_entities(says.reader, says["entities"], words)
        if "sources" in says:
            read_sources(says.reader, says["sources"], words)
        read.append(says)
    if len(words.entities) > len(base.entities):
        words.templates = ordered(words.templates, words.entities)
        words.entities = in_order(words.entities)
    return words, read


def _fields(reader: Reader, document: Document) -> Fields:
    if document.root is None or is_empty(document.root):
        where = Location(document.file)
        reader.problems.found.append(Problem(message="the scenario is empty", where=where))
        return Fields(reader, SCENARIO, {})
    return fields(reader, document.root, SCENARIO)


def _recommends(scenario: Scenario, layer: Layer) -> dict[Instance, Recommended]:
    """What sources recommend by all files so far; those of the same thing gather."""
    found = {**scenario.recommends, **layer.recommends}
    for instance in scenario.recommends.keys() & layer.recommends.keys():
        before = scenario.recommends[instance]
        citations = (*before.citations, *layer.recommends[instance].citations)
        together = gathered(citations, scenario.base.sources)
        found[instance] = msgspec.structs.replace(before, citations=together)
    return {instance: found[instance] for instance in scenario.base.ordered(found)}


def _layered(scenario: Scenario, name: str, document: Document, layer: Layer) -> Scenario:
    """The scenario under its new name, with what the last file says of itself."""
    return msgspec.structs.replace(
        scenario,
        name=name,
        title=layer.title,
        about=layer.about,
        extends=scenario.name or None,
        client=layer.client or scenario.client,
        complete=scenario.complete if layer.complete is None else layer.complete,
        interests={**scenario.interests, **layer.interests},
        recommends=_recommends(scenario, layer),
        expectations=layer.expectations,
        consulted=layer.consulted,
        where=Location(document.file),
    )
