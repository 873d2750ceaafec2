"""The schema of rule files: patterns over templates, comparisons and the rest of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from advisor.authoring.schema.facts import FactShapes, about
from advisor.authoring.schema.shapes import (
    IDENTIFIER,
    VARIABLE,
    Schema,
    any_of,
    boolean,
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
from advisor.model.records import KnowledgeBase, SlotType, Template

_COMPARISON = "^\\s*\\S+?\\s*(!=|<=|>=|=|<|>)\\s*\\S+\\s*$"


def rule_file(base: KnowledgeBase) -> Schema:
    """The schema of rule files."""
    shapes = FactShapes(base)
    conditions = [t for t in base.templates.values() if not t.caveat]
    concluded = [t for t in base.templates.values() if not t.key and not t.asks]
    defs = shapes.named() | {
        "variable": matching(VARIABLE, "a variable"),
        "condition": pattern(shapes, conditions),
        "conclusion": pattern(shapes, concluded, whole=True),
        "rule": _rule(base, shapes),
    }
    body = {"type": ["array", "null"], "items": ref("rule")}
    return document(f"Rules: {base.title}", "a list of rules", body, defs)


def _rule(base: KnowledgeBase, shapes: FactShapes) -> Schema:
    interests = "; ".join(f"{one.id}: {one.says}" for one in base.interests.values())
    named = listed(one_of(base.interests, interests), "interests, for a rule that advises")
    compare = matching(_COMPARISON, "as in $client != $partner, with = != < <= > >=")
    fields: dict[str, Schema] = {
        "id": matching(IDENTIFIER, "the rule's name"),
        "title": text("the rule's point, in words"),
        "if": listed(any_of(ref("condition"), _count()), "premises, all of which must hold"),
        "where": any_of(compare, {"type": "array", "items": compare}),
        "unless": listed(ref("condition"), "exceptions: none of these may hold"),
        "then": {"type": "array", "items": ref("conclusion"), "minItems": 1},
        "strength": likelihood(),
        "advances": named,
        "strains": named,
        "basis": one_of(["recommended", "inferred"], "recommended if the source itself does"),
        "because": text("the reason as a clause, with the rule's variables in braces"),
        "sources": shapes.sources(),
        "otherwise": boolean("true: applies as far as the client is given no other advice"),
        "note": text("for the reader of the file"),
        "audit": record({"allow": keyed(text("the reason"), "by check")}, "findings accepted"),
    }
    return record(fields, "a rule", ["id", "title", "then"])


def _count() -> Schema:
    count = {"type": "integer", "minimum": 1, "description": "how many at least"}
    fields = {"count": count, "of": ref("condition")}
    inner = record(fields, "so many distinct facts match", ["count", "of"])
    return record({"at-least": inner}, "a premise that counts", ["at-least"])


def pattern(shapes: FactShapes, templates: Iterable[Template], *, whole: bool = False) -> Schema:
    """A pattern over one of these templates; `whole` if it leaves no slot open."""
    legal = list(templates)
    bare = [t.id for t in legal if not (whole and t.slots)]
    long: Schema = {
        "type": "object",
        "properties": {one.id: terms(shapes, one.slots, about(one), whole=whole) for one in legal},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return any_of(long, one_of(bare, "a template, whatever fills its slots")) if bare else long


def terms(shapes: FactShapes, slots: Mapping[str, SlotType], said: str, *, whole: bool) -> Schema:
    """The slots of a pattern: values, variables and, where it is not `whole`, lists of values."""
    properties = {}
    for name, slot_type in slots.items():
        value = shapes.value(slot_type)
        several = [] if whole else [{"type": "array", "items": value, "minItems": 1}]
        properties[name] = any_of(ref("variable"), value, *several)
    return record(properties, said, slots if whole else ())
