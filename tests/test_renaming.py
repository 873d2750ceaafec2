"""Nothing that a reader acts on is decided by the alphabet: other ids change names alone."""

from __future__ import annotations

import csv
import importlib.resources
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
import yaml
from consult_strategies import interviews
from hypothesis import given, settings
from strategies import Case, Features, cases
from test_audit import CASES, written

from advisor import api, loader
from advisor.answers.advice import Adviser
from advisor.audit.check import all_checks
from advisor.audit.run import MUTATION, audit
from advisor.audit.subject import Subject
from advisor.consult.interview import begin
from advisor.model.errors import AdvisorError
from advisor.model.ordering import ordered
from advisor.model.records import AnyOf, AtLeast, Instance, KnowledgeBase, Pattern, Var
from advisor.model.scenarios import OneOf, Scenario
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, outcome

ROOT = Path(__file__).parent.parent
replace = msgspec.structs.replace
QUESTIONS = 12  # of a consultation
MOST = 2  # pieces of advice, or facts, of which the dearer views are taken
ANSWERS = ("yes", "no", "unknown", "likely", "1", "2026-06-01")  # by turns, what is one


def scrambled(names, *, reverse: bool) -> dict[str, str]:
    """Names in the order of the old ones, or in the reverse of it."""
    listed = sorted(set(names), reverse=reverse)
    return {name: f"n{place:04}x" for place, name in enumerate(listed)}


class Renaming:
    """A scenario under other ids: of templates, rules, entities, sources and variables.

    Everything stays in the order in which it stands.
    """

    def __init__(self, case: Case, *, reverse: bool) -> None:
        base = case.scenario.base
        names = [*base.templates, *(rule.id for rule in base.rules), *base.entities, *base.sources]
        names += {name for rule in base.rules for p in rule.conditions() for name in p.variables()}
        self.new = scrambled(names, reverse=reverse)
        self.old = {new: old for old, new in self.new.items()}

    def value(self, one):
        """An entity or a variable under its other id; anything else as it is."""
        if isinstance(one, Var):
            return Var(self.new[one.name])
        if isinstance(one, AnyOf):
            return AnyOf(tuple(self.value(value) for value in one.values))
        return self.new.get(one, one) if isinstance(one, str) else one

    def instance(self, one: Instance) -> Instance:
        """An instance under other ids, of symmetric slots in the same order."""
        return Instance(self.new[one.template], tuple(self.value(each) for each in one.values))

    def pattern(self, one: Pattern | AtLeast) -> Pattern | AtLeast:
        """A pattern, or a count, under other ids."""
        if isinstance(one, AtLeast):
            return replace(one, of=self.pattern(one.of))
        terms = tuple(self.value(term) for term in one.terms)
        return replace(one, template=self.new[one.template], terms=terms)

    def citations(self, found):
        """Citations under other ids."""
        return tuple(replace(one, source=self.new[one.source]) for one in found)

    def rule(self, one):
        """A rule under other ids, its title and its reason as they are."""
        tests = (
            replace(t, left=self.value(t.left), right=self.value(t.right)) for t in one.comparisons
        )
        return replace(
            one,
            id=self.new[one.id],
            premises=tuple(map(self.pattern, one.premises)),
            exceptions=tuple(map(self.pattern, one.exceptions)),
            conclusions=tuple(map(self.pattern, one.conclusions)),
            comparisons=tuple(tests),
            citations=self.citations(one.citations),
        )

    def scenario(self, one: Scenario) -> Scenario:
        """A scenario and its base under other ids."""
        base, new = one.base, self.new
        entities = {new[n]: replace(e, id=new[n]) for n, e in base.entities.items()}
        templates = {new[n]: replace(t, id=new[n]) for n, t in base.templates.items()}
        changed = replace(
            base,
            client=new[base.client],
            entities=entities,
            sources={new[n]: replace(s, id=new[n]) for n, s in base.sources.items()},
            templates=ordered(templates, entities),
            rules=tuple(map(self.rule, base.rules)),
            derived=frozenset(new[name] for name in base.derived),
        )
        facts = {
            self.instance(name): replace(
                said,
                instance=self.instance(name),
                citations=self.citations(said.citations),
                against=self.citations(said.against),
            )
            for name, said in one.facts.items()
        }
        return replace(
            one,
            base=changed,
            client=new[one.client] if one.client else None,
            facts=facts,
            groups=tuple(map(self.group, one.groups)),
            decided=tuple(map(self.group, one.decided)),
            withdrawn=frozenset(new[name] for name in one.withdrawn),
        )

    def group(self, one: OneOf) -> OneOf:
        """A group of alternatives under other ids."""
        alternatives, ruled_out = (
            tuple(map(self.instance, some)) for some in (one.alternatives, one.ruled_out)
        )
        return replace(one, alternatives=alternatives, ruled_out=ruled_out)

    def back(self, text: str) -> str:
        """A text with the old ids again."""
        return re.sub(r"n\d{4}x", lambda found: self.old[found[0]], text)


def text_of(result: object) -> str:
    """A result with everything in it, in its order; a kind of question by its functions."""
    return msgspec.json.encode(result, enc_hook=repr).decode()


def tried(view, *args, **named) -> str:
    """A view as text; of what is refused, that it is."""
    try:
        return text_of(view(*args, **named))
    except AdvisorError:
        return "refused"


def asked(case: Outcome, client: str) -> Iterator[str]:
    """The questions of a consultation in their order, with what is answered, until it ends."""
    interview = begin(case.scenario, client)
    for number in range(QUESTIONS):
        question = interview.question()
        if question is None:
            return
        yield text_of(question)
        yield text_of(interview.progress())
        if question.kind.name in {"several", "choice"}:
            answer = str(1 + number % len(question.options))
        elif question.kind.name == "values":
            parts = (ANSWERS[-1 if one.kind.name == "date" else -2] for one in question.parts)
            answer = ", ".join(parts) if number % 2 else "unknown"
        elif question.kind.name == "yes-no":
            answer = ANSWERS[number % 4]
        else:
            answer = ANSWERS[-1] if question.kind.name == "date" else ANSWERS[-2]
        interview = interview.answer(question, answer)


def questions(case: Outcome, client: str) -> list[str]:
    """The questions of a consultation, as far as it goes."""
    return list(asked(case, client))


def views(case: Outcome, clients: list[str], facts: list[Instance]) -> Iterator[str]:
    """What the commands say of a case: to its clients, and of some of its facts."""
    for client in clients:
        yield tried(lambda client=client: Adviser(case, client).advice())
        yield tried(api.advise, case, client)
        yield tried(api.stress, case, client=client)
    for one in facts:
        yield tried(api.explain, case, str(one), every=True)
        yield tried(api.why_not, case, str(one), every=True)
        yield tried(api.why_not, case, str(one))
    advice = [one for one in facts if case.graph.base.templates[one.template].advice]
    for one in advice[:MOST]:
        yield tried(api.flip, case, str(one))
        yield tried(api.flip, case, one.template)
    given = [*case.scenario.facts][:MOST]
    rules = [rule.id for rule in case.scenario.base.rules]
    for client in clients[:MOST]:
        yield tried(
            api.what_if, case, deny=[str(one) for one in given], withdraw=rules[:1], client=client
        )
        yield tried(api.what_if, case, withdraw=rules, client=client)


class Under(NamedTuple):
    """A case under other ids, with whom and of what to ask there."""

    case: Outcome
    clients: list[str]
    facts: list[Instance]


def under(renaming: Renaming, case: Case) -> Under:
    """The case under other ids."""
    scenario = renaming.scenario(case.scenario)
    return asked_of(outcome(scenario, build(scenario, map(renaming.instance, case.extra))))


def asked_of(over: Outcome) -> Under:
    """A case with all its clients and some of its facts, advice first."""
    base = over.scenario.base
    advised = [one for one in over.graph.instances if base.templates[one.template].advice]
    derived = [one for one in over.graph.instances if one.template in base.derived]
    clients = list(dict.fromkeys(str(one.values[0]) for one in advised))
    return Under(over, clients, [*advised[:MOST], *derived[:MOST], *derived[-MOST:]])


def interview(case: Outcome, clients: list[str], _facts: list[Instance]) -> Iterator[str]:
    """The questions to the first client."""
    for client in clients[:1]:
        yield tried(questions, case, client)


def check(case: Case, seen=views) -> None:
    """Everything seen of the case is the same but for the names, orders included."""
    one, other = (Renaming(case, reverse=reverse) for reverse in (False, True))
    pairs = zip(seen(*under(one, case)), seen(*under(other, case)), strict=True)
    for said, now in pairs:
        assert one.back(said) == other.back(now)


FEATURES = Features(advised=True, keys=True, groups=True)


@settings(max_examples=settings().max_examples * 2 // 5)
@given(cases(FEATURES))
def test_other_ids_change_nothing_but_names(case):
    """Whatever a command says is the same, and in the same order, under ids in another order."""
    check(case)


@settings(max_examples=settings().max_examples // 5)
@given(interviews())
def test_other_ids_keep_the_order_of_questions(case):
    """A consultation asks the same questions in the same order under ids in another order."""
    check(case, interview)


# The shipped base, on disk

SAID = {  # keys with English in them
    *("says", "denies", "asks", "because", "title", "about", "note", "name", "adjective"),
    *("author", "dated", "origin", "locator", "hedge"),
}


def rewrite(node: yaml.Node, new: dict[str, str]) -> None:
    """Put other ids into a document, wherever one stands that is no English."""
    if isinstance(node, yaml.ScalarNode) and (node.value in new or "(" in node.value):
        node.value = re.sub(r"[a-z][\w-]*", lambda found: new.get(found[0], found[0]), node.value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            rewrite(item, new)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            english = key.value in SAID and isinstance(value, yaml.ScalarNode)
            rewrite(key, new)
            if not english:
                rewrite(value, new)


def copied(folder: Path, new: dict[str, str], root: Path = ROOT) -> None:
    """A base, the shipped one, with other ids and other scenarios' names, in a folder."""
    for path in sorted(
        [*Path(root, "rules").rglob("*.yaml"), *Path(root, "facts").rglob("*.yaml")]
    ):
        document = yaml.compose(path.read_bytes(), Loader=yaml.CSafeLoader)
        rewrite(document, new)
        to = folder / path.relative_to(root)
        if path.is_relative_to(root / "facts"):  # a file of rules has no id, and its place
            to = to.with_stem(new[path.stem])
        to.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.serialize(document, Dumper=yaml.CSafeDumper, width=10**6, allow_unicode=True)
        to.write_text(text, encoding="utf-8")
    for path in sorted(Path(root, "facts").rglob("*.csv")):
        to = folder / path.relative_to(root)
        to.parent.mkdir(parents=True, exist_ok=True)
        with path.open(encoding="utf-8", newline="") as rows, to.open("w", newline="") as table:
            cells = ([new.get(cell, cell) for cell in row] for row in csv.reader(rows))
            csv.writer(table).writerows(cells)


def on_disk(folder: Path, new: dict[str, str]) -> Iterator[str]:
    """What the commands say of the shipped base as it stands in a folder."""
    copied(folder, new)
    case = api.load(base=folder)
    client = str(case.scenario.client)
    yield from views(case, [client], asked_of(case).facts)
    yield tried(questions, case, client)
    files = ("groundwork-done", "us-no-superpower", "sco-not-available")
    yield tried(api.what_if, case, [new[name] for name in files])


def ids_of(base: KnowledgeBase) -> set[str]:
    """Whatever a base names, its scenarios apart."""
    named = (base.templates, base.entities, base.sources, base.interests)
    return {*(rule.id for rule in base.rules), *(name for some in named for name in some)}


def test_the_shipped_base_has_no_order_but_that_of_its_files(tmp_path):
    """With every id of its files renamed, the shipped base says the same in the same order."""
    base = loader.load_base(ROOT)
    ids = {*ids_of(base), *loader.scenario_names(base)}
    said = []
    for reverse in (False, True):
        new = scrambled(ids, reverse=reverse)
        old = {name: id_ for id_, name in new.items()}
        folder = tmp_path / str(reverse)
        texts = [one.replace(str(folder), "") for one in on_disk(folder, new)]
        said.append(
            [re.sub(r"n\d{4}x", lambda found, old=old: old[found[0]], one) for one in texts]
        )
    assert "refused" not in said[0]
    for one, other in zip(*said, strict=True):
        assert one == other


STARTER = Path(str(importlib.resources.files("advisor.authoring.starter"))) / "base"
PLANTED = [  # of which several things are to be named, or one of several to be blamed
    "circular-chain",
    "conflicting-chains",
    "conflicting-rules",
    "duplicate-rule",
    "redundant-through-chain",
    "single-source",
    "strained-advance",
    "uncovered-combination",
    "unreachable-conclusion",
    "same-words",
    "split-rule",
    "two-values-at-once",
    "undeclared-gap",
    "unused-conclusion",
    "unused-entity",
    "unused-fact",
    "untested-advice",
]
FIRST_CASES = [next(case for case in CASES if case.startswith(f"{one}/")) for one in PLANTED]


def found_under(folder: Path, new: dict[str, str], root: Path) -> list[str]:
    """The findings of all quick checks of a base under other ids, in order, with the old ids."""
    copied(folder, new, root)
    base = loader.load_base(folder)
    checks = [check for name, check in all_checks().items() if name != MUTATION]
    result = audit(Subject(base, loader.load_with_parents(base)), checks)
    old = {name: id_ for id_, name in new.items()}
    return [
        re.sub(
            r"n\d{4}x", lambda found: old[found[0]], text_of(replace(one, fingerprint=""))
        ).replace(str(folder), "")
        for one in (*result.findings, *result.allowed)
    ]


@pytest.mark.parametrize("case", ["shipped", "starter", *FIRST_CASES])
def test_no_finding_is_decided_by_ids(case, tmp_path):
    """An audit finds the same, in the same order and with the same to show for it."""
    root = {"shipped": ROOT, "starter": STARTER}.get(case) or written(case, tmp_path / "case")
    base = loader.load_base(root)
    said = []
    for reverse in (False, True):
        names = {name: name for name in loader.scenario_names(base)}  # places are listed by file
        new = {**scrambled(ids_of(base), reverse=reverse), **names}
        said.append(found_under(tmp_path / str(reverse), new, root))
    for one, other in zip(*said, strict=True):
        assert one == other
