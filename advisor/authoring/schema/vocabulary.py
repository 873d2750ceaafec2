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
    allowance,
    any_of,
    array,
    boolean,
    document,
    filled,
    keyed,
    likelihood,
    listed,
    matching,
    one_of,
    record,
    ref,
    said,
    text,
)
from advisor.loader import keys
from advisor.model.authored import declared
from advisor.model.records import KnowledgeBase

_TYPE: Final = f"^{keys.TYPE}$"
_SLOT: Final = f"^{keys.SLOT}$"


def base_file(base: KnowledgeBase, scenarios: Iterable[str]) -> Schema:
    """The schema of `base.yaml`."""
    names = one_of(scenarios, "a scenario of this base")
    asked = [template.id for template in declared(base) if template.asks]
    accepted = keyed(said(keyed(allowance()), "by name"))
    own = {
        "scenario": any_of(names, text("the path of a fact file")),
        "client": one_of(base.entities),
        "background": names,
        "hedges": keyed(likelihood()),
        "covers": listed(one_of(asked, "a template")),
        "alike": listed(one_of(base.templates, "a template")),
        "audit": record(keys.AUDIT, {"allow": accepted, "checks": keyed(record(keys.SETTING))}),
    }
    body = record(keys.BASE, own)
    return document(f"Base: {base.title}", "what the base says of itself", body, {})


def entities_file(base: KnowledgeBase) -> Schema:
    """The schema of `entities.yaml`."""
    entities = keyed(record(keys.ENTITY, {"aka": listed(text())}), {"pattern": IDENTIFIER})
    types = {"pattern": _TYPE, "not": {"enum": list(keys.PLAIN_TYPES)}}
    body = keyed(said(entities, "the entities of this type"), types)
    return document(f"Entities: {base.title}", "what slots can hold, by type", body, {})


def interests_file(base: KnowledgeBase) -> Schema:
    """The schema of `interests.yaml`."""
    body = keyed(record(keys.INTEREST), {"pattern": IDENTIFIER})
    return document(f"Interests: {base.title}", "what clients want kept or gained", body, {})


def sources_file(base: KnowledgeBase) -> Schema:
    """The schema of `sources.yaml`."""
    passages = keyed(record(keys.PASSAGE, {"hedge": one_of(base.hedges)}))
    source = record(keys.SOURCE, {"passages": passages})
    source["not"] = {"required": ["date", "dated"]}
    body = keyed(source, {"pattern": IDENTIFIER})
    return document(f"Sources: {base.title}", "the register of sources", body, {})


def templates_file(base: KnowledgeBase) -> Schema:
    """The schema of `templates.yaml`: those there are, and any new one."""
    shapes = FactShapes(base)
    defs = shapes.named() | {
        "variable": matching(VARIABLE, "a slot of this template, as in $client"),
        "type": _slot_type(shapes.types()),
        "template": _template(),
        "premise": _premise([t.id for t in declared(base) if not t.advice | t.caveat]),
        "advice": pattern(shapes, [t for t in declared(base) if t.advice]),
        "kind": pattern(shapes, [t for t in declared(base) if t.kind]),
    }
    there = {t.id: {"$ref": "#/$defs/template", "description": about(t)} for t in declared(base)}
    body: Schema = {
        "type": "object",
        "properties": there,
        "propertyNames": {"pattern": IDENTIFIER},
        "additionalProperties": ref("template"),
    }
    return document(f"Templates: {base.title}", "what can be said, and its English", body, defs)


def _premise(names: list[str]) -> Schema:
    """A pattern over one of these templates, whatever it says of its slots."""
    named = one_of(names, "a template, whatever fills its slots")
    long = {"type": "object", "propertyNames": named, "minProperties": 1, "maxProperties": 1}
    return any_of(long, named)


def _slot_type(types: list[str]) -> Schema:
    names = one_of([*types, *keys.PLAIN_TYPES], "a type of entity, Number, Date or Boolean")
    several = array(one_of(types, "a type of entity"))
    number = said(filled({"number": text("its unit")}, ["number"]), "a number with its unit")
    legal = any_of(
        array(text("a legal value")),
        {"type": "object", "additionalProperties": text("its English"), "minProperties": 1},
    )
    scale = filled(
        {"values": legal, "ordered": boolean(keys.SLOT_TYPE.key("ordered").says)}, ["values"]
    )
    values = said(scale, "legal values, each with its English")
    return any_of(names, several, array(names, most=1), number, values)


def _template() -> Schema:
    slot = matching(_SLOT, "a slot of this template")
    own: dict[str, Schema] = {
        "slots": keyed(ref("type"), {"pattern": _SLOT}),
        "symmetric": array(slot, 2, 2),
        "key": any_of(slot, {"type": "array", "items": slot}),
        "distinct": array(slot, 2),
        "classifies": slot,
        "ask-when": any_of(ref("premise"), listed(ref("premise"))),
        "ask-unless": any_of(ref("premise"), listed(ref("premise"))),
        "opposes": listed(ref("advice")),
        "after": listed(ref("advice")),
        "kinds": listed(ref("kind")),
        "advice": {"enum": [True, False, "kind"]},
    }
    return record(keys.TEMPLATE, own)
