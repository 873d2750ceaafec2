"""The schemas of what fills a slot, of instances in both forms, and of whole fact files.

A fact file that declares entities or sources of its own is checked against shapes that take any
name where such a one may stand: the `open` ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from advisor.authoring.schema.shapes import (
    DECIMAL,
    IDENTIFIER,
    Schema,
    alternatives,
    any_of,
    array,
    boolean,
    day,
    document,
    filled,
    keyed,
    listed,
    matching,
    one_of,
    properties,
    record,
    ref,
    said,
    text,
    words,
)
from advisor.loader import keys
from advisor.model.authored import declared, rule_names
from advisor.model.grades import HOLDS, TERMS
from advisor.model.records import KnowledgeBase, SlotType, Template
from advisor.model.sources import Source


class FactShapes:
    """The shapes of one base; `own` is true for files that declare entities or sources too."""

    def __init__(self, base: KnowledgeBase, *, own: bool = False) -> None:
        self.base = base
        self.own = own

    def definitions(self) -> dict[str, Schema]:
        """What the shapes of fact files refer to."""
        every = declared(self.base)
        return self.named() | {f"{self._mark}of-{t.id}": self.slots(t) for t in every}

    def named(self) -> dict[str, Schema]:
        """What all shapes refer to: the entities of each type, and citations."""
        found = {f"{self._mark}{name}": self._entity(name) for name in self.types()}
        found[f"{self._mark}sources"] = citations(self.base.sources.values(), own=self.own)
        return found

    def types(self) -> list[str]:
        """The types of entity: of those there are, and of those that templates ask for."""
        slots = (slot for template in declared(self.base) for slot in template.slots.values())
        there = {entity.type for entity in self.base.entities.values()}
        return sorted(there.union(*(slot.types for slot in slots)))

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
                return day("a date, YYYY-MM-DD")
            case "boolean":
                return boolean("true or false")

    def slots(self, template: Template) -> Schema:
        """All slots of a template, each with a value."""
        values = {name: self.value(slot_type) for name, slot_type in template.slots.items()}
        found = said(filled(values, template.slots), about(template))
        return found if template.slots else {**found, "type": ["object", "null"]}

    def line(self, template: Template, *, graded: bool) -> str:
        """The pattern of a template's one-line form."""
        inside = ",".join(f"\\s*{self._part(slot)}\\s*" for slot in template.slots.values())
        filled = f"\\({inside}\\)" if inside else "(\\(\\s*\\))?"
        grade = f"(=\\s*{alternatives(TERMS[1:])}\\s*)?" if graded else ""
        return f"^\\s*{template.id}\\s*{filled}\\s*{grade}$"

    def _part(self, slot_type: SlotType) -> str:
        match slot_type.kind:
            case "entity" if not self.own:
                entities = self.base.entities.values()
                return alternatives(e.id for e in entities if e.type in slot_type.types)
            case "entity":
                return keys.NAME
            case "values":
                return alternatives(slot_type.values)
            case "number":
                return DECIMAL
            case "date":
                return keys.DAY
            case "boolean":
                return "(true|false)"

    def fact(self, templates: Iterable[Template], *, graded: bool) -> Schema:
        """A fact over one of these templates, in its long or in its one-line form."""
        legal = list(templates)
        if not legal:
            return {"not": {}}
        beside = properties(keys.FACT, {"sources": self.sources()})
        if not graded:
            del beside["likelihood"], beside["reading"]
        long = self._long(legal, beside)
        lines = [matching(self.line(t, graded=graded), about(t)) for t in legal]
        return any_of(long, *lines)

    def _long(self, legal: Sequence[Template], beside: Schema, *needed: str) -> Schema:
        """The long form of an instance of one of these templates, with what stands beside it."""
        return {
            "type": "object",
            "properties": {**{t.id: ref(f"{self._mark}of-{t.id}") for t in legal}, **beside},
            "additionalProperties": False,
            "oneOf": [{"required": [template.id, *needed]} for template in legal],
        }

    def recommended(self) -> Schema:
        """Advice, or a caveat, with the sources that recommend it."""
        legal = [t for t in declared(self.base) if t.advice or t.caveat]
        if not legal:
            return {"not": {}}
        beside = properties(keys.RECOMMENDED, {"sources": self.sources()})
        return self._long(legal, beside, *keys.RECOMMENDED.required)

    def advice(self) -> Schema:
        """Advice as a template's id or in the one-line form."""
        there = [t for t in declared(self.base) if t.advice]
        ids = one_of([t.id for t in there], "advice of this kind, to the scenario's client")
        return any_of(ids, *(matching(self.line(t, graded=False), about(t)) for t in there))

    def expectations(self) -> Schema:
        """What a scenario expects of its own advice."""
        caveats = [t.id for t in declared(self.base) if t.caveat]
        caveat = matching(f"^\\s*{alternatives(caveats)}\\s*(\\(.*)?$", "a caveat")
        advice = ref(f"{self._mark}advice")
        own = dict.fromkeys(keys.ADVICE_LISTS, listed(advice))
        own["caveats"] = keyed(said(listed(caveat, empty=True), "its caveats"), advice)
        own["confidence"] = keyed(one_of(keys.CONFIDENCES[::-1], "a confidence"), advice)
        own["grade"] = keyed(one_of(TERMS[HOLDS:], "a grade that holds"), advice)
        own["says"] = keyed(text("its sentence"), advice)
        own["sources"] = keyed(self.sources(), advice)
        own["recommended"] = keyed(self.sources(), advice)
        interest = one_of(list(self.base.interests), "an interest")
        for kind in ("advances", "strains"):
            own[kind] = keyed(listed(interest, empty=True), advice)
        for kind in ("after", "opposed"):
            own[kind] = keyed(listed(advice, empty=True), advice)
        own["rules"] = listed(one_of(rule_names(self.base), "a rule that fires"))
        own["order"] = array(advice, 2)
        own["only"] = {"const": True}
        return record(keys.EXPECT, own)


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
    return said(any_of(by_place, whole), "what this rests on: sources and places")


_PLACE_TYPES = ["string", "number", "boolean", "array", "null"]


def places(source: Source) -> Schema:
    """A place of a source, or a list of them."""
    says = f"{source.locator} of {source.title}"
    if not source.passages:
        return {"type": _PLACE_TYPES, "description": says}
    numbers = [place for place in source.passages if isinstance(place, int)]
    place: Schema = {"enum": [*source.passages, *map(str, numbers)], "description": says}
    return said(any_of(place, {"type": "array", "items": place}), says)


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
    return [t for t in declared(base) if not (t.advice or t.kind or t.caveat)]


def _deniable(base: KnowledgeBase) -> list[Template]:
    return [t for t in _statable(base) if t.id not in base.derived]


def _scenario(base: KnowledgeBase, shapes: FactShapes, mark: str, names: list[str]) -> Schema:
    stated, ungraded = ref(f"{mark}stated"), ref(f"{mark}ungraded")
    known = any_of(one_of(names, "a scenario of the base"), text("the path of a fact file"))
    everyone = any_of(*(ref(f"{mark}{name}") for name in shapes.types()))
    rules = one_of(rule_names(base), "a rule")
    alternatives = {"alternatives": array(stated, 2), "sources": shapes.sources()}
    table = matching(r"\.[cC][sS][vV]\s*$", "the path of a CSV file")
    tabled = one_of([template.id for template in _statable(base)], "a template")
    own: dict[str, Schema] = {
        "extends": known if names else text(),
        "client": everyone,
        "interests": keyed(_holdings(base, shapes)),
        "recommends": listed(shapes.recommended()),
        "facts": listed(stated, empty=True),
        "tables": keyed(any_of(table, array(table)), tabled),
        "tells-all": listed(tabled),
        "cases": any_of(table, array(table)),
        "assume": listed(stated),
        "denied": listed(ungraded),
        "deny": listed(ungraded),
        "unknown": listed(ungraded),
        "one-of": listed(record(keys.ONE_OF, alternatives)),
        "withdraw": listed(any_of(rules, stated)),
        "expect": shapes.expectations(),
        "entities": {},
        "sources": {},
        "consulted": {},
    }
    return record(keys.SCENARIO, own)


def _holdings(base: KnowledgeBase, shapes: FactShapes) -> Schema:
    names = one_of(base.interests, "; ".join(f"{i.id}: {i.says}" for i in base.interests.values()))
    priority: Schema = {"type": "integer", "minimum": 1}
    cited = record(keys.HOLDING, {"priority": priority, "sources": shapes.sources()})
    long: Schema = {
        "type": "object",
        "properties": dict.fromkeys(base.interests, cited),
        "additionalProperties": False,
        "maxProperties": 1,
    }
    return said(listed(any_of(names, long), empty=True), "interests")
