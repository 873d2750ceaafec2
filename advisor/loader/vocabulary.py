"""Turns `base.yaml`, entities, interests, sources and templates into the words of a base."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from advisor.loader.instances import pattern_over
from advisor.loader.reader import SLOT_NAME, TYPE_NAME, Reader, locator_of
from advisor.loader.types import check_distinct, check_relation
from advisor.loader.yamlfile import Mapping, Node, Scalar, Sequence
from advisor.model.errors import Location
from advisor.model.grades import GRADE_OF, TERMS
from advisor.model.records import (
    Allowance,
    Entity,
    Interest,
    Passage,
    Pattern,
    Relation,
    SlotType,
    Source,
    Template,
    Var,
)

KINDS: Final = ("fact", "judgment", "forecast", "recommendation", "background")
_PLAIN_TYPES: Final = {"Number": "number", "Date": "date", "Boolean": "boolean"}
_ADMIRALTY: Final = re.compile(r"[A-F][1-6]")
_CODE: Final = re.compile(r"[A-Z]{3}")
_RESERVED: Final = frozenset(
    {"at-least", "likelihood", "sources", "note", "origin", "answered", "title", "alternatives"}
)


class Vocabulary(msgspec.Struct, kw_only=True):
    """What has been declared so far; a declaration with a problem in it still counts as made."""

    title: str = ""
    about: str | None = None
    date: datetime.date = datetime.date.min
    scenario: str | None = None
    scenario_at: Location | None = None
    client: str | None = None
    client_at: Location | None = None
    hedges: dict[str, int] = {}
    allow: tuple[Allowance, ...] = ()
    covers: dict[str, Location] = {}  # templates, with where they are named
    types: set[str] = set()
    entities: dict[str, Entity] = {}
    interests: dict[str, Interest] = {}
    sources: dict[str, Source] = {}
    templates: dict[str, Template] = {}
    spoilt: set[str] = set()  # templates with a problem, whose slots say nothing reliable


def likelihood(reader: Reader, node: Node | None, what: str, default: int) -> int:
    """The grade of a likelihood term, from "almost no chance" to "certain"."""
    term = reader.choice(node, what, TERMS[1:], TERMS[default])
    return GRADE_OF[term]


def read_base(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in `base.yaml`."""
    known = ("title", "about", "date", "scenario", "client", "hedges", "covers", "audit")
    fields = reader.fields(root, "base.yaml", known, ("title", "date"))
    words.title = reader.text(fields.get("title"), "title")
    words.about = reader.optional(fields.get("about"), "about")
    words.date = reader.date(fields.get("date"), "date") or datetime.date.min
    words.scenario = reader.optional(fields.get("scenario"), "scenario")
    words.scenario_at = reader.where(fields.get("scenario", root))
    words.client = reader.optional(fields.get("client"), "client")
    words.client_at = reader.where(fields.get("client", root))
    for key, value in reader.entries(fields.get("hedges"), "hedges"):
        words.hedges[key.text] = likelihood(reader, value, "likelihood", 8)
    for item in reader.items(fields.get("covers"), "covers"):
        words.covers[reader.text(item, "a template")] = reader.where(item)
    if "audit" in fields:
        words.allow = tuple(_allowed(reader, fields["audit"]))


def _allowed(reader: Reader, node: Node) -> Iterator[Allowance]:
    """What the audit may report of a template, an entity, a source and the like, by its name."""
    fields = reader.fields(node, "audit", ("allow",), ("allow",))
    for check, named in reader.entries(fields.get("allow"), "allow"):
        for key, value in reader.entries(named, f"allow {check.text}"):
            reason = reader.text(value, "the reason")
            yield Allowance(
                check=check.text, about=key.text, reason=reason, where=reader.where(key)
            )


def read_entities(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in entities by type."""
    for type_key, group in reader.entries(root, "entities", empty=True):
        type_name = reader.identifier(type_key, "a type of entity", TYPE_NAME)
        if type_name in _PLAIN_TYPES:
            reader.problem(type_key, f"'{type_name}' is a type of its own, not of entities")
        words.types.add(type_name)
        for key, value in reader.entries(group, f"the entities of {type_name}"):
            entity = _entity(reader, key, value, type_name)
            if _fresh(reader, key, "entity", words.entities):
                words.entities[entity.id] = entity


def _entity(reader: Reader, key: Scalar, node: Node, type_name: str) -> Entity:
    what = f"entity '{key.text}'"
    known = ("name", "adjective", "code", "plural")
    fields = reader.fields(node, what, known, ("name",))
    code = reader.optional(fields.get("code"), "code")
    if code and not _CODE.fullmatch(code):
        reader.problem(fields["code"], f"'{code}' is no ISO 3166-1 alpha-3 code", "three capitals")
    return Entity(
        id=reader.identifier(key, "an entity"),
        type=type_name,
        name=reader.text(fields.get("name"), "name"),
        adjective=reader.optional(fields.get("adjective"), "adjective"),
        code=code,
        plural=reader.boolean(fields.get("plural"), "plural"),
        where=reader.where(key),
    )


def read_interests(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in interests."""
    for key, value in reader.entries(root, "interests", empty=True):
        fields = reader.fields(value, f"interest '{key.text}'", ("says",), ("says",))
        name = reader.identifier(key, "an interest")
        words.interests[name] = Interest(
            id=name, says=reader.text(fields.get("says"), "says"), where=reader.where(key)
        )


def read_sources(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in sources with their passages."""
    for key, value in reader.entries(root, "sources", empty=True):
        source = _source(reader, key, value, words)
        if _fresh(reader, key, "source", words.sources):
            words.sources[source.id] = source


_SOURCE_KEYS: Final = (
    *("title", "author", "date", "dated", "origin", "grade", "review", "locator"),
    *("passages", "note"),
)


def _source(reader: Reader, key: Scalar, node: Node, words: Vocabulary) -> Source:
    what = f"source '{key.text}'"
    fields = reader.fields(node, what, _SOURCE_KEYS, ("title", "origin"))
    if "date" in fields and "dated" in fields:
        reader.problem(fields["dated"], f"{what} has both 'date' and 'dated'", "keep one")
    on = reader.date(fields.get("date"), "date")
    grade = reader.optional(fields.get("grade"), "grade") or "F6"
    if not _ADMIRALTY.fullmatch(grade):
        hint = "reliability A to F, then credibility 1 to 6, as in C3"
        reader.problem(fields["grade"], f"'{grade}' is no Admiralty grade", hint)
        grade = "F6"
    return Source(
        id=reader.identifier(key, "a source"),
        title=reader.text(fields.get("title"), "title"),
        author=reader.optional(fields.get("author"), "author"),
        dated=on.isoformat() if on else reader.optional(fields.get("dated"), "dated"),
        origin=reader.text(fields.get("origin"), "origin"),
        reliability=grade[0],
        credibility=int(grade[1]),
        review=reader.date(fields.get("review"), "review"),
        locator=reader.optional(fields.get("locator"), "locator") or "passage",
        passages=_passages(reader, fields.get("passages"), words),
        note=reader.optional(fields.get("note"), "note"),
        where=reader.where(key),
    )


def _passages(reader: Reader, node: Node | None, words: Vocabulary) -> dict[int | str, Passage]:
    passages = {}
    for key, value in reader.entries(node, "passages"):
        what = f"passage {key.text}"
        fields = reader.fields(value, what, ("kind", "says", "hedge"), ("kind", "says"))
        hedge = reader.optional(fields.get("hedge"), "hedge")
        if hedge is not None and hedge not in words.hedges:
            reader.unknown(fields["hedge"], "hedge", hedge, words.hedges)
        locator = locator_of(key.text)
        passages[locator] = Passage(
            locator=locator,
            kind=reader.choice(fields.get("kind"), "kind of passage", KINDS, "fact"),  # type: ignore[arg-type]
            says=reader.text(fields.get("says"), "says"),
            hedge=hedge,
            where=reader.where(key),
        )
    return passages


_TEMPLATE_KEYS: Final = (
    *("slots", "says", "denies", "asks", "about", "advice", "caveat", "symmetric", "key"),
    *("distinct", "opposes", "after"),
)


def read_templates(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in templates; relations between them come last, when all are known."""
    related: list[tuple[Template, dict[str, Node]]] = []
    for key, value in reader.entries(root, "templates", empty=True):
        name = reader.identifier(key, "a template")
        if name in _RESERVED:
            reader.problem(key, f"'{name}' is a word of the format and cannot name a template")
        before = len(reader.problems.found)
        fields = reader.fields(value, f"template '{name}'", _TEMPLATE_KEYS, ("slots", "says"))
        template = _template(reader, key, fields, words)
        if "distinct" in fields and not reader.problems.since(before):
            check_distinct(reader, fields["distinct"], template)
        words.templates[name] = template
        if reader.problems.since(before):
            words.spoilt.add(name)
        related.append((template, fields))
    for template, fields in related:
        opposes = _relations(reader, template, fields.get("opposes"), "opposes", words)
        after = _relations(reader, template, fields.get("after"), "after", words)
        if opposes or after:
            words.templates[template.id] = msgspec.structs.replace(
                template, opposes=opposes, after=after
            )


def _template(reader: Reader, key: Scalar, fields: dict[str, Node], words: Vocabulary) -> Template:
    slots = {
        reader.identifier(slot, "a slot", SLOT_NAME): _slot_type(reader, slot, node, words)
        for slot, node in reader.entries(fields.get("slots"), "slots", empty=True)
    }
    advice = reader.boolean(fields.get("advice"), "advice")
    caveat = reader.boolean(fields.get("caveat"), "caveat")
    template = Template(
        id=key.text,
        slots=slots,
        says=reader.phrase(fields.get("says"), "says", slots),
        denies=reader.phrase(fields.get("denies"), "denies", slots) or None,
        asks=reader.phrase(fields.get("asks"), "asks", slots) or None,
        about=reader.optional(fields.get("about"), "about"),
        advice=advice,
        caveat=caveat,
        symmetric=_symmetric(reader, fields.get("symmetric"), slots),
        key=_key(reader, fields.get("key"), slots),
        distinct=_distinct(reader, fields.get("distinct"), slots),
        where=reader.where(key),
    )
    _check_template(reader, key, template)
    return template


def _check_template(reader: Reader, key: Scalar, template: Template) -> None:
    if template.distinct and (template.advice or template.caveat):
        reader.problem(
            key,
            f"'{template.id}' is concluded by rules, so 'distinct' says nothing of it",
            "compare the variables in 'where'",
        )
    if template.advice and "client" not in template.slots:
        message = f"advice '{template.id}' has no slot 'client'"
        reader.problem(key, message, "add it: whom does it advise?")
    if template.advice and template.caveat:
        reader.problem(key, f"template '{template.id}' is both advice and a caveat", "choose one")
    if (template.advice or template.caveat) and template.asks:
        reader.problem(key, f"'{template.id}' is concluded, so nobody can be asked for it")
    if template.symmetric and template.key:
        reader.problem(key, f"template '{template.id}' is both symmetric and keyed", "choose one")


def _slot_type(reader: Reader, slot: Scalar, node: Node, words: Vocabulary) -> SlotType:
    if isinstance(node, Mapping):
        return _described_type(reader, slot, node)
    what = f"the type of slot '{slot.text}'"
    names = node.items if isinstance(node, Sequence) else [node]
    types = [reader.text(name, what) for name in names]
    if len(types) == 1 and types[0] in _PLAIN_TYPES:
        return SlotType(kind=_PLAIN_TYPES[types[0]])  # type: ignore[arg-type]
    before = len(reader.problems.found)
    if not types:
        reader.problem(node, f"{what} has no value", "a type of entity, Number, Date or Boolean")
    for name, type_name in zip(names, types, strict=True):
        if type_name in _PLAIN_TYPES:
            reader.problem(name, f"{what} is {type_name} or a type of entity, not either of them")
        elif type_name and type_name not in words.types:
            reader.unknown(name, "type", type_name, words.types | set(_PLAIN_TYPES))
    if reader.problems.since(before):
        types = sorted(words.types)  # so that what fills the slot is no second problem
    return SlotType(kind="entity", types=tuple(types))


def _described_type(reader: Reader, slot: Scalar, node: Node) -> SlotType:
    what = f"the type of slot '{slot.text}'"
    before = len(reader.problems.found)
    fields = reader.fields(node, what, ("number", "values"))
    if len(fields) != 1 and not reader.problems.since(before):
        reader.problem(node, f"{what} is either number: UNIT or values: [...]")
    if "number" in fields:
        return SlotType(kind="number", unit=reader.text(fields["number"], "the unit"))
    listed = fields.get("values")
    if isinstance(listed, Mapping):
        english = {
            reader.identifier(k, "a value"): reader.text(v, "its English")
            for k, v in listed.entries
        }
    else:
        items = reader.items(listed, "values", empty=True)
        ids = [reader.identifier(item, "a value") for item in items]
        english = {value: value.replace("-", " ") for value in ids}
    if listed is not None and not english and not reader.problems.since(before):
        reader.problem(listed, f"{what} lists no value", "name the legal ones")
    return SlotType(kind="values", values=english)


def _positions(reader: Reader, node: Node, what: str, slots: dict[str, SlotType]) -> list[int]:
    nodes = reader.items(node, what) if isinstance(node, Sequence) else [node]
    found = []
    for item in nodes:
        name = reader.text(item, what)
        if name in slots:
            found.append(list(slots).index(name))
        else:
            reader.unknown(item, "slot", name, slots)
    return found


def _symmetric(
    reader: Reader, node: Node | None, slots: dict[str, SlotType]
) -> tuple[int, int] | None:
    if node is None:
        return None
    before = len(reader.problems.found)
    found = _positions(reader, node, "symmetric", slots)
    types = list(slots.values())
    if reader.problems.since(before):
        return None
    if len(found) != 2 or found[0] == found[1] or types[found[0]] != types[found[1]]:
        reader.problem(node, "symmetric must name two slots of the same type")
        return None
    return (min(found), max(found))


def _key(reader: Reader, node: Node | None, slots: dict[str, SlotType]) -> tuple[int, ...]:
    if node is None:
        return ()
    found = _positions(reader, node, "key", slots)
    if len(set(found)) >= len(slots):
        reader.problem(node, "the key must leave out at least one slot: the one it decides")
    return tuple(sorted(set(found)))


def _distinct(reader: Reader, node: Node | None, slots: dict[str, SlotType]) -> tuple[int, ...]:
    if node is None:
        return ()
    before = len(reader.problems.found)
    found = _positions(reader, node, "distinct", slots)
    if len(set(found)) < 2 and not reader.problems.since(before):
        reader.problem(node, "distinct must name two slots or more", "which never hold the same")
    return tuple(sorted(set(found)))


def _relations(
    reader: Reader, template: Template, node: Node | None, word: str, words: Vocabulary
) -> tuple[Relation, ...]:
    relations = []
    for item in reader.items(node, word):
        if not template.advice:
            reader.problem(item, f"'{word}' relates advice, and '{template.id}' is none")
            break
        other = pattern_over(reader, item, words, word)
        if other is None:
            continue
        declared = words.templates[other.template]
        if not declared.advice:
            reader.problem(item, f"'{word}' relates advice, and '{other.template}' is none")
        for name in other.variables():
            if name not in template.slots:
                reader.problem(item, f"${name} is no slot of '{template.id}'")
        other = _same_client(other, declared)
        if not words.spoilt & {template.id, declared.id}:
            check_relation(reader, item, template, other, declared)
        relations.append(Relation(other=other))
    return tuple(relations)


def _same_client(other: Pattern, declared: Template) -> Pattern:
    """The pattern with its client, where that is left out, the one who is advised."""
    terms = tuple(
        Var("client") if term is None and slot == "client" else term
        for slot, term in zip(declared.slots, other.terms, strict=True)
    )
    return msgspec.structs.replace(other, terms=terms)


def _fresh(
    reader: Reader, key: Scalar, kind: str, taken: dict[str, Entity] | dict[str, Source]
) -> bool:
    """Whether a name is still free; if not, that is a problem."""
    if key.text not in taken:
        return True
    hint = f"the other stands at {taken[key.text].where}"
    reader.problem(key, f"there are two {kind} declarations '{key.text}'", hint)
    return False


Section = Callable[[Reader, Node, Vocabulary], None]
SECTIONS: Final[dict[str, Section]] = {  # file name -> how it is read, in order of need
    "base.yaml": read_base,
    "entities.yaml": read_entities,
    "interests.yaml": read_interests,
    "sources.yaml": read_sources,
    "templates.yaml": read_templates,
}
