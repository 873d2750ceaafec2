"""The schemas of `base.yaml`, entities, interests, sources and templates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from advisor.authoring.schema.facts import FactShapes, about
from advisor.authoring.schema.rules import pattern
from advisor.authoring.schema.shapes import (
    IDENTIFIER,
    VARIABLE,
    Schema,
    any_of,
    boolean,
    day,
    document,
    keyed,
    likelihood,
    listed,
    matching,
    one_of,
    record,
    ref,
    text,
)
from advisor.loader.vocabulary import KINDS
from advisor.model.records import KnowledgeBase

_TYPE: Final = "^[A-Z][A-Za-z0-9]*$"
_SLOT: Final = "^[a-z][a-z0-9]*([_-][a-z0-9]+)*$"
_PLAIN: Final = ("Number", "Date", "Boolean")


def base_file(base: KnowledgeBase, scenarios: Iterable[str]) -> Schema:
    """The schema of `base.yaml`."""
    names = one_of(scenarios, "a scenario of this base")
    asked = [template.id for template in base.templates.values() if template.asks]
    accepted = keyed(keyed(text("the reason"), "by name"), "by check")
    fields = {
        "title": text("what the base is about, in a line"),
        "about": text("what it formalises, in a paragraph"),
        "date": day("the base's own date: reviews fall due against it"),
        "scenario": any_of(names, text("the path of a fact file")),
        "client": one_of(base.entities, "who is advised where nothing else is said"),
        "hedges": keyed(likelihood(), "what an author's hedge counts for"),
        "covers": listed(one_of(asked, "a template"), "whose every answer leads to some advice"),
        "audit": record({"allow": accepted}, "findings of the audit that are accepted", ["allow"]),
    }
    body = record(fields, "", ["title", "date"])
    return document(f"Base: {base.title}", "what the base says of itself", body, {})


def entities_file(base: KnowledgeBase) -> Schema:
    """The schema of `entities.yaml`."""
    fields = {
        "name": text("as it reads in the middle of a sentence"),
        "adjective": text("as in Pakistani"),
        "code": matching("^\\s*[A-Z]{3}\\s*$", "ISO 3166-1 alpha-3, for states"),
        "plural": boolean("true when its verb is plural"),
    }
    entity = record(fields, "an entity", ["name"])
    names = {"pattern": IDENTIFIER}
    types = {"pattern": _TYPE, "not": {"enum": list(_PLAIN)}}
    body = keyed(keyed(entity, "the entities of this type", names), "", types)
    return document(f"Entities: {base.title}", "what slots can hold, by type", body, {})


def interests_file(base: KnowledgeBase) -> Schema:
    """The schema of `interests.yaml`."""
    interest = record({"says": text("a noun phrase")}, "an interest", ["says"])
    body = keyed(interest, "", {"pattern": IDENTIFIER})
    return document(f"Interests: {base.title}", "what clients want kept or gained", body, {})


def sources_file(base: KnowledgeBase) -> Schema:
    """The schema of `sources.yaml`."""
    passage = {
        "kind": one_of(KINDS, "what kind of statement it is"),
        "says": text("what it says, in own words"),
        "hedge": one_of(base.hedges, "a word of the base's table of hedges"),
    }
    passages = keyed(record(passage, "a place", ["kind", "says"]), "what can be cited")
    fields = {
        "title": text("its title"),
        "author": text("who wrote it"),
        "date": day("its date"),
        "dated": text("its date in words, where there is no day"),
        "origin": text("sources of one origin do not corroborate each other"),
        "grade": matching("^\\s*[A-F][1-6]\\s*$", "Admiralty: reliability A-F, credibility 1-6"),
        "review": day("when somebody should look again"),
        "locator": text("what a number means: sentence, page, article"),
        "passages": passages,
        "note": text("for the reader of the file"),
    }
    source = record(fields, "a source", ["title", "origin"]) | {
        "not": {"required": ["date", "dated"]}
    }
    body = keyed(source, "", {"pattern": IDENTIFIER})
    return document(f"Sources: {base.title}", "the register of sources", body, {})


def templates_file(base: KnowledgeBase) -> Schema:
    """The schema of `templates.yaml`: those there are, and any new one."""
    shapes = FactShapes(base)
    types = sorted({entity.type for entity in base.entities.values()})
    defs = shapes.named() | {
        "variable": matching(VARIABLE, "a slot of this template, as in $client"),
        "type": _slot_type(types),
        "template": _template(),
        "advice": pattern(shapes, [t for t in base.templates.values() if t.advice]),
    }
    there = {
        t.id: {"$ref": "#/$defs/template", "description": about(t)} for t in base.templates.values()
    }
    body: Schema = {
        "type": "object",
        "properties": there,
        "propertyNames": {"pattern": IDENTIFIER},
        "additionalProperties": ref("template"),
    }
    return document(f"Templates: {base.title}", "what can be said, and its English", body, defs)


def _slot_type(types: list[str]) -> Schema:
    names = one_of([*types, *_PLAIN], "a type of entity, Number, Date or Boolean")
    several = {"type": "array", "items": one_of(types, "a type of entity"), "minItems": 1}
    single = {"type": "array", "items": names, "minItems": 1, "maxItems": 1}
    number = record({"number": text("its unit")}, "a number with its unit", ["number"])
    legal = any_of(
        {"type": "array", "items": text("a legal value"), "minItems": 1},
        {"type": "object", "additionalProperties": text("its English"), "minProperties": 1},
    )
    values = record({"values": legal}, "legal values, each with its English", ["values"])
    return any_of(names, several, single, number, values)


def _template() -> Schema:
    slot = matching(_SLOT, "a slot of this template")
    some = any_of(slot, {"type": "array", "items": slot})
    related = listed(ref("advice"), "advice, by template or with slots from this one")
    fields = {
        "slots": keyed(
            ref("type"), "name: type, in order of the one-line form", {"pattern": _SLOT}
        ),
        "says": text("the fact as a clause; advice as an imperative"),
        "denies": text("the clause when it is denied"),
        "asks": text("the question; what has one is asked about"),
        "about": text("a sentence for the reader"),
        "advice": boolean("true: a recommendation; has a slot client"),
        "caveat": boolean("true: qualifies advice"),
        "symmetric": {"type": "array", "items": slot, "minItems": 2, "maxItems": 2},
        "key": some | {"description": "slots for each of which there is one value of the others"},
        "distinct": {"type": "array", "items": slot, "minItems": 2},
        "opposes": related,
        "after": related,
    }
    return record(fields, "a template", ["slots", "says"])
