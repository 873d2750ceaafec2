"""Turns `base.yaml`, entities, interests, sources and templates into the words of a base."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from advisor.loader import keys
from advisor.loader.fields import Fields, fields, likelihood
from advisor.loader.instances import pattern_over
from advisor.loader.keys import PLAIN_TYPES
from advisor.loader.reader import Reader, locator_of
from advisor.loader.types import check_distinct, check_relation
from advisor.loader.yamlfile import Mapping, Node, Scalar, Sequence
from advisor.model.errors import Location
from advisor.model.records import (
    Allowance,
    Entity,
    Interest,
    Pattern,
    Relation,
    SlotType,
    Template,
    Var,
)
from advisor.model.sources import Passage, Source

_RESERVED: Final = frozenset(
    {
        *("at-least", "likelihood", "sources", "reading", "note", "origin", "answered", "title"),
        "alternatives",
    }
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


def read_base(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in `base.yaml`."""
    found = fields(reader, root, keys.BASE)
    words.title = found.text("title")
    words.about = found.optional("about")
    words.date = found.date("date") or datetime.date.min
    words.scenario = found.optional("scenario")
    words.scenario_at = reader.where(found.get("scenario") or root)
    words.client = found.optional("client")
    words.client_at = reader.where(found.get("client") or root)
    for key, value in found.entries("hedges"):
        words.hedges[key.text] = likelihood(reader, value)
    for item in found.items("covers"):
        words.covers[reader.text(item, "a template")] = reader.where(item)
    if "audit" in found:
        words.allow = tuple(_allowed(reader, found["audit"]))


def _allowed(reader: Reader, node: Node) -> Iterator[Allowance]:
    """What the audit may report of a template, an entity, a source and the like, by its name."""
    for check, named in fields(reader, node, keys.ALLOWED).entries("allow"):
        for key, value in reader.entries(named, f"allow {check.text}"):
            reason = reader.text(value, "the reason")
            yield Allowance(
                check=check.text, about=key.text, reason=reason, where=reader.where(key)
            )


def read_entities(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in entities by type."""
    for type_key, group in reader.entries(root, "entities", empty=True):
        type_name = reader.identifier(type_key, "a type of entity", keys.TYPE)
        if type_name in PLAIN_TYPES:
            reader.problem(type_key, f"'{type_name}' is a type of its own, not of entities")
        words.types.add(type_name)
        for key, value in reader.entries(group, f"the entities of {type_name}"):
            entity = _entity(reader, key, value, type_name)
            if _fresh(reader, key, "entity", words.entities):
                words.entities[entity.id] = entity


def _entity(reader: Reader, key: Scalar, node: Node, type_name: str) -> Entity:
    found = fields(reader, node, keys.ENTITY, f"entity '{key.text}'")
    code = found.optional("code")
    if code and not found.fits("code", code):
        reader.problem(found["code"], f"'{code}' is no ISO 3166-1 alpha-3 code", "three capitals")
    return Entity(
        id=reader.identifier(key, "an entity"),
        type=type_name,
        name=found.text("name"),
        adjective=found.optional("adjective"),
        code=code,
        plural=found.boolean("plural"),
        where=reader.where(key),
    )


def read_interests(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in interests."""
    for key, value in reader.entries(root, "interests", empty=True):
        says = fields(reader, value, keys.INTEREST, f"interest '{key.text}'").text("says")
        name = reader.identifier(key, "an interest")
        words.interests[name] = Interest(id=name, says=says, where=reader.where(key))


def read_sources(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in sources with their passages."""
    for key, value in reader.entries(root, "sources", empty=True):
        source = _source(reader, key, value, words)
        if _fresh(reader, key, "source", words.sources):
            words.sources[source.id] = source


def _source(reader: Reader, key: Scalar, node: Node, words: Vocabulary) -> Source:
    what = f"source '{key.text}'"
    found = fields(reader, node, keys.SOURCE, what)
    if "date" in found and "dated" in found:
        reader.problem(found["dated"], f"{what} has both 'date' and 'dated'", "keep one")
    on = found.date("date")
    grade = found.optional("grade") or "F6"
    if not found.fits("grade", grade):
        hint = "reliability A to F, then credibility 1 to 6, as in C3"
        reader.problem(found["grade"], f"'{grade}' is no Admiralty grade", hint)
        grade = "F6"
    return Source(
        id=reader.identifier(key, "a source"),
        title=found.text("title"),
        author=found.optional("author"),
        dated=on.isoformat() if on else found.optional("dated"),
        as_of=_time(found, "as-of"),
        origin=found.text("origin"),
        reliability=grade[0],
        credibility=int(grade[1]),
        review=found.date("review"),
        locator=found.optional("locator") or "passage",
        passages=_passages(found, words),
        note=found.optional("note"),
        where=reader.where(key),
    )


def _passages(source: Fields, words: Vocabulary) -> dict[int | str, Passage]:
    reader, passages = source.reader, {}
    for key, value in source.entries("passages"):
        found = fields(reader, value, keys.PASSAGE, f"passage {key.text}")
        hedge = found.optional("hedge")
        if hedge is not None and hedge not in words.hedges:
            reader.unknown(found["hedge"], "hedge", hedge, words.hedges)
        locator = locator_of(key.text)
        expected = _time(found, "expected")
        if expected and found.choice("kind", "forecast") != "forecast":
            reader.problem(found["expected"], "'expected' is for passages of kind forecast")
        passages[locator] = Passage(
            locator=locator,
            expected=expected,
            kind=found.choice("kind", "fact", "kind of passage"),  # type: ignore[arg-type]
            says=found.text("says"),
            hedge=hedge,
            where=reader.where(key),
        )
    return passages


def _time(found: Fields, key: str) -> str | None:
    """A day, a year or a period of years, as it is written."""
    text = found.optional(key)
    if text and not found.fits(key, text):
        hint = "a day, a year or a period of years, as in 2016-12-31, 2016 or 2016/2017"
        found.reader.problem(found[key], f"'{text}' is no time", hint)
    return text


def read_templates(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in templates; relations between them come last, when all are known."""
    related: list[tuple[Template, Fields]] = []
    for key, value in reader.entries(root, "templates", empty=True):
        name = reader.identifier(key, "a template")
        if name in _RESERVED:
            reader.problem(key, f"'{name}' is a word of the format and cannot name a template")
        before = len(reader.problems.found)
        found = fields(reader, value, keys.TEMPLATE, f"template '{name}'")
        template = _template(key, found, words)
        if "distinct" in found and not reader.problems.since(before):
            check_distinct(reader, found["distinct"], template)
        words.templates[name] = template
        if reader.problems.since(before):
            words.spoilt.add(name)
        related.append((template, found))
    for template, found in related:
        opposes = _relations(found, template, "opposes", words)
        after = _relations(found, template, "after", words)
        kinds = _relations(found, template, "kinds", words)
        if opposes or after or kinds:
            words.templates[template.id] = msgspec.structs.replace(
                template, opposes=opposes, after=after, kinds=kinds
            )


def _template(key: Scalar, found: Fields, words: Vocabulary) -> Template:
    reader = found.reader
    slots = {
        reader.identifier(slot, "a slot", keys.SLOT): _slot_type(reader, slot, node, words)
        for slot, node in found.entries("slots", empty=True)
    }
    node = found.get("advice")
    kind = isinstance(node, Scalar) and node.plain and node.text == "kind"
    advice = not kind and found.boolean("advice")
    caveat = found.boolean("caveat")
    template = Template(
        id=key.text,
        slots=slots,
        says=reader.phrase(found.get("says"), "says", slots),
        denies=reader.phrase(found.get("denies"), "denies", slots) or None,
        asks=reader.phrase(found.get("asks"), "asks", slots) or None,
        about=found.optional("about"),
        advice=advice,
        kind=kind,
        caveat=caveat,
        symmetric=_symmetric(reader, found.get("symmetric"), slots),
        key=_key(reader, found.get("key"), slots),
        distinct=_distinct(reader, found.get("distinct"), slots),
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
    if template.kind and (template.caveat or template.asks or template.key or template.distinct):
        message = f"'{template.id}' is a kind of advice, which nobody states or concludes"
        reader.problem(key, message, "it has slots, 'says', 'about' and no other key")
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
    if len(types) == 1 and types[0] in PLAIN_TYPES:
        return SlotType(kind=PLAIN_TYPES[types[0]])  # type: ignore[arg-type]
    before = len(reader.problems.found)
    if not types:
        reader.problem(node, f"{what} has no value", "a type of entity, Number, Date or Boolean")
    for name, type_name in zip(names, types, strict=True):
        if type_name in PLAIN_TYPES:
            reader.problem(name, f"{what} is {type_name} or a type of entity, not either of them")
        elif type_name and type_name not in words.types:
            reader.unknown(name, "type", type_name, words.types | set(PLAIN_TYPES))
    if reader.problems.since(before):
        types = sorted(words.types)  # so that what fills the slot is no second problem
    return SlotType(kind="entity", types=tuple(types))


def _described_type(reader: Reader, slot: Scalar, node: Node) -> SlotType:
    what = f"the type of slot '{slot.text}'"
    before = len(reader.problems.found)
    found = fields(reader, node, keys.SLOT_TYPE, what)
    if len(found.nodes) != 1 and not reader.problems.since(before):
        reader.problem(node, f"{what} is either number: UNIT or values: [...]")
    if "number" in found:
        return SlotType(kind="number", unit=reader.text(found["number"], "the unit"))
    listed = found.get("values")
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
    found: Fields, template: Template, word: str, words: Vocabulary
) -> tuple[Relation, ...]:
    reader, relations = found.reader, []
    for item in found.items(word):
        if not template.advice:
            reader.problem(item, f"'{word}' relates advice, and '{template.id}' is none")
            break
        other = pattern_over(reader, item, words, word)
        if other is None:
            continue
        declared = words.templates[other.template]
        if word == "kinds":
            _check_member(reader, item, other, declared)
        elif not declared.advice:
            reader.problem(item, f"'{word}' relates advice, and '{other.template}' is none")
        for name in other.variables():
            if name not in template.slots:
                reader.problem(item, f"${name} is no slot of '{template.id}'")
        other = _same_client(other, declared)
        if word == "kinds" and any(not isinstance(term, Var) for term in other.terms):
            hint = "as in deepens-ties: {client: $client, partner: $partner}"
            reader.problem(item, f"each slot of '{declared.id}' needs a slot of this advice", hint)
        if not words.spoilt & {template.id, declared.id}:
            check_relation(reader, item, template, other, declared)
        relations.append(Relation(other=other))
    return tuple(relations)


def _check_member(reader: Reader, node: Node, other: Pattern, declared: Template) -> None:
    if not declared.kind:
        message = f"'{other.template}' is no kind of advice"
        reader.problem(node, message, f"say 'advice: kind' at {declared.where}, or take it out")


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
