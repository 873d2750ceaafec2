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
    text,
)
from advisor.loader import keys
from advisor.model.authored import declared
from advisor.model.records import KnowledgeBase, SlotType, Template

_COMPARISON = f"^\\s*{keys.COMPARISON}\\s*$"


def rule_file(base: KnowledgeBase) -> Schema:
    """The schema of rule files."""
    shapes = FactShapes(base)
    conditions = [t for t in declared(base) if not t.caveat]
    concluded = [t for t in declared(base) if t.key is None and not (t.asks or t.kind)]
    defs = shapes.named() | {
        "variable": matching(VARIABLE, "a variable"),
        "condition": pattern(shapes, conditions),
        "conclusion": pattern(shapes, concluded, whole=True),
        "rule": record(keys.RULE, _own(base, shapes)),
        "table": _table(base, shapes),
        "first": record(keys.FIRST, {"first": array(ref("rule"))}),
    }
    items = _where("table", _where("first", ref("rule")))
    body = {"type": ["array", "null"], "items": items}
    return document(f"Rules: {base.title}", "a list of rules", body, defs)


def _where(key: str, otherwise: Schema) -> Schema:
    """What has a key is what is called so."""
    return {"if": {"required": [key]}, "then": ref(key), "else": otherwise}


def _table(base: KnowledgeBase, shapes: FactShapes) -> Schema:
    """A decision table; what its columns are follows from its head, which no schema can say."""
    cell: Schema = {"type": ["string", "number", "boolean", "null", "array"]}
    row = said({"type": "object", "additionalProperties": cell}, "a cell for each column")
    own: dict[str, Schema] = {
        **_own(base, shapes),
        "table": matching(IDENTIFIER),
        "order": {"type": "array", "minItems": 1},
        "columns": said(keyed(ref("condition")), "by column"),
        "rows": any_of(matching("[.]csv$"), array(row)),
    }
    return record(keys.DECISIONS, {name: own[name] for name in keys.DECISIONS.names if name in own})


def _own(base: KnowledgeBase, shapes: FactShapes) -> dict[str, Schema]:
    """The shapes of a rule's own keys."""
    interests = "; ".join(f"{interest.id}: {interest.says}" for interest in base.interests.values())
    named = listed(one_of(base.interests, interests))
    compare = matching(_COMPARISON, "as in $client != $partner or $use - $own > 20")
    own: dict[str, Schema] = {
        "id": matching(IDENTIFIER),
        "if": listed(any_of(ref("condition"), _count(), _every(), _choice())),
        "let": _lets(),
        "where": any_of(compare, {"type": "array", "items": compare}),
        "unless": listed(any_of(ref("condition"), _count(), _together())),
        "then": array(ref("conclusion")),
        "advances": named,
        "strains": named,
        "sources": shapes.sources(),
        "audit": filled({"allow": said(keyed(allowance()), "by check")}),
    }
    return own


def _lets() -> Schema:
    """What a rule computes, by variable: an expression, or what comes of facts."""
    over = {"of": ref("condition")} | dict.fromkeys(("sum", "min", "max"), ref("variable"))
    computed = any_of(
        text("as in ($use - $own) * 0.25, with min, max, round, round-down and round-up"),
        record(keys.AGGREGATE, over),
        record(keys.COUNT, {"count": ref("condition")}),
    )
    return keyed(computed, matching(VARIABLE))


def _count() -> Schema:
    own = {"count": {"type": "integer", "minimum": 1}, "of": ref("condition")}
    counted = filled({"at-least": record(keys.AT_LEAST, own)}, ["at-least"])
    return said(counted, "a premise that counts")


def _choice() -> Schema:
    one = any_of(ref("condition"), _count(), _every())
    choices = {"any": array(any_of(one, array(one)), 2)}
    return said(filled(choices, ["any"]), "alternatives, one of which must hold")


def _every() -> Schema:
    return matching(f"^every\\s+{keys.TYPE}\\s+\\$", "as in every State $client")


def _together() -> Schema:
    conditions = {"all": array(any_of(ref("condition"), _count()), 2)}
    return said(filled(conditions, ["all"]), "conditions that hold together")


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
