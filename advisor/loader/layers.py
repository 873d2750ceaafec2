"""Turns one fact file into what it states, changes and expects."""

from __future__ import annotations

from typing import Final

import msgspec

from advisor.loader.instances import Mismatch, ground, instance_of
from advisor.loader.reader import Problems, Reader
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Mapping, Node, Scalar, Sequence
from advisor.model.changes import Changes
from advisor.model.coherence import incoherent
from advisor.model.errors import nearest
from advisor.model.grades import CERTAIN, GRADE_OF, TERMS
from advisor.model.records import (
    Citations,
    Consulted,
    Expectation,
    Fact,
    Holding,
    Instance,
    OneOf,
    Origin,
    Rule,
    Standing,
)

KEYS: Final = (
    *("extends", "title", "about", "client", "complete", "entities", "sources", "interests"),
    *("facts", "assume", "denied", "unknown", "one-of", "withdraw", "expect", "consulted"),
)
_ENTRY_KEYS: Final = ("likelihood", "sources", "note", "origin", "answered")
_CONFIDENCES: Final = ("high", "moderate", "low")
_ADVICE_LISTS: Final = ("given", "withheld", "open", "gains", "loses")
_ADVICE_MAPS: Final = ("caveats", "confidence", "sources")


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
    changes: Changes
    expectations: tuple[Expectation, ...]
    consulted: Consulted | None


def read_layer(reader: Reader, fields: dict[str, Node], known: Known) -> Layer:
    """Everything in a fact file but what it extends; entities and sources are known already."""
    words = known.words
    client = reader.optional(fields.get("client"), "client")
    if client and client not in words.entities:
        reader.unknown(fields["client"], "entity", client, words.entities)
    complete = fields.get("complete")
    return Layer(
        title=reader.text(fields.get("title"), "title"),
        about=reader.optional(fields.get("about"), "about"),
        client=client,
        complete=None if complete is None else reader.boolean(complete, "complete"),
        interests=_interests(reader, fields.get("interests"), words),
        changes=_changes(reader, fields, known),
        expectations=tuple(_expectations(reader, fields.get("expect"), known)),
        consulted=_consulted(reader, fields.get("consulted")),
    )


def _consulted(reader: Reader, node: Node | None) -> Consulted | None:
    """What is remembered of a consultation; its advice need not exist any more."""
    if node is None:
        return None
    fields = reader.fields(node, "consulted", ("base", "finished", "given", "open"), ("base",))
    given, unsure = (
        tuple(reader.text(item, key) for item in reader.items(fields.get(key), key))
        for key in ("given", "open")
    )
    return Consulted(
        base=reader.text(fields.get("base"), "base"),
        finished=reader.boolean(fields.get("finished"), "finished"),
        given=given,
        open=unsure,
    )


def understood(
    reader: Reader, fields: dict[str, Node], known: Known
) -> tuple[dict[str, Node], list[str]]:
    """The fields without the facts that the base does not understand, and what those were."""
    kept = dict(fields)
    dropped = []
    for key in ("facts", "denied", "unknown"):
        node = fields.get(key)
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
        kept[key] = msgspec.structs.replace(node, items=items)
    return kept, dropped


def _interests(
    reader: Reader, node: Node | None, words: Vocabulary
) -> dict[str, tuple[Holding, ...]]:
    held = {}
    for key, value in reader.entries(node, "interests"):
        if key.text not in words.entities:
            reader.unknown(key, "entity", key.text, words.entities)
        items = reader.items(value, "interests", empty=True)
        held[key.text] = tuple(_holding(reader, item, words) for item in items)
    return held


def _holding(reader: Reader, node: Node, words: Vocabulary) -> Holding:
    name_node: Node = node
    citations: Citations = ()
    if isinstance(node, Mapping) and len(node.entries) == 1:
        name_node, value = node.entries[0]
        fields = reader.fields(value, "an interest", ("sources",))
        citations = reader.citations(fields.get("sources"), words.sources)
    name = reader.text(name_node, "an interest")
    if name and name not in words.interests:
        reader.unknown(name_node, "interest", name, words.interests)
    return Holding(interest=name, citations=citations)


def _changes(reader: Reader, fields: dict[str, Node], known: Known) -> Changes:
    stated = _Statements(reader, known)
    stated.take_all(fields.get("facts"), "facts", "stated", "given")
    stated.take_all(fields.get("assume"), "assume", "stated", "assumed")
    stated.take_all(fields.get("denied"), "denied", "denied", "given")
    stated.take_all(fields.get("unknown"), "unknown", "unknown", "given")
    one_of = fields.get("one-of")
    groups = [stated.group(item) for item in reader.items(one_of, "one-of", empty=True)]
    withdrawn_facts, withdrawn_rules = [], []
    for item in reader.items(fields.get("withdraw"), "withdraw", empty=True):
        before = len(reader.problems.found)
        if isinstance(item, Scalar) and "(" not in item.text:
            if item.text in known.rules:
                withdrawn_rules.append(item.text)
            else:
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

    def __init__(self, reader: Reader, known: Known) -> None:
        self.reader = reader
        self.known = known
        self.facts: dict[Instance, Fact] = {}

    def take_all(self, node: Node | None, what: str, standing: Standing, origin: Origin) -> None:
        """Take in one list of facts."""
        for item in self.reader.items(node, what, empty=True):
            fact = self.fact(item, standing, origin)
            if fact is not None:
                self._take(item, fact)

    def _take(self, node: Node, fact: Fact) -> None:
        earlier = self.facts.get(fact.instance)
        if earlier is None:
            self.facts[fact.instance] = fact
        elif (earlier.standing, fact.standing) == ("stated", "denied"):
            if not (earlier.citations and fact.citations):
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
        keys = ("title", "alternatives", "sources")
        fields = reader.fields(node, "a one-of group", keys, ("title", "alternatives"))
        shared = reader.citations(fields.get("sources"), self.known.words.sources)
        items = reader.items(fields.get("alternatives"), "alternatives", empty=True)
        if len(items) < 2 and "alternatives" in fields:
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
            title=reader.text(fields.get("title"), "title"),
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
        citations = fact.citations or shared
        if _says_likelihood(node):
            return msgspec.structs.replace(fact, citations=citations)
        return msgspec.structs.replace(fact, citations=citations, standing="unknown", grade=None)

    def fact(self, node: Node, standing: Standing, origin: Origin) -> Fact | None:
        """One entry of a list of facts, in its long or in its one-line form."""
        grade: int | None = CERTAIN
        fields: dict[str, Node] = {}
        if isinstance(node, Scalar):
            instance, grade = self._one_line(node)
        elif isinstance(node, Mapping):
            instance, fields = self._long(node)
            grade = self._likelihood(fields.get("likelihood"))
        else:
            self.reader.problem(node, "a fact is template: {slot: value}, and here is a list")
            return None
        if instance is None:
            return None
        self._check_given(node, instance, standing)
        if standing != "stated" and ("likelihood" in fields or "=" in getattr(node, "text", "")):
            self.reader.problem(node, f"a fact that is {standing} has no likelihood")
        return Fact(
            instance=instance,
            standing=standing,
            grade=grade if standing == "stated" else None,
            origin=self._origin(fields.get("origin"), origin),
            answered=self.reader.optional(fields.get("answered"), "answered"),
            citations=self.reader.citations(fields.get("sources"), self.known.words.sources),
            note=self.reader.optional(fields.get("note"), "note"),
            where=self.reader.where(node),
        )

    def _one_line(self, node: Scalar) -> tuple[Instance | None, int]:
        try:
            instance, grade = instance_of(node.text, self.known.words)
        except Mismatch as mismatch:
            self.reader.problem(node, mismatch.message, mismatch.hint)
            return None, CERTAIN
        return instance, CERTAIN if grade is None else grade

    def _long(self, node: Mapping) -> tuple[Instance | None, dict[str, Node]]:
        named = [(key, value) for key, value in node.entries if key.text not in _ENTRY_KEYS]
        fields = {key.text: value for key, value in node.entries if key.text in _ENTRY_KEYS}
        if len(named) != 1:
            shown = ", ".join(key.text for key, _ in named) or "none"
            hint = f"beside the template there may be: {', '.join(_ENTRY_KEYS[:3])}"
            message = f"a fact names one template, and here are: {shown}"
            self.reader.problem(node, message, hint)
            return None, fields
        return ground(self.reader, *named[0], self.known.words), fields

    def _origin(self, node: Node | None, origin: Origin) -> Origin:
        """Where a fact comes from; `answered` is all that a file can say of it."""
        if node is None:
            return origin
        self.reader.choice(node, "origin", ("answered",), "answered")
        return "answered"

    def _likelihood(self, node: Node | None) -> int:
        term = self.reader.choice(node, "likelihood", TERMS[1:], TERMS[CERTAIN])
        return GRADE_OF[term]

    def _check_given(self, node: Node, instance: Instance, standing: Standing) -> None:
        template = self.known.words.templates[instance.template]
        if template.advice or template.caveat:
            kind = "advice" if template.advice else "a caveat"
            message = f"'{template.id}' is {kind}, which only rules conclude"
            self.reader.problem(node, message, "state the facts that it should follow from")
        elif standing != "stated" and template.id in self.known.derived:
            message = f"'{template.id}' follows from rules, so it cannot be {standing}"
            self.reader.problem(node, message, "change the facts it rests on, or withdraw a rule")


def _says_likelihood(node: Node) -> bool:
    if isinstance(node, Mapping):
        return any(key.text == "likelihood" for key, _ in node.entries)
    return isinstance(node, Scalar) and "=" in node.text


def _expectations(reader: Reader, node: Node | None, known: Known) -> list[Expectation]:
    if node is None:
        return []
    fields = reader.fields(node, "expect", (*_ADVICE_LISTS, *_ADVICE_MAPS, "rules", "only"))
    reader.entries(node, "expect")
    found = []
    for kind in _ADVICE_LISTS:
        for item in reader.items(fields.get(kind), kind):
            found.append(_expectation(reader, kind, item, known))
    for kind in _ADVICE_MAPS:
        for key, value in reader.entries(fields.get(kind), kind):
            found.append(_expectation(reader, kind, key, known, value))
    for item in reader.items(fields.get("rules"), "rules"):
        name = reader.text(item, "a rule")
        if name and name not in known.rules:
            reader.unknown(item, "rule", name, known.rules)
        found.append(Expectation(kind="rules", what=name, where=reader.where(item)))
    if "only" in fields:
        if not reader.boolean(fields["only"], "only", True):
            reader.problem(fields["only"], "only says nothing unless it is true", "take it out")
        given = tuple(one.what for one in found if one.kind == "given")
        where = reader.where(fields["only"])
        found.append(Expectation(kind="only", what="", wanted=given, where=where))
    return found


def _expectation(
    reader: Reader, kind: str, what: Node, known: Known, value: Node | None = None
) -> Expectation:
    name = _advice_name(reader, what, known)
    citations: Citations = ()
    wanted: tuple[str, ...] = ()
    if kind == "sources":
        citations = reader.citations(value, known.words.sources)
    elif kind == "confidence":
        wanted = (reader.choice(value, "confidence", _CONFIDENCES, "low"),)
    elif kind == "caveats":
        items = reader.items(value, "caveats", empty=True)
        wanted = tuple(_caveat(reader, item, known) for item in items)
    return Expectation(
        kind=kind,  # type: ignore[arg-type]
        what=name,
        wanted=wanted,
        citations=citations,
        where=reader.where(what),
    )


def _advice_name(reader: Reader, node: Node, known: Known) -> str:
    """Advice as a template id or in the one-line form, which comes back in canonical shape."""
    text = reader.text(node, "advice")
    templates = known.words.templates
    if "(" in text:
        try:
            instance, _ = instance_of(text, known.words)
        except Mismatch as mismatch:
            reader.problem(node, mismatch.message, mismatch.hint)
            return text
        text, shown = instance.template, str(instance)
    else:
        shown = text
    if text and (text not in templates or not templates[text].advice):
        advice = [template.id for template in templates.values() if template.advice]
        reader.problem(node, f"there is no advice '{text}'", lambda: nearest(text, advice))
    return shown


def _caveat(reader: Reader, node: Node, known: Known) -> str:
    text = reader.text(node, "a caveat")
    name = text.split("(", maxsplit=1)[0]
    caveats = [t.id for t in known.words.templates.values() if t.caveat]
    if name and name not in caveats:
        reader.problem(node, f"there is no caveat '{name}'", lambda: nearest(name, caveats))
    return text
