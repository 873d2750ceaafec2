"""Turns the files of a base and of its scenarios into a model, with every error they hold."""

from __future__ import annotations

import contextlib
import graphlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from advisor import yamlfile
from advisor.errors import AdvisorError, Location, Problem, nearest, printable
from advisor.loader.folding import Changes, fold
from advisor.loader.instances import Mismatch, instance_of
from advisor.loader.reader import MAX_PROBLEMS, Problems, Reader, is_empty
from advisor.loader.rules import read_rules
from advisor.loader.scenarios import KEYS, Known, Layer, read_layer
from advisor.loader.vocabulary import SECTIONS, Vocabulary, read_entities, read_sources
from advisor.model import Instance, KnowledgeBase, Rule, Scenario
from advisor.strata import components, dependencies, forbidden_cycle
from advisor.yamlfile import Document, Node

__all__ = [
    "MAX_PROBLEMS",
    "Changes",
    "ScenarioHead",
    "change",
    "fold",
    "load_base",
    "load_scenario",
    "load_what_if",
    "load_with_parents",
    "parse_instance",
    "scenario_heads",
    "scenario_names",
    "shipped_folder",
]

_NEEDED: Final = ("base.yaml", "templates.yaml")


def shipped_folder() -> Path:
    """The folder of the base that comes with the program, installed or checked out."""
    package = Path(__file__).parent.parent
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parent


def load_base(folder: Path | None = None) -> KnowledgeBase:
    """The base in a folder, the shipped one by default; raises AdvisorError with every problem."""
    folder = folder or shipped_folder()
    rules_folder = folder / "rules"
    if not os.path.isdir(rules_folder):  # noqa: PTH112 - no error for a name too long
        message = "this is no base: it has no folder 'rules'"
        hint = "name a folder with rules/ and facts/"
        raise AdvisorError(Problem(message=message, where=Location(_shown(folder)), hint=hint))
    problems = Problems()
    files = {path.relative_to(rules_folder).as_posix(): path for path in _yaml_under(rules_folder)}
    sections = {name: _opened(files.get(name), problems) for name in SECTIONS}
    readable = not problems.found
    for name in _NEEDED if readable else ():
        if sections[name] is None:
            where = Location(_shown(rules_folder / name))
            message = "the base needs this file, and it says nothing"
            if name not in files:
                message = "the base needs this file, and it is not there"
            problems.found.append(Problem(message=message, where=where))
    readable = not problems.found
    others = [_opened(files[name], problems) for name in sorted(files.keys() - SECTIONS.keys())]
    if not readable:
        problems.raise_any()  # whatever an unread section declares would be missed everywhere
    words = Vocabulary()
    for name, read_section in SECTIONS.items():
        if opened := sections[name]:
            read_section(*opened, words)
    rules = [rule for opened in others if opened for rule in read_rules(*opened, words)]
    _check_rules(rules, words, problems)
    problems.raise_any()
    return _base(folder, words, rules)


def _base(folder: Path, words: Vocabulary, rules: list[Rule]) -> KnowledgeBase:
    return KnowledgeBase(
        folder=folder,
        title=words.title,
        about=words.about,
        date=words.date,
        scenario=words.scenario,
        client=words.client,
        hedges=words.hedges,
        entities=words.entities,
        templates=words.templates,
        interests=words.interests,
        sources=words.sources,
        rules=tuple(sorted(rules, key=lambda rule: rule.id)),
        derived=_derived(rules),
    )


def _derived(rules: list[Rule]) -> frozenset[str]:
    return frozenset(pattern.template for rule in rules for pattern in rule.conclusions)


def _opened(path: Path | None, problems: Problems) -> tuple[Reader, Node] | None:
    """The reader and root of a file, or nothing; what is wrong with the file is recorded."""
    if path is None:
        return None
    try:
        document = yamlfile.read(path, _shown(path))
    except AdvisorError as error:
        problems.found += error.problems
        return None
    if document.root is None or is_empty(document.root):
        return None
    return Reader(document, problems), document.root


def _yaml_under(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.y*ml") if not path.name.startswith("."))


def _shown(path: Path) -> str:
    """A path as messages and results show it: relative if it lies below here, and harmless."""
    shown = os.path.normpath(path)
    with contextlib.suppress(OSError):  # the working folder may be gone
        relative = os.path.relpath(path)
        shown = shown if relative.startswith("..") else relative
    return printable(shown)


def _check_rules(rules: list[Rule], words: Vocabulary, problems: Problems) -> None:
    """What only shows when all rules are known."""
    first: dict[str, Rule] = {}
    for rule in rules:
        other = first.setdefault(rule.id, rule)
        if rule.id and other is not rule:
            hint = f"the other stands at {other.where}"
            message = f"there are two rules '{rule.id}'"
            problems.found.append(Problem(message=message, where=rule.where, hint=hint))
    if words.client and words.client not in words.entities:
        message = f"the default client '{words.client}' is no entity"
        nearby = nearest(words.client, words.entities)
        problems.found.append(Problem(message=message, where=words.client_at, hint=nearby))
    _check_derived(rules, words, problems)
    _check_strata(rules, words, problems)
    _check_steps(words, problems)


def _check_derived(rules: list[Rule], words: Vocabulary, problems: Problems) -> None:
    """What rules conclude can neither be asked for nor replaced."""
    concluded = {pattern.template: rule for rule in rules[::-1] for pattern in rule.conclusions}
    for template in words.templates.values():
        rule = concluded.get(template.id)
        if rule is None:
            continue
        if template.asks and not template.advice and not template.caveat:
            message = f"'{template.id}' is concluded, so it cannot be asked for"
            hint = f"take 'asks' out, or the conclusion at {rule.where}"
            problems.found.append(Problem(message=message, where=template.where, hint=hint))
        if template.key:
            message = f"'{template.id}' has a key, and only given facts can replace one another"
            hint = f"take 'key' out, or the conclusion at {rule.where}"
            problems.found.append(Problem(message=message, where=template.where, hint=hint))


def _check_strata(rules: list[Rule], words: Vocabulary, problems: Problems) -> None:
    ordered = sorted(rules, key=lambda rule: rule.id)
    cycle = forbidden_cycle(dependencies(ordered, words.templates))
    if cycle is None:
        return
    steps = "; ".join(
        f"{step.conclusion} rests on {step.premise} ({step.how} of {step.rule})" for step in cycle
    )
    rule = next(rule for rule in ordered if rule.id == cycle[0].rule)
    message = f"'{cycle[0].conclusion}' depends on itself through '{cycle[0].how}': {steps}"
    hint = "break the cycle: no conclusion may rest on its own absence or number"
    problems.found.append(Problem(message=message, where=rule.where, hint=hint))


def _check_steps(words: Vocabulary, problems: Problems) -> None:
    """Advice cannot come after itself."""
    graph = {t.id: [r.other.template for r in t.after] for t in words.templates.values()}
    for members in components(graph):
        try:
            within = {name: [one for one in graph[name] if one in members] for name in members}
            graphlib.TopologicalSorter(within).prepare()
        except graphlib.CycleError as error:
            cycle = error.args[1][::-1]
            where = words.templates[cycle[0]].where
            message = f"advice comes after itself: {' after '.join(cycle)}"
            problems.found.append(Problem(message=message, where=where, hint="break the cycle"))


def scenario_names(base: KnowledgeBase) -> dict[str, Path]:
    """The scenarios of a base by name; raises AdvisorError where two files share one."""
    found: dict[str, Path] = {}
    for path in _yaml_under(base.folder / "facts"):
        other = found.setdefault(printable(path.stem), path)
        if other is not path:
            message = f"two scenarios are called '{path.stem}'"
            where = Location(_shown(path))
            hint = f"the other is {_shown(other)}"
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
        opened = _opened(path, problems)
        if opened is None:
            continue
        reader, root = opened
        fields = reader.fields(root, "a scenario", KEYS, ("title",))
        head = ScenarioHead(
            name=name,
            title=reader.text(fields.get("title"), "title"),
            about=reader.optional(fields.get("about"), "about"),
            extends=reader.optional(fields.get("extends"), "extends"),
            path=_shown(path),
        )
        heads.append(head)
    problems.raise_any()
    return tuple(heads)


def parse_instance(text: str, base: KnowledgeBase) -> tuple[Instance, int | None]:
    """The instance that a line writes, and its grade if it sets one; raises AdvisorError."""
    try:
        return instance_of(text, base)
    except Mismatch as mismatch:
        raise AdvisorError(Problem(message=mismatch.message, hint=mismatch.hint)) from None


def load_scenario(
    base: KnowledgeBase, named: str | None = None, stdin: bytes | None = None
) -> Scenario:
    """The scenario of a name or path, with all that it extends; "-" reads the bytes of stdin."""
    named = named or base.scenario
    if named is None:
        message = "the base has no default scenario"
        raise AdvisorError(Problem(message=message, hint="name one, or a fact file"))
    problems = Problems()
    return _folded(base, _chain(base, named, stdin, problems), problems)


def load_with_parents(
    base: KnowledgeBase, named: Sequence[str] = ()
) -> list[tuple[Scenario, Scenario | None]]:
    """Scenarios, each with the one that it extends: those of names, paths and folders, or all.

    Raises AdvisorError with every problem of all of them.
    """
    names = list(scenario_names(base))
    if named:
        names = [one for name in named for one in _within(name)]
    problems: list[Problem] = []
    found = []
    for name in names:
        try:
            scenario = load_scenario(base, name)
            parent = None
            if scenario.extends is not None:
                parent = load_scenario(base, _parent(base, name))
            found.append((scenario, parent))
        except AdvisorError as error:
            problems += error.problems
    if problems:
        raise AdvisorError(*dict.fromkeys(problems))
    return found


def _within(name: str) -> list[str]:
    """The fact files of a folder, or the name itself."""
    return [str(path) for path in _yaml_under(Path(name))] if Path(name).is_dir() else [name]


def _parent(base: KnowledgeBase, named: str) -> str:
    """What a scenario extends, as a name or a path from here."""
    problems = Problems()
    return _chain(base, named, None, problems)[-2][1].file


def load_what_if(scenario: Scenario, named: str, stdin: bytes | None = None) -> Scenario:
    """What a what-if makes of a scenario: its changes, with those it extends, folded into it.

    Of what the what-if extends, only what the scenario does not hold already is folded in; the
    scenario that all of it starts from gives way to this one.
    """
    problems = Problems()
    chain = _chain(scenario.base, named, stdin, problems)
    names = [name for name, _ in chain]
    if scenario.name in names:
        chain = chain[names.index(scenario.name) + 1 :]
    elif len(chain) > 1:
        chain = chain[1:]
    return _folded(scenario.base, chain, problems, onto=scenario) if chain else scenario


def change(scenario: Scenario, text: str, shown_as: str) -> Scenario:
    """The scenario with the changes that the text of a fact file makes to it."""
    problems = Problems()
    document = yamlfile.parse(text.encode(), shown_as)
    return _folded(scenario.base, [(shown_as, document)], problems, onto=scenario)


def _chain(
    base: KnowledgeBase, named: str | None, stdin: bytes | None, problems: Problems
) -> list[tuple[str, Document]]:
    """The documents of a scenario, from the one that all start from to the one that is named."""
    names = scenario_names(base)
    chain: list[tuple[str, Document]] = []
    folder: Path | None = None
    where: Location | None = None  # of the line that extends
    while named is not None:
        if named not in names and not _is_path(named, folder, stdin):
            hint = nearest(named, names) or f"there are: {', '.join(sorted(names)) or 'none'}"
            message = f"there is no scenario '{named}'"
            problems.found.append(Problem(message=message, where=where, hint=hint))
            problems.raise_any()
        document, name, folder = _found(named, names, folder, stdin)
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
    if path.suffix in {".yaml", ".yml"} or "/" in named:
        return True
    return os.path.exists(path)  # noqa: PTH110 - no error for a name too long


def _found(
    named: str, names: Mapping[str, Path], folder: Path | None, stdin: bytes | None
) -> tuple[Document, str, Path]:
    """The document that a name or path stands for; a path in a file is relative to that file."""
    if named == "-" and stdin is not None and folder is None:
        return yamlfile.parse(stdin, "<stdin>"), "stdin", Path()
    path = names.get(named) or (folder or Path()) / named
    return yamlfile.read(path, _shown(path)), printable(path.stem), path.parent


def _extended(document: Document, problems: Problems) -> tuple[str | None, Location | None]:
    """What a fact file extends, and where it says so."""
    reader = Reader(document, problems)
    root = document.root
    if not isinstance(root, yamlfile.Mapping):
        return None, None
    node = next((value for key, value in root.entries if key.text == "extends"), None)
    if node is None:
        return None, None
    return reader.text(node, "extends") or None, reader.where(node)


def _folded(
    base: KnowledgeBase,
    chain: list[tuple[str, Document]],
    problems: Problems,
    onto: Scenario | None = None,
) -> Scenario:
    """The scenarios of a chain folded into one, or onto one, each extending those before it."""
    readers = []
    words = Vocabulary(
        types={entity.type for entity in base.entities.values()},
        entities=dict(base.entities),
        interests=dict(base.interests),
        sources=dict(base.sources),
        templates=dict(base.templates),
        hedges=dict(base.hedges),
    )
    for _, document in chain:
        reader = Reader(document, problems)
        fields = _fields(reader, document)
        if "entities" in fields:
            read_entities(reader, fields["entities"], words)
        if "sources" in fields:
            read_sources(reader, fields["sources"], words)
        readers.append((reader, fields))
    known = Known(words=words, rules={rule.id: rule for rule in base.rules}, derived=base.derived)
    widened = msgspec.structs.replace(base, entities=words.entities, sources=words.sources)
    scenario = onto or Scenario(
        base=widened, name="", title="", client=base.client, where=Location(chain[0][1].file)
    )
    scenario = msgspec.structs.replace(scenario, base=widened)
    for (name, document), (reader, fields) in zip(chain, readers, strict=True):
        layer = read_layer(reader, fields, known)
        scenario, failed = fold(scenario, layer.changes)
        problems.found += failed
        scenario = _layered(scenario, name, document, layer)
    problems.raise_any()
    return scenario


def _fields(reader: Reader, document: Document) -> dict[str, Node]:
    if document.root is None or is_empty(document.root):
        where = Location(document.file)
        reader.problems.found.append(Problem(message="the scenario is empty", where=where))
        return {}
    return reader.fields(document.root, "a scenario", KEYS, ("title",))


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
        expectations=layer.expectations,
        where=Location(document.file),
    )
