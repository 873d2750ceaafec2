"""Turns `base.yaml`, entities, interests, sources and templates into the words of a base."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import msgspec

from advisor.loader import keys
from advisor.loader.allowances import allowances, setting
from advisor.loader.fields import Fields, fields, likelihood
from advisor.loader.keys import PLAIN_TYPES
from advisor.loader.reader import Reader, locator_of
from advisor.loader.yamlfile import Node, Scalar
from advisor.model.allowances import Allowance, Setting
from advisor.model.errors import Location
from advisor.model.records import (
    Entity,
    Interest,
    Template,
)
from advisor.model.sources import Passage, Source


class Vocabulary(msgspec.Struct, kw_only=True):
    """What has been declared so far; a declaration with a problem in it still counts as made."""

    title: str = ""
    about: str | None = None
    date: datetime.date = datetime.date.min
    scenario: str | None = None
    scenario_at: Location | None = None
    client: str | None = None
    background: str | None = None
    background_at: Location | None = None
    client_at: Location | None = None
    hedges: dict[str, int] = {}
    allow: tuple[Allowance, ...] = ()
    settings: tuple[Setting, ...] = ()
    covers: dict[str, Location] = {}  # templates, with where they are named
    alike: dict[str, Location] = {}  # likewise
    told: dict[str, frozenset[str]] = {}  # templates of which a file tells all, of which entities
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
    words.background = found.optional("background")
    words.background_at = reader.where(found.get("background") or root)
    for key, value in found.entries("hedges"):
        words.hedges[key.text] = likelihood(reader, value)
    for item in found.items("covers"):
        words.covers[reader.text(item, "a template")] = reader.where(item)
    for item in found.items("alike"):
        words.alike[reader.text(item, "a template")] = reader.where(item)
    if "audit" in found:
        audit = fields(reader, found["audit"], keys.AUDIT)
        words.allow = tuple(_allowed(reader, audit))
        words.settings = tuple(
            setting(reader, check, value) for check, value in audit.entries("checks")
        )


def _allowed(reader: Reader, audit: Fields) -> Iterator[Allowance]:
    """What the audit may report of a template, an entity, a source and the like, by its name."""
    for check, named in audit.entries("allow"):
        for key, value in reader.entries(named, f"allow {check.text}"):
            yield from allowances(reader, check.text, (key.text, reader.where(key)), value)


def read_entities(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in entities by type; of a base, a type may be there for its scenarios to fill."""
    shared = not words.templates
    for type_key, group in reader.entries(root, "entities", empty=True):
        type_name = reader.identifier(type_key, "a type of entity", keys.TYPE)
        if type_name in PLAIN_TYPES:
            reader.problem(type_key, f"'{type_name}' is a type of its own, not of entities")
        words.types.add(type_name)
        for key, value in reader.entries(group, f"the entities of {type_name}", empty=shared):
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
        aka=tuple(reader.text(item, "another name") for item in found.items("aka")),
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
        as_of=time_of(found, "as-of"),
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
        expected = time_of(found, "expected")
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


def time_of(found: Fields, key: str) -> str | None:
    """A day, a year or a period of years, as it is written."""
    text = found.optional(key)
    if text and not found.fits(key, text):
        hint = "a day, a year or a period of years, as in 2016-12-31, 2016 or 2016/2017"
        found.reader.problem(found[key], f"'{text}' is no time", hint)
    return text


def _fresh(
    reader: Reader, key: Scalar, kind: str, taken: dict[str, Entity] | dict[str, Source]
) -> bool:
    """Whether a name is still free; if not, that is a problem."""
    if key.text not in taken:
        return True
    hint = f"the other stands at {taken[key.text].where}"
    reader.problem(key, f"there are two {kind} declarations '{key.text}'", hint)
    return False
