"""The schemas of what fills a slot, of instances in both forms, and of whole fact files.

A fact file that declares entities or sources of its own is checked against shapes that take any
name where such a one may stand: the `open` ones.
"""

from __future__ import annotations

from collections.abc import Iterable

from advisor.authoring.schema.shapes import (
    DAY,
    DECIMAL,
    IDENTIFIER,
    Schema,
    alternatives,
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
    words,
)
from advisor.model.grades import TERMS
from advisor.model.records import KnowledgeBase, SlotType, Source, Template

_LISTS = ("given", "withheld", "open", "gains", "loses")


class FactShapes:
    """The shapes of one base; `own` is true for files that declare entities or sources too."""

    def __init__(self, base: KnowledgeBase, *, own: bool = False) -> None:
        self.base = base
        self.own = own

    def definitions(self) -> dict[str, Schema]:
        """What the shapes of fact files refer to."""
        given = _statable(self.base)
        return self.named() | {f"{self._mark}of-{one.id}": self.slots(one) for one in given}

    def named(self) -> dict[str, Schema]:
        """What all shapes refer to: the entities of each type, and citations."""
        found = {f"{self._mark}{name}": self._entity(name) for name in self.types()}
        found[f"{self._mark}sources"] = citations(self.base.sources.values(), own=self.own)
        return found

    def types(self) -> list[str]:
        """The types of entity."""
        return sorted({entity.type for entity in self.base.entities.values()})

    @property
    def _mark(self) -> str:
        return "own-" if self.own else ""

    def _entity(self, type_name: str) -> Schema:
        there = [e for e in self.base.entities.values() if e.type == type_name]
        about = f"{type_name}: {', '.join(f'{e.id} ({e.name})' for e in there)}"
        if self.own:
            return any_of(one_of([e.id for e in there], about), matching(IDENTIFIER, about))
        return one_of([e.id for e in there], about)

    def sources(self) -> Schema:
        """What cites."""
        return ref(f"{self._mark}sources")

    def value(self, slot_type: SlotType) -> Schema:
        """What a slot may hold."""
        match slot_type.kind:
            case "entity":
                return any_of(*(ref(f"{self._mark}{name}") for name in slot_type.types))
            case "values":
                english = "; ".join(f"{value}: {says}" for value, says in slot_type.values.items())
                return one_of(slot_type.values, english)
            case "number":
                return {"type": "number", "description": slot_type.unit or "a number"}
            case "date":
                return matching(DAY, "a date, YYYY-MM-DD")
            case "boolean":
                return boolean("true or false")

    def slots(self, template: Template) -> Schema:
        """All slots of a template, each with a value."""
        filled = {name: self.value(slot_type) for name, slot_type in template.slots.items()}
        found = record(filled, about(template), template.slots)
        return found if template.slots else {**found, "type": ["object", "null"]}

    def line(self, template: Template, *, graded: bool) -> str:
        """The pattern of a template's one-line form."""
        parts = [f"\\s*{self._part(slot)}\\s*" for slot in template.slots.values()]
        inside = ",".join(parts or ["\\s*"])
        grade = f"(=\\s*{alternatives(TERMS[1:])}\\s*)?" if graded else ""
        return f"^\\s*{template.id}\\s*\\({inside}\\)\\s*{grade}$"

    def _part(self, slot_type: SlotType) -> str:
        match slot_type.kind:
            case "entity" if not self.own:
                entities = self.base.entities.values()
                return alternatives(e.id for e in entities if e.type in slot_type.types)
            case "entity":
                return IDENTIFIER.strip("^$")
            case "values":
                return alternatives(slot_type.values)
            case "number":
                return DECIMAL
            case "date":
                return "[0-9]{4}-[0-9]{2}-[0-9]{2}"
            case "boolean":
                return "(true|false)"

    def fact(self, templates: Iterable[Template], *, graded: bool) -> Schema:
        """A fact over one of these templates, in its long or in its one-line form."""
        legal = list(templates)
        if not legal:
            return {"not": {}}
        beside = {
            "likelihood": likelihood(),
            "sources": self.sources(),
            "note": text("for the reader of the file"),
            "origin": one_of(["answered"], "of an answer in a consultation"),
            "answered": text("when, of an answer in a consultation"),
        }
        if not graded:
            del beside["likelihood"]
        long: Schema = {
            "type": "object",
            "properties": {**{t.id: ref(f"{self._mark}of-{t.id}") for t in legal}, **beside},
            "additionalProperties": False,
            "oneOf": [{"required": [template.id]} for template in legal],
        }
        lines = [matching(self.line(one, graded=graded), about(one)) for one in legal]
        return any_of(long, *lines)

    def advice(self) -> Schema:
        """Advice as a template's id or in the one-line form."""
        there = [t for t in self.base.templates.values() if t.advice]
        ids = one_of([t.id for t in there], "advice of this kind, to the scenario's client")
        return any_of(ids, *(matching(self.line(t, graded=False), about(t)) for t in there))

    def expectations(self) -> Schema:
        """What a scenario expects of its own advice."""
        caveats = [t.id for t in self.base.templates.values() if t.caveat]
        caveat = matching(f"^\\s*{alternatives(caveats)}\\s*(\\(.*)?$", "a caveat")
        advice = ref(f"{self._mark}advice")
        fields = {name: listed(advice, f"advice that is {name}") for name in _LISTS}
        fields["gains"]["description"] = "advice that the scenario it extends does not give"
        fields["loses"]["description"] = "advice that the scenario it extends gives, and this not"
        levels = one_of(["low", "moderate", "high"], "a confidence")
        fields["caveats"] = keyed(
            listed(caveat, "its caveats", empty=True), "all caveats of advice", advice
        )
        fields["confidence"] = keyed(levels, "the confidence of advice", advice)
        fields["sources"] = keyed(self.sources(), "all that advice rests on", advice)
        rules = one_of([rule.id for rule in self.base.rules], "a rule that fires")
        fields["rules"] = listed(rules, "rules that fire")
        fields["only"] = {"const": True, "description": "nothing is given but what `given` lists"}
        return record(fields, "what `advisor test` holds this scenario to")


def about(template: Template) -> str:
    """A template in words."""
    return f"{words(template.says)}. {template.about or ''}".strip()


def citations(sources: Iterable[Source], *, own: bool) -> Schema:
    """What `sources:` holds: sources by name, or with their places."""
    there = list(sources)
    ids = one_of([source.id for source in there], "a source as a whole")
    names = any_of(ids, matching(IDENTIFIER, "a source of this file")) if own else ids
    by_place: Schema = {
        "type": "object",
        "properties": {source.id: places(source) for source in there},
        "additionalProperties": {"type": _PLACE_TYPES} if own else False,
    }
    whole = {"type": ["array", "null"], "items": names}
    return any_of(by_place, whole) | {"description": "what this rests on: sources and places"}


_PLACE_TYPES = ["string", "number", "boolean", "array", "null"]


def places(source: Source) -> Schema:
    """A place of a source, or a list of them."""
    said = f"{source.locator} of {source.title}"
    if not source.passages:
        return {"type": _PLACE_TYPES, "description": said}
    numbers = [place for place in source.passages if isinstance(place, int)]
    legal = [*source.passages, *map(str, numbers)]
    one: Schema = {"enum": legal, "description": said}
    return any_of(one, {"type": "array", "items": one}) | {"description": said}


def scenario_file(base: KnowledgeBase, scenarios: Iterable[str]) -> Schema:
    """The schema of fact files."""
    defs: dict[str, Schema] = {}
    for shapes, mark in ((FactShapes(base), ""), (FactShapes(base, own=True), "own-")):
        defs |= shapes.definitions()
        defs[f"{mark}advice"] = shapes.advice()
        defs[f"{mark}stated"] = shapes.fact(_statable(base), graded=True)
        defs[f"{mark}ungraded"] = shapes.fact(_deniable(base), graded=False)
        defs[f"{mark}scenario"] = _scenario(base, shapes, mark, list(scenarios))
    own = {"anyOf": [{"required": ["entities"]}, {"required": ["sources"]}]}
    body: Schema = {"if": own, "then": ref("own-scenario"), "else": ref("scenario")}
    return document(f"Facts: {base.title}", "a scenario, or a what-if on another", body, defs)


def _statable(base: KnowledgeBase) -> list[Template]:
    return [t for t in base.templates.values() if not (t.advice or t.caveat)]


def _deniable(base: KnowledgeBase) -> list[Template]:
    return [t for t in _statable(base) if t.id not in base.derived]


def _scenario(base: KnowledgeBase, shapes: FactShapes, mark: str, names: list[str]) -> Schema:
    stated, ungraded = ref(f"{mark}stated"), ref(f"{mark}ungraded")
    known = any_of(one_of(names, "a scenario of the base"), text("the path of a fact file"))
    everyone = any_of(*(ref(f"{mark}{name}") for name in shapes.types()))
    rules = one_of([rule.id for rule in base.rules], "a rule")
    fields: dict[str, Schema] = {
        "title": text("what the scenario is, in a line"),
        "about": text("what it is, in a paragraph"),
        "extends": known if names else text("the path of a fact file"),
        "client": everyone | {"description": "who is advised"},
        "complete": boolean("false: what nobody mentions is unknown, not absent"),
        "interests": keyed(_holdings(base, shapes), "what each client wants kept or gained"),
        "facts": listed(stated, "what is so", empty=True),
        "assume": listed(stated, "what is assumed to be so", empty=True),
        "denied": listed(ungraded, "what is not so", empty=True),
        "unknown": listed(ungraded, "what is not known", empty=True),
        "one-of": listed(
            _group(shapes, stated), "groups of which one alternative holds", empty=True
        ),
        "withdraw": listed(any_of(rules, stated), "facts and rules taken away", empty=True),
        "expect": shapes.expectations(),
        "entities": {"description": "entities of this file, as in entities.yaml"},
        "sources": {"description": "sources of this file, as in sources.yaml"},
        "consulted": {"description": "what a consultation remembers of itself"},
    }
    return record(fields, "a scenario", ["title"])


def _holdings(base: KnowledgeBase, shapes: FactShapes) -> Schema:
    names = one_of(base.interests, "; ".join(f"{i.id}: {i.says}" for i in base.interests.values()))
    cited = record({"sources": shapes.sources()}, "an interest, with what says so")
    long: Schema = {
        "type": "object",
        "properties": dict.fromkeys(base.interests, cited),
        "additionalProperties": False,
        "maxProperties": 1,
    }
    return listed(any_of(names, long), "interests", empty=True)


def _group(shapes: FactShapes, stated: Schema) -> Schema:
    fields = {
        "title": text("what is open"),
        "alternatives": {"type": "array", "items": stated, "minItems": 2},
        "sources": shapes.sources(),
    }
    return record(fields, "exactly one of these holds", ["title", "alternatives"])
