"""Turns fact files into scenarios, each with all that it extends folded in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from advisor.loader import yamlfile
from advisor.loader.chains import Chain, Chains, own_scenarios, scenario_names
from advisor.loader.disk import yaml_files
from advisor.loader.fields import Fields, fields
from advisor.loader.files import open_file
from advisor.loader.keys import SCENARIO
from advisor.loader.layers import Known, Layer, read_layer, told_by, understood
from advisor.loader.reader import Problems, Reader, is_empty
from advisor.loader.vocabulary import Vocabulary, read_entities, read_sources
from advisor.loader.yamlfile import YamlDocument
from advisor.model.background import starting
from advisor.model.changes import fold
from advisor.model.errors import AdvisorError, Location, Problem, show_path
from advisor.model.ordering import gathered, in_order, ordered, over, with_entities
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Fact, Recommended, Scenario

ScenarioPair = tuple[Scenario, Scenario | None]  # with the one that it extends


class ScenarioHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a fact file says of itself."""

    name: str
    title: str
    about: str | None
    extends: str | None
    to_extend: bool  # there for others to extend, and no scenario by itself
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
            to_extend=says.boolean("to-extend"),
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
    chains = Chains(base, stdin)
    chain = chains.of(named, problems)
    chains.cases(chain, problems)  # what is wrong with their files is told as with those of tables
    return _folded(base, chain, problems)


def load_answers(base: KnowledgeBase, named: str) -> tuple[Scenario, list[str]]:
    """A scenario without the facts that the base does not understand any more, and those.

    Only of one that a consultation has saved is anything left out.
    """
    problems = Problems()
    chain = Chains(base).of(named, problems)
    dropped: list[str] = []
    return _folded(base, chain, problems, dropped=dropped), dropped


def load_with_parent(base: KnowledgeBase, named: str, stdin: bytes | None = None) -> ScenarioPair:
    """The scenario of a name or path and the one that it extends, if any."""
    return _Loading(base, stdin).with_parent(named)


def load_with_parents(base: KnowledgeBase, named: Sequence[str] = ()) -> list[ScenarioPair]:
    """Scenarios, each with the one that it extends: those of names, paths and folders, or all.

    Raises AdvisorError with every problem of all of them.
    """
    problems: list[Problem] = []
    found: list[ScenarioPair] = []
    names = list(own_scenarios(base))
    if named:
        names = [file for name in named for file in _within(name, problems)]
    loading = _Loading(base)
    for name in names:
        try:
            found += loading.with_cases(name)
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
    chain = Chains(scenario.base, stdin).of(named, problems)
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
    return msgspec.structs.replace(base, entities=entities, sources=sources, told={})


def _held(scenario: Scenario, chain: Chain) -> int:
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


def _folded(
    base: KnowledgeBase,
    chain: Chain,
    problems: Problems,
    onto: Scenario | None = None,
    dropped: list[str] | None = None,
) -> Scenario:
    """The scenarios of a chain folded into one, or onto one, each extending those before it.

    With a list for what is `dropped`, saved answers that the base does not understand go there.
    """
    widened, known, read = _begun(base, chain, problems)
    scenario = onto or _nothing(widened, chain)
    facts: Mapping[Instance, Fact] = scenario.facts
    if background := starting(widened):
        facts = {**background, **facts}
        facts = {instance: facts[instance] for instance in widened.ordered(facts)}
    scenario = msgspec.structs.replace(scenario, base=widened, facts=facts)
    for step, says in zip(chain, read, strict=True):
        kept = says
        if dropped is not None and "consulted" in says:
            kept, lost = understood(says, known)
            dropped += lost
        scenario = _changed(scenario, step, kept, known, problems)
    problems.raise_any()
    return scenario


def _begun(
    base: KnowledgeBase, chain: Chain, problems: Problems
) -> tuple[KnowledgeBase, Known, list[Fields]]:
    """The base with what the scenarios of a chain declare, all that is known, and what they say."""
    words, read = _declared(base, chain, problems)
    known = Known(words=words, rules={rule.id: rule for rule in base.rules}, derived=base.derived)
    widened = msgspec.structs.replace(
        base,
        entities=words.entities,
        templates=base.templates if words.templates == base.templates else words.templates,
        sources=in_order(words.sources),
        told={**base.told, **words.told},
    )
    return widened, known, read


def _nothing(base: KnowledgeBase, chain: Chain) -> Scenario:
    """The scenario in which a chain has stated nothing yet."""
    where = Location(chain[0][1].file)
    facts = starting(base)
    return Scenario(base=base, name="", title="", client=base.client, facts=facts, where=where)


def _changed(
    scenario: Scenario,
    step: tuple[str, YamlDocument],
    says: Fields,
    known: Known,
    problems: Problems,
) -> Scenario:
    """The scenario with what the next file of a chain says folded in."""
    layer = read_layer(says, known)
    scenario, failed = fold(scenario, layer.changes)
    problems.found += failed
    return _layered(scenario, *step, layer)


class _Folded(NamedTuple):
    """A chain folded, all that it knows, and what is wrong with it."""

    scenario: Scenario
    known: Known
    problems: Problems


class _Loading:
    """Scenarios of a base while they are loaded: what many extend is read and folded once."""

    def __init__(self, base: KnowledgeBase, stdin: bytes | None = None) -> None:
        self._base = base
        self._chains = Chains(base, stdin)
        self._done: dict[tuple[tuple[str, str], ...], _Folded] = {}  # by the names of the chain

    def with_parent(self, named: str) -> ScenarioPair:
        """The scenario of a name or path and the one that it extends, if any."""
        problems = Problems()
        chain = self._chains.of(named, problems)
        folded = self._folded(chain)
        problems.plus(folded.problems).raise_any()
        return folded.scenario, self._folded(chain[:-1]).scenario if len(chain) > 1 else None

    def with_cases(self, named: str) -> Iterator[ScenarioPair]:
        """The same, and each test case of the scenario with it."""
        own = self.with_parent(named)
        yield own
        problems = Problems()
        chain = self._chains.of(named, problems)
        folded = self._folded(chain)
        cases = [_onto(folded, step) for step in self._chains.cases(chain, problems)]
        for case in cases:
            problems = problems.plus(case.problems)
        problems.raise_any()
        for case in cases:
            yield case.scenario, own[0]

    def _folded(self, chain: Chain) -> _Folded:
        """A chain folded onto as much of it as is done; all anew from the last that declares."""
        files = [(name, document.file) for name, document in chain]
        done = len(chain)
        while (
            tuple(files[:done]) not in self._done and done > 1 and not _declares(chain[done - 1][1])
        ):
            done -= 1
        if (key := tuple(files[:done])) not in self._done:
            self._done[key] = self._anew(chain[:done])
        for size in range(done, len(chain)):
            last = self._done[tuple(files[:size])]
            self._done[tuple(files[: size + 1])] = _onto(last, chain[size])
        return self._done[tuple(files)]

    def _anew(self, chain: Chain) -> _Folded:
        problems = Problems()
        base, known, read = _begun(self._base, chain, problems)
        scenario = _nothing(base, chain)
        for step, says in zip(chain, read, strict=True):
            scenario = _changed(scenario, step, says, known, problems)
        return _Folded(scenario, known, problems)


def _onto(folded: _Folded, step: tuple[str, YamlDocument]) -> _Folded:
    """A folded chain and one more file, which declares nothing."""
    problems = Problems().plus(folded.problems)
    says = _fields(Reader(step[1], problems), step[1])
    scenario = _changed(folded.scenario, step, says, folded.known, problems)
    return _Folded(scenario, folded.known, problems)


def _declares(document: YamlDocument) -> bool:
    """Whether a fact file declares what those that it extends see as well."""
    root = document.root
    return isinstance(root, yamlfile.Mapping) and any(
        key.text in {"entities", "sources", "tells-all"} for key, _ in root.entries
    )


def _declared(
    base: KnowledgeBase, chain: Chain, problems: Problems
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
        for template in told_by(says, words, base.derived):
            words.told[template] = frozenset(words.entities)
        read.append(says)
    if len(words.entities) > len(base.entities):
        words.templates = ordered(words.templates, words.entities)
        words.entities = in_order(words.entities)
    return words, read


def _fields(reader: Reader, document: YamlDocument) -> Fields:
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


def _layered(scenario: Scenario, name: str, document: YamlDocument, layer: Layer) -> Scenario:
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
        where=_place(document),
    )


def _place(document: YamlDocument) -> Location:
    """Where a scenario stands: in a file as a whole, or in a line of a table of test cases."""
    if document.root is None or not document.file.endswith(".csv"):
        return Location(document.file)
    return Location(document.file, document.root.line, 1)
