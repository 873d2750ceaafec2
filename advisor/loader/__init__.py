"""Turns the files of a base and of its scenarios into a model, with every error they hold."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from advisor import yamlfile
from advisor.errors import AdvisorError, Location, Problem, nearest
from advisor.loader.folding import Changes, fold
from advisor.loader.instances import Mismatch, instance_of
from advisor.loader.reader import Problems, Reader
from advisor.loader.rules import read_rules
from advisor.loader.scenarios import KEYS, Known, Layer, read_layer
from advisor.loader.vocabulary import SECTIONS, Vocabulary, read_entities, read_sources
from advisor.model import Instance, KnowledgeBase, Rule, Scenario
from advisor.strata import components, dependencies, forbidden_cycle
from advisor.yamlfile import Document, Node

__all__ = [
    "Changes",
    "fold",
    "load_base",
    "load_scenario",
    "parse_instance",
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
    if not rules_folder.is_dir():
        message = "this is no base: it has no folder 'rules'"
        hint = "name a folder with rules/ and facts/"
        raise AdvisorError(Problem(message=message, where=Location(_shown(folder)), hint=hint))
    problems = Problems()
    words = Vocabulary()
    files = {path.relative_to(rules_folder).as_posix(): path for path in _yaml_under(rules_folder)}
    for name in _NEEDED:
        if name not in files:
            where = Location(_shown(rules_folder / name))
            problems.found.append(Problem(message="the base needs this file", where=where))
    for name, read_section in SECTIONS.items():
        for reader, root in _opened(files.get(name), problems):
            read_section(reader, root, words)
    rules: list[Rule] = []
    for name in sorted(files.keys() - SECTIONS.keys()):
        for reader, root in _opened(files[name], problems):
            rules += read_rules(reader, root, words)
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


def _opened(path: Path | None, problems: Problems) -> list[tuple[Reader, Node]]:
    """The reader and root of a file, or nothing; what is wrong with the file is recorded."""
    if path is None:
        return []
    try:
        document = yamlfile.read(path, _shown(path))
    except AdvisorError as error:
        problems.found += error.problems
        return []
    if document.root is None:
        return []
    return [(Reader(document, problems), document.root)]


def _yaml_under(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.yaml") if not path.name.startswith("."))


def _shown(path: Path) -> str:
    """A path as messages show it: relative where that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)


def _check_rules(rules: list[Rule], words: Vocabulary, problems: Problems) -> None:
    """What only shows when all rules are known."""
    first: dict[str, Rule] = {}
    for rule in rules:
        other = first.setdefault(rule.id, rule)
        if other is not rule:
            hint = f"the other stands at {other.where}"
            message = f"there are two rules '{rule.id}'"
            problems.found.append(Problem(message=message, where=rule.where, hint=hint))
    if words.client and words.client not in words.entities:
        message = f"the default client '{words.client}' is no entity"
        problems.found.append(Problem(message=message, hint=nearest(words.client, words.entities)))
    derived = _derived(rules)
    for template in words.templates.values():
        if template.asks and template.id in derived:
            continue  # reported where the rule concludes it
    _check_strata(rules, words, problems)
    _check_steps(words, problems)


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
        if len(members) > 1 or members[0] in graph.get(members[0], ()):
            where = words.templates[members[0]].where
            message = f"advice comes after itself: {' after '.join([*members, members[0]])}"
            problems.found.append(Problem(message=message, where=where, hint="break the cycle"))


def scenario_names(base: KnowledgeBase) -> dict[str, Path]:
    """The scenarios of a base by name; raises AdvisorError where two files share one."""
    found: dict[str, Path] = {}
    for path in _yaml_under(base.folder / "facts"):
        other = found.setdefault(path.stem, path)
        if other is not path:
            message = f"two scenarios are called '{path.stem}'"
            where = Location(_shown(path))
            hint = f"the other is {_shown(other)}"
            raise AdvisorError(Problem(message=message, where=where, hint=hint))
    return found


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
    names = scenario_names(base)
    chain: list[tuple[str, Document]] = []
    folder: Path | None = None
    while named is not None:
        document, name, folder = _found(named, names, folder, stdin)
        if any(document.file == earlier.file for _, earlier in chain):
            shown = " extends ".join([*(n for n, _ in chain), name])
            where = Location(document.file)
            raise AdvisorError(
                Problem(message=f"scenarios extend in a circle: {shown}", where=where)
            )
        chain.append((name, document))
        named = _extended(document)
    return _folded(base, chain[::-1])


def _found(
    named: str, names: Mapping[str, Path], folder: Path | None, stdin: bytes | None
) -> tuple[Document, str, Path | None]:
    """The document that a name or path stands for; a path in a file is relative to that file."""
    if named == "-" and stdin is not None and folder is None:
        return yamlfile.parse(stdin, "<stdin>"), "stdin", Path.cwd()
    if named in names:
        path = names[named]
    else:
        path = (folder or Path()) / named
        is_path = path.suffix in {".yaml", ".yml"} or "/" in named or path.exists()
        if not is_path:
            hint = nearest(named, names) or f"there are: {', '.join(sorted(names)) or 'none'}"
            raise AdvisorError(Problem(message=f"there is no scenario '{named}'", hint=hint))
    return yamlfile.read(path, _shown(path)), path.stem, path.parent


def _extended(document: Document) -> str | None:
    """What a fact file extends."""
    problems = Problems()
    reader = Reader(document, problems)
    root = document.root
    if not isinstance(root, yamlfile.Mapping):
        return None
    node = next((value for key, value in root.entries if key.text == "extends"), None)
    return reader.text(node, "extends") or None if node is not None else None


def _folded(base: KnowledgeBase, chain: list[tuple[str, Document]]) -> Scenario:
    """The scenarios of a chain folded into one, the last named extending the others."""
    problems = Problems()
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
    scenario = Scenario(
        base=widened, name="", title="", client=base.client, where=Location(chain[0][1].file)
    )
    for (name, document), (reader, fields) in zip(chain, readers, strict=True):
        layer = read_layer(reader, fields, known)
        scenario, failed = fold(scenario, layer.changes)
        problems.found += failed
        scenario = _layered(scenario, name, document, layer)
    problems.raise_any()
    return scenario


def _fields(reader: Reader, document: Document) -> dict[str, Node]:
    if document.root is None:
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
