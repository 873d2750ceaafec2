"""The schema of rule files: patterns over templates, comparisons and the rest of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from advisor.authoring.schema.facts import FactShapes, about
from advisor.authoring.schema.shapes import (
    IDENTIFIER,
    VARIABLE,
    Schema,
    allowance,
    any_of,
    array,
    document,
    filled,
    keyed,
    listed,
    matching,
    one_of,
    record,
    ref,
    said,
)
from advisor.loader import keys
from advisor.model.records import KnowledgeBase, SlotType, Template

_COMPARISON = f"^\\s*{keys.COMPARISON}\\s*$"


def rule_file(base: KnowledgeBase) -> Schema:
    """The schema of rule files."""
    shapes = FactShapes(base)
    conditions = [t for t in base.templates.values() if not t.caveat]
    concluded = [t for t in base.templates.values() if not (t.key or t.asks or t.kind)]
    defs = shapes.named() | {
        "variable": matching(VARIABLE, "a variable"),
        "condition": pattern(shapes, conditions),
        "conclusion": pattern(shapes, concluded, whole=True),
        "rule": _rule(base, shapes),
    }
    body = {"type": ["array", "null"], "items": ref("rule")}
    return document(f"Rules: {base.title}", "a list of rules", body, defs)


def _rule(base: KnowledgeBase, shapes: FactShapes) -> Schema:
    interests = "; ".join(f"{interest.id}: {interest.says}" for interest in base.interests.values())
    named = listed(one_of(base.interests, interests))
    compare = matching(_COMPARISON, "as in $client != $partner, with = != < <= > >=")
    own: dict[str, Schema] = {
        "id": matching(IDENTIFIER),
        "if": listed(any_of(ref("condition"), _count())),
        "where": any_of(compare, {"type": "array", "items": compare}),
        "unless": listed(ref("condition")),
        "then": array(ref("conclusion")),
        "advances": named,
        "strains": named,
        "sources": shapes.sources(),
        "audit": filled({"allow": said(keyed(allowance()), "by check")}),
    }
    return record(keys.RULE, own)


def _count() -> Schema:
    own = {"count": {"type": "integer", "minimum": 1}, "of": ref("condition")}
    counted = filled({"at-least": record(keys.AT_LEAST, own)}, ["at-least"])
    return said(counted, "a premise that counts")


def pattern(shapes: FactShapes, templates: Iterable[Template], *, whole: bool = False) -> Schema:
    """A pattern over one of these templates; `whole` if it leaves no slot open."""
    legal = list(templates)
    bare = [t.id for t in legal if not (whole and t.slots)]
    long: Schema = {
        "type": "object",
        "properties": {t.id: terms(shapes, t.slots, about(t), whole=whole) for t in legal},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return any_of(long, one_of(bare, "a template, whatever fills its slots")) if bare else long


def terms(shapes: FactShapes, slots: Mapping[str, SlotType], says: str, *, whole: bool) -> Schema:
    """The slots of a pattern: values, variables and, where it is not `whole`, lists of values."""
    properties = {}
    for name, slot_type in slots.items():
        value = shapes.value(slot_type)
        several = [] if whole else [array(value)]
        properties[name] = any_of(ref("variable"), value, *several)
    return said(filled(properties, slots if whole else ()), says)
