"""Turns one fact file into what it states, changes and expects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

import msgspec

from advisor.loader import keys
from advisor.loader.expect import expectations_of
from advisor.loader.fields import Fields, fields
from advisor.loader.instances import ground
from advisor.loader.reader import Problems, Reader
from advisor.loader.recommends import read_recommends
from advisor.loader.tables import NamedTable, facts_of, named_tables
from advisor.loader.texts import Mismatch, instance_of
from advisor.loader.vocabulary import Vocabulary, time_of
from advisor.loader.yamlfile import Mapping, Node, Scalar, Sequence, YamlDocument
from advisor.model.authored import rules_named
from advisor.model.changes import Changes
from advisor.model.coherence import incoherent
from advisor.model.english import listing
from advisor.model.grades import CERTAIN
from advisor.model.records import Instance, Rule
from advisor.model.relations import closure
from advisor.model.scenarios import (
    Consulted,
    Expectation,
    Fact,
    Holding,
    OneOf,
    Origin,
    Recommended,
    Standing,
)
from advisor.model.sources import Citations
from advisor.model.values import are_answered

_BESIDE: Final = keys.FACT.names


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario may speak of."""

    words: Vocabulary
    rules: dict[str, Rule]
    derived: frozenset[str]


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """What one fact file says."""

    title: str
    about: str | None
    client: str | None
    complete: bool | None
    interests: dict[str, tuple[Holding, ...]]
    recommends: dict[Instance, Recommended]
    changes: Changes
    expectations: tuple[Expectation, ...]
    consulted: Consulted | None


def read_layer(found: Fields, known: Known) -> Layer:
    """Everything in a fact file but what it extends; entities and sources are known already."""
    reader, words = found.reader, known.words
    client = found.optional("client")
    if client and client not in words.entities:
        reader.unknown(found["client"], "entity", client, words.entities)
    return Layer(
        title=found.text("title"),
        about=found.optional("about"),
        client=client,
        complete=found.boolean("complete") if "complete" in found else None,
        interests=_interests(found, words),
        recommends=read_recommends(found, words),
        changes=_changes(found, known),
        expectations=tuple(expectations_of(reader, found.get("expect"), known.words, known.rules)),
        consulted=_consulted(reader, found.get("consulted")),
    )


def told_by(found: Fields, words: Vocabulary, derived: Collection[str]) -> Iterator[str]:
    """The given templates of which a fact file tells all that is so."""
    for item in found.items("tells-all"):
        name = found.reader.text(item, "a template")
        if name in derived:
            found.reader.problem(
                item,
                f"'{name}' is concluded by rules, so no file tells all of it",
                "name templates of what is stated",
            )
        elif name in words.templates:
            yield name
        elif name:
            found.reader.unknown(item, "template", name, words.templates)


def _consulted(reader: Reader, node: Node | None) -> Consulted | None:
    """What is remembered of a consultation; its advice need not exist any more."""
    if node is None:
        return None
    found = fields(reader, node, keys.CONSULTED)
    given, unsure = (
        tuple(reader.text(item, key) for item in found.items(key)) for key in ("given", "open")
    )
    return Consulted(
        base=found.text("base"), finished=found.boolean("finished"), given=given, open=unsure
    )


def understood(found: Fields, known: Known) -> tuple[Fields, list[str]]:
    """The fields without the facts that the base does not understand, and what those were."""
    reader, kept = found.reader, dict(found.nodes)
    dropped = []
    for key in ("facts", "denied", "unknown"):
        node = found.get(key)
        if not isinstance(node, Sequence):
            continue
        items = []
        for item in node.items:
            trial = Reader(reader.document, Problems())
            fact = _Statements(trial, known).fact(item, "stated", "given")
            if fact is None or trial.problems.found:
                dropped.append((reader.document.quoted(item.line) or "").strip(" -"))
            else:
                items.append(item)
        if items:
            kept[key] = msgspec.structs.replace(node, items=items)
        else:
            del kept[key]
    return Fields(reader, found.of, kept), dropped


def _interests(found: Fields, words: Vocabulary) -> dict[str, tuple[Holding, ...]]:
    reader, held = found.reader, {}
    for key, value in found.entries("interests"):
        if key.text not in words.entities:
            reader.unknown(key, "entity", key.text, words.entities)
        items = reader.items(value, "interests", empty=True)
        held[key.text] = tuple(_holding(reader, item, words) for item in items)
    return held


def _holding(reader: Reader, node: Node, words: Vocabulary) -> Holding:
    name_node: Node = node
    citations: Citations = ()
    priority: int | None = None
    if isinstance(node, Mapping) and len(node.entries) == 1:
        name_node, value = node.entries[0]
        holding = fields(reader, value, keys.HOLDING)
        citations = holding.citations(words.sources)
        if "priority" in holding:
            priority = reader.count(holding["priority"], "priority")
    name = reader.text(name_node, "an interest")
    if name and name not in words.interests:
        reader.unknown(name_node, "interest", name, words.interests)
    return Holding(interest=name, priority=priority, citations=citations)


def _changes(found: Fields, known: Known) -> Changes:
    reader = found.reader
    stated = _Statements(reader, known)
    stated.take_all(found.items("facts"), "stated", "given")
    narrow = found.choice("rows", "all") == "known"
    if narrow and "tables" not in found:
        reader.problem(found["rows"], "'rows' says which rows of 'tables' count, and here are none")
    for table in named_tables(found):
        document = reader.document.tables.get(table.file.text)
        if document is not None:  # else it could not be read, which is told
            stated.take_table(table, document, narrow)
    stated.take_all(found.items("assume"), "stated", "assumed")
    stated.take_all(found.items("denied"), "denied", "given")
    stated.take_all(found.items("deny"), "denied", "assumed")
    stated.take_all(found.items("unknown"), "unknown", "given")
    groups = [stated.group(item) for item in found.items("one-of")]
    withdrawn_facts, withdrawn_rules = [], []
    for item in found.items("withdraw"):
        before = len(reader.problems.found)
        if isinstance(item, Scalar) and "(" not in item.text:
            withdrawn_rules += (named := rules_named(known.rules, item.text))
            if not named:
                reader.unknown(item, "rule", item.text, known.rules)
        elif (fact := stated.fact(item, "stated", "given")) is not None:
            if fact.grade != CERTAIN:
                reader.problem(item, "a fact that is withdrawn has no likelihood")
            if not reader.problems.since(before):
                withdrawn_facts.append(fact)
    return Changes(
        facts=tuple(stated.facts.values()),
        groups=tuple(group for group in groups if group is not None),
        withdrawn_facts=tuple(withdrawn_facts),
        withdrawn_rules=tuple(withdrawn_rules),
    )


class _Statements:
    """The facts of one file, each said once."""

    def __init__(
        self, reader: Reader, known: Known, facts: dict[Instance, Fact] | None = None
    ) -> None:
        """`facts` are those that another reader has taken in for the same file."""
        self.reader = reader
        self.known = known
        self.facts: dict[Instance, Fact] = {} if facts is None else facts

    def take_all(self, items: Iterable[Node], standing: Standing, origin: Origin) -> None:
        """Take in one list of facts."""
        for item in items:
            fact = self.fact(item, standing, origin)
            if fact is not None:
                _check_reading(self.reader, item, fact)
                self._take(item, fact)

    def take_table(self, table: NamedTable, document: YamlDocument, narrow: bool) -> None:
        """Take in the facts of a table, each at its own place; `narrow`: of known entities."""
        rows = facts_of(table, self.reader, document, self.known.words, narrow=narrow)
        own = _Statements(Reader(document, self.reader.problems), self.known, self.facts)
        own.take_all(rows, "stated", "given")

    def _take(self, node: Node, fact: Fact) -> None:
        earlier = self.facts.get(fact.instance)
        if earlier is None:
            self.facts[fact.instance] = fact
        elif (earlier.standing, fact.standing) == ("stated", "denied"):
            assumed = "assumed" in {earlier.origin, fact.origin}
            if assumed or not (earlier.citations and fact.citations):
                hint = "give both their sources if it is disputed, or keep one of them"
                self.reader.problem(node, f"{fact.instance} is stated and denied", hint)
            self.facts[fact.instance] = msgspec.structs.replace(
                earlier, standing="disputed", against=fact.citations
            )
        else:
            hint = f"it also stands at {earlier.where}; put all sources on one of them"
            self.reader.problem(node, f"{fact.instance} stands here twice", hint)

    def group(self, node: Node) -> OneOf | None:
        """A group of alternatives; they join the facts of the file."""
        reader = self.reader
        found = fields(reader, node, keys.ONE_OF)
        shared = found.citations(self.known.words.sources)
        items = found.items("alternatives")
        if len(items) < 2 and "alternatives" in found:
            reader.problem(node, "a one-of group needs two alternatives or more")
        facts = []
        for item in items:
            fact = self._alternative(item, shared)
            if fact is not None:
                self._take(item, fact)
                facts.append(fact)
        message = incoherent(facts) if len(facts) == len(items) > 1 else None
        if message:
            reader.problem(node, message, "exactly one alternative holds")
        return OneOf(
            title=found.text("title"),
            alternatives=tuple(fact.instance for fact in facts),
            where=reader.where(node),
        )

    def _alternative(self, node: Node, shared: Citations) -> Fact | None:
        fact = self.fact(node, "stated", "given")
        if fact is None:
            return None
        template = fact.instance.template
        if template in self.known.derived and not self.known.words.templates[template].advice:
            message = f"'{template}' follows from rules, so it cannot be an alternative"
            self.reader.problem(node, message, "give alternatives that it rests on")
        fact = msgspec.structs.replace(fact, citations=fact.citations or shared)
        if not _says_likelihood(node):
            fact = msgspec.structs.replace(fact, standing="unknown", grade=None)
        _check_reading(self.reader, node, fact)
        return fact

    def fact(self, node: Node, standing: Standing, origin: Origin) -> Fact | None:
        """One entry of a list of facts, in its long or in its one-line form."""
        beside = Fields(self.reader, keys.FACT, {})
        if isinstance(node, Scalar):
            instance, grade = self._one_line(node)
        elif isinstance(node, Mapping):
            instance, beside = self._long(node)
            grade = beside.likelihood("likelihood")
        else:
            self.reader.problem(node, "a fact is template: {slot: value}, and here is a list")
            return None
        if instance is None:
            return None
        self._check_given(node, instance, standing)
        if standing == "stated" and not are_answered(instance.values):
            hint = "put a number or a date in the place of '?', or list it under 'unknown'"
            self.reader.problem(node, f"{instance} leaves open what is stated", hint)
        if standing != "stated" and _says_likelihood(node):
            self.reader.problem(node, f"a fact that is {standing} has no likelihood")
        return Fact(
            instance=instance,
            standing=standing,
            grade=grade if standing == "stated" else None,
            origin=beside.choice("origin", "answered") if "origin" in beside else origin,  # type: ignore[arg-type]
            answered=beside.optional("answered"),
            citations=beside.citations(self.known.words.sources),
            reading=beside.choice("reading", "stated"),  # type: ignore[arg-type]
            as_of=time_of(beside, "as-of"),
            note=beside.optional("note"),
            where=self.reader.where(node),
        )

    def _one_line(self, node: Scalar) -> tuple[Instance | None, int]:
        try:
            instance, grade = instance_of(node.text, self.known.words)
        except Mismatch as mismatch:
            self.reader.problem(node, mismatch.message, mismatch.hint)
            return None, CERTAIN
        return instance, CERTAIN if grade is None else grade

    def _long(self, node: Mapping) -> tuple[Instance | None, Fields]:
        named = [(key, value) for key, value in node.entries if key.text not in _BESIDE]
        nodes = {key.text: value for key, value in node.entries if key.text in _BESIDE}
        beside = Fields(self.reader, keys.FACT, nodes)
        if len(named) != 1:
            shown = ", ".join(key.text for key, _ in named) or "none"
            hint = f"beside the template there may be: {', '.join(_BESIDE[:4])}"
            message = f"a fact names one template, and here are: {shown}"
            self.reader.problem(node, message, hint)
            return None, beside
        return ground(self.reader, *named[0], self.known.words), beside

    def _check_given(self, node: Node, instance: Instance, standing: Standing) -> None:
        template = self.known.words.templates[instance.template]
        if template.helper:
            message = f"'{template.id}' follows from what the base declares, so nobody states it"
            self.reader.problem(
                node, message, "change the rule, or the entities, that it is made of"
            )
        elif template.kind:
            message = f"'{template.id}' is a kind of advice, which nobody states"
            self.reader.problem(node, message, "state the facts that advice should follow from")
        elif template.advice or template.caveat:
            kind = "advice" if template.advice else "a caveat"
            message = f"'{template.id}' is {kind}, which only rules conclude"
            self.reader.problem(node, message, "state the facts that it should follow from")
        elif standing != "stated" and template.id in self.known.derived:
            message = f"'{template.id}' is derived here, so it cannot be {standing}"
            self.reader.problem(node, message, lambda: _instead(template.id, standing, self.known))


def _instead(derived: str, standing: Standing, known: Known) -> str:
    """What to say something of instead of a derived fact."""

    def below(name: str) -> Iterator[str]:
        for rule in known.rules.values():
            if any(conclusion.template == name for conclusion in rule.conclusions):
                yield from (pattern.template for pattern in rule.patterns())
                yield from (count.of.template for count in rule.counts())

    given = sorted({*closure([derived], below)} - known.derived)
    verb = "deny" if standing == "denied" else "leave open"
    if not given:
        return "it rests on no given fact: withdraw a rule"
    return f"{verb} what it rests on ({listing(given, 'or')}), or withdraw a rule"


def _check_reading(reader: Reader, node: Node, fact: Fact) -> None:
    """How a fact comes from its sources can be said where it is stated, and fits the rest."""
    if fact.reading == "stated":
        return
    if fact.standing != "stated" or fact.origin != "given":
        message = "'reading' says how a stated fact comes from its sources"
        reader.problem(node, message, "it is for 'facts' and for alternatives with a likelihood")
    elif fact.reading == "ours" and fact.citations:
        message = "a fact that is ours is cited to nobody, and here are sources"
        reader.problem(node, message, "take 'sources' out, or say 'reading: inferred'")
    elif fact.reading == "inferred" and not fact.citations:
        reader.problem(node, "what is inferred is inferred from 'sources', and here are none")
    elif fact.reading == "inferred" and fact.grade == CERTAIN:
        message = "what is our reading of a source is never certain"
        reader.problem(node, message, "give it a likelihood below certain")


def _says_likelihood(node: Node) -> bool:
    if isinstance(node, Mapping):
        return any(key.text == "likelihood" for key, _ in node.entries)
    return isinstance(node, Scalar) and "=" in node.text
